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
        let (order, fallback) = trie.linked()
        var hits = trie.ends
        var start: [Int32] = []
        var bytes: [UInt8] = []
        var targets: [State] = []
        // A state also ends what the longest proper suffix of it ends; the suffix comes earlier in breadth-first order.
        for state in order where hits[Int(state)] == 0 { hits[Int(state)] = hits[Int(fallback[Int(state)])] }
        for state in 0..<trie.depths.count {
            start.append(Int32(bytes.count))
            for (byte, target) in trie.edges(of: State(state)) {
                bytes.append(byte)
                targets.append(target)
            }
        }
        start.append(Int32(bytes.count))
        var table = [State](repeating: Self.root, count: 256)
        for (byte, target) in trie.edges(of: Self.root) { table[Int(byte)] = target }
        rootTable = table
        edgeStart = start
        edgeBytes = bytes
        edgeTargets = targets
        self.fallback = fallback
        self.hits = hits
        depths = trie.depths
        longest = Int(trie.depths.max() ?? 0)
    }

    var isEmpty: Bool { longest == 0 }

    /// Whether a pattern begins with `byte`.
    func begins(with byte: UInt8) -> Bool { rootTable[Int(byte)] != Self.root }

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
    var depths: [Int32] = [0]
    /// The pattern's length where one ends, else 0.
    var ends: [Int32] = [0]
    private var bytes: [UInt8] = [0]
    private var firstChild: [ByteMatcher.State] = [-1]
    private var sibling: [ByteMatcher.State] = [-1]

    mutating func insert(_ pattern: [UInt8]) {
        guard !pattern.isEmpty else { return }
        var state: ByteMatcher.State = 0
        for byte in pattern { state = child(of: state, byte) ?? add(byte, to: state) }
        ends[Int(state)] = Int32(pattern.count)
    }

    func edges(of state: ByteMatcher.State) -> [(UInt8, ByteMatcher.State)] {
        var edges: [(UInt8, ByteMatcher.State)] = []
        var next = firstChild[Int(state)]
        while next >= 0 {
            edges.append((bytes[Int(next)], next))
            next = sibling[Int(next)]
        }
        return edges
    }

    /// All states but the root, breadth first, and for each state the one of its longest proper suffix.
    func linked() -> (order: [ByteMatcher.State], fallback: [ByteMatcher.State]) {
        var fallback = [ByteMatcher.State](repeating: 0, count: depths.count)
        var order = edges(of: 0).map(\.1)
        var position = 0
        while position < order.count {
            let parent = order[position]
            position += 1
            for (byte, state) in edges(of: parent) {
                order.append(state)
                var suffix = fallback[Int(parent)]
                while suffix != 0, child(of: suffix, byte) == nil { suffix = fallback[Int(suffix)] }
                fallback[Int(state)] = child(of: suffix, byte) ?? 0
            }
        }
        return (order, fallback)
    }

    private func child(of state: ByteMatcher.State, _ byte: UInt8) -> ByteMatcher.State? {
        var next = firstChild[Int(state)]
        while next >= 0 {
            if bytes[Int(next)] == byte { return next }
            next = sibling[Int(next)]
        }
        return nil
    }

    private mutating func add(_ byte: UInt8, to state: ByteMatcher.State) -> ByteMatcher.State {
        let new = ByteMatcher.State(depths.count)
        depths.append(depths[Int(state)] + 1)
        ends.append(0)
        bytes.append(byte)
        firstChild.append(-1)
        sibling.append(firstChild[Int(state)])
        firstChild[Int(state)] = new
        return new
    }
}
