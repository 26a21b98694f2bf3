/// How much a file may hold: GitHub's own limits, which also keep aliases from filling the memory.
package struct Limits: Sendable {
    package var characters: Int
    package var depth: Int
    /// Nodes of the file, those that an alias repeats counted each time.
    package var nodes: Int

    /// Bytes of all scalars, those that an alias repeats counted each time.
    package var bytes: Int

    package init(
        characters: Int = 1_048_576,
        depth: Int = 50,
        nodes: Int = 50_000,
        bytes: Int = 5 << 20
    ) {
        self.characters = characters
        self.bytes = bytes
        self.depth = depth
        self.nodes = nodes
    }
}
