package import Git
package import YAML

/// What `flowrun.lock` says: which commit each `owner/repo@ref` stands for, and what its files are.
///
/// One line an action, sorted: `owner/repo@ref COMMIT TREE`.
package struct ActionLock: Sendable, Equatable {
    package static let fileName = "flowrun.lock"

    package struct Entry: Sendable, Equatable {
        /// `owner/repo@ref`, as a workflow has it.
        package var action: String
        package var commit: CommitID
        /// The digest of its files, as `TreeDigest` makes it.
        package var tree: String
    }

    package private(set) var entries: [Entry] = []

    init(_ entries: [Entry]) {
        self.entries = entries.sorted { $0.action < $1.action }
    }

    /// Reads the file; lines that begin with `#` are for people.
    package init(_ text: String) throws(Diagnostic) {
        var seen: Set<String> = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let action = words.first, !action.hasPrefix("#") else { continue }
            guard words.count == 3, action.contains("/"), action.contains("@"),
                let commit = CommitID(words[1]),
                TreeDigest.isOne(words[2])
            else { throw Self.fault(index + 1, "a line is `owner/repo@ref COMMIT sha256:DIGEST`") }
            guard seen.insert(Self.key(of: action)).inserted else {
                throw Self.fault(index + 1, "`\(action)` is there twice")
            }
            entries.append(Entry(action: String(action), commit: commit, tree: String(words[2])))
        }
    }

    package var text: String {
        let head = "# Written by `flowrun lock`: what the actions of the workflows stood for then.\n"
        return head + entries.map { "\($0.action) \($0.commit.hex) \($0.tree)\n" }.joined()
    }

    /// Owner and repository are the same in any letter case, the ref is not.
    package func entry(of action: String) -> Entry? {
        let key = Self.key(of: action)
        return entries.first { Self.key(of: $0.action) == key }
    }

    static func key(of action: some StringProtocol) -> String {
        let name = action.prefix { $0 != "@" }
        return name.lowercased() + action.dropFirst(name.count)
    }

    private static func fault(_ line: Int, _ message: String) -> Diagnostic {
        Diagnostic(
            severity: .error,
            location: SourceLocation(file: fileName, line: line, column: 1),
            code: "lock-file",
            message: message
        )
    }
}

/// As its text, wherever it is part of something larger.
extension ActionLock: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
