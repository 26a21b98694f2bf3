/// A Node.js on this machine.
struct NodeProgram: Equatable, Sendable {
    var path: String
    var version: ToolVersion
}
