/// Finds many byte strings at once, in one pass (Aho-Corasick).
///
/// Edges are kept sparse, since a private key in all its encodings makes tens of thousands of states; only the root,
/// where ordinary text stays nearly all the time, has a table.
final class ByteMatcher: Sendable {
    typealias State = Int32

    static let root: State = 0

    private let rootTable: [State]
    private let edgeStart: [Int32]
    private let edgeBytes: [UInt8]
    private let edgeTargets: [State]
    private let fallback: [State]
    private let depths: [Int32]
    private let hits: [Int32]
    /// The length of the longest pattern.
    let longest: Int

    /// - Parameter patterns: Empty ones are left out.
    init(_ patterns: some Sequence<[UInt8]>) {
        var trie = Trie()
        for pattern in patterns { trie.insert(pattern) }
        let fallback = trie.link()
        var start: [Int32] = []
        var bytes: [UInt8] = []
        var targets: [State] = []
        start.reserveCapacity(trie.nodes.count + 1)
        bytes.reserveCapacity(trie.nodes.count)
        targets.reserveCapacity(trie.nodes.count)
        var table = [State](repeating: Self.root, count: 256)
        for state in trie.nodes.indices {
            start.append(Int32(bytes.count))
            var child = trie.nodes[state].firstChild
            while child >= 0 {
                let node = trie.nodes[Int(child)]
                bytes.append(node.byte)
                targets.append(child)
                if state == 0 { table[Int(node.byte)] = child }
                child = node.sibling
            }
        }
        start.append(Int32(bytes.count))
        rootTable = table
        edgeStart = start
        edgeBytes = bytes
        edgeTargets = targets
        self.fallback = fallback
        hits = trie.nodes.map(\.end)
        depths = trie.nodes.map(\.depth)
        longest = Int(depths.max() ?? 0)
    }

    var isEmpty: Bool { longest == 0 }

    /// Whether a pattern begins with `byte`.
    func begins(with byte: UInt8) -> Bool { rootTable[Int(byte)] != Self.root }

    /// Whether a pattern begins with two bytes, or is the first of them.
    func begins(with first: UInt8, _ second: UInt8) -> Bool {
        let index = Int(rootTable[Int(first)])
        guard index != Int(Self.root) else { return false }
        return hits[index] > 0
            || edgeBytes[Int(edgeStart[index])..<Int(edgeStart[index + 1])].contains(second)
    }

    /// The state after `byte`.
    func next(_ state: State, _ byte: UInt8) -> State {
        var state = state
        while state != Self.root {
            let index = Int(state)
            var edge = Int(edgeStart[index])
            let end = Int(edgeStart[index + 1])
            while edge < end {
                if edgeBytes[edge] == byte { return edgeTargets[edge] }
                edge += 1
            }
            state = fallback[index]
        }
        return rootTable[Int(byte)]
    }

    /// How many of the last bytes may be the beginning of a pattern.
    func depth(_ state: State) -> Int { Int(depths[Int(state)]) }

    /// The length of the longest pattern that ends here, or 0.
    func hit(_ state: State) -> Int { Int(hits[Int(state)]) }
}

/// The tree of patterns while it is built: children of a state are a linked list.
private struct Trie {
    struct Node {
        var depth: Int32
        /// The length of the longest pattern that ends here, or 0.
        var end: Int32 = 0
        var byte: UInt8
        var firstChild: ByteMatcher.State = -1
        var sibling: ByteMatcher.State
    }

    private(set) var nodes = [Node(depth: 0, byte: 0, sibling: -1)]

    mutating func insert(_ pattern: [UInt8]) {
        guard !pattern.isEmpty else { return }
        var state = ByteMatcher.root
        for byte in pattern {
            let known = child(of: state, byte)
            state = known >= 0 ? known : add(byte, to: state)
        }
        nodes[Int(state)].end = Int32(pattern.count)
    }

    /// Finds for each state the one of its longest proper suffix, and has each end what that ends, too.
    mutating func link() -> [ByteMatcher.State] {
        var fallback = [ByteMatcher.State](repeating: ByteMatcher.root, count: nodes.count)
        // Breadth first: a suffix is shorter, so it comes earlier.
        var order = [ByteMatcher.root]
        order.reserveCapacity(nodes.count)
        var position = 0
        while position < order.count {
            let parent = order[position]
            position += 1
            var state = nodes[Int(parent)].firstChild
            while state >= 0 {
                order.append(state)
                if parent != ByteMatcher.root {
                    let suffix = suffix(
                        ofChild: nodes[Int(state)].byte,
                        after: fallback[Int(parent)],
                        fallback
                    )
                    fallback[Int(state)] = suffix
                    if nodes[Int(state)].end == 0 { nodes[Int(state)].end = nodes[Int(suffix)].end }
                }
                state = nodes[Int(state)].sibling
            }
        }
        return fallback
    }

    private func suffix(
        ofChild byte: UInt8,
        after parents: ByteMatcher.State,
        _ fallback: [ByteMatcher.State]
    ) -> ByteMatcher.State {
        var suffix = parents
        while true {
            let child = child(of: suffix, byte)
            if child >= 0 { return child }
            guard suffix != ByteMatcher.root else { return ByteMatcher.root }
            suffix = fallback[Int(suffix)]
        }
    }

    /// The state after `byte`, or -1.
    private func child(of state: ByteMatcher.State, _ byte: UInt8) -> ByteMatcher.State {
        var next = nodes[Int(state)].firstChild
        while next >= 0, nodes[Int(next)].byte != byte { next = nodes[Int(next)].sibling }
        return next
    }

    private mutating func add(_ byte: UInt8, to state: ByteMatcher.State) -> ByteMatcher.State {
        let new = ByteMatcher.State(nodes.count)
        let parent = nodes[Int(state)]
        nodes.append(Node(depth: parent.depth + 1, byte: byte, sibling: parent.firstChild))
        nodes[Int(state)].firstChild = new
        return new
    }
}
