/// A version of Node.js.
struct NodeVersion: Comparable, Sendable, CustomStringConvertible {
    var major: Int
    var minor: Int
    var patch: Int

    init(_ major: Int, _ minor: Int = 0, _ patch: Int = 0) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// Reads what `node --version` prints: `v20.11.1`, or `v23.0.0-nightly`.
    init?(printed text: some StringProtocol) {
        let text = text.drop(while: \.isWhitespace)
        guard text.first == "v" else { return nil }
        let words = text.dropFirst().prefix { $0.isNumber || $0 == "." }.split(separator: ".")
        let numbers = words.compactMap { Int($0) }
        guard numbers.count == 3, numbers.count == words.count else { return nil }
        self.init(numbers[0], numbers[1], numbers[2])
    }

    var description: String { "v\(major).\(minor).\(patch)" }

    static func < (left: NodeVersion, right: NodeVersion) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }
}

/// A Node.js on this machine.
struct NodeProgram: Equatable, Sendable {
    var path: String
    var version: NodeVersion
}
