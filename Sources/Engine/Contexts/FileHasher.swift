import Crypto
package import Expressions
import Foundation

/// `hashFiles()`: SHA-256 over the digests of the files that match, in the order of GitHub's glob (semantics.md 1.25).
package struct FileHasher {
    let workspace: String

    package init(workspace: String) { self.workspace = workspace }

    /// The official limit of one call.
    static let timeLimit: Duration = .seconds(120)

    /// - Parameter arguments: Patterns, each of which may hold several lines; `--follow-symbolic-links` may come first.
    /// - Returns: The digest as hexadecimal text; empty where no file matches.
    package func hash(_ arguments: [String]) throws(ExpressionError) -> String {
        var arguments = arguments
        var followsLinks = false
        if let option = arguments.first, option.hasPrefix("--") {
            guard option.lowercased() == "--follow-symbolic-links" else {
                throw Self.error("hashFiles has no option '\(option)'")
            }
            followsLinks = true
            arguments.removeFirst()
        }
        let lines = arguments.flatMap { $0.split(whereSeparator: \.isNewline) }
            .map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
        var patterns: [GlobPattern] = []
        for line in lines { patterns.append(GlobPattern(line, workspace: workspace)) }
        let deadline = ContinuousClock.now + Self.timeLimit
        var walk = GlobWalk(patterns: patterns, followsLinks: followsLinks)
        var outer = SHA256()
        var hasMatch = false
        for file in walk.files(until: deadline) {
            guard file.hasPrefix(workspace + "/") else { continue }
            guard ContinuousClock.now < deadline else {
                throw Self.error("hashFiles('\(lines.joined(separator: ", "))') took more than 120 seconds")
            }
            guard let digest = Self.digest(ofFile: file) else {
                throw Self.error("hashFiles cannot read '\(file)'")
            }
            hasMatch = true
            outer.update(data: digest)
        }
        guard ContinuousClock.now < deadline else {
            throw Self.error("hashFiles('\(lines.joined(separator: ", "))') took more than 120 seconds")
        }
        return hasMatch ? outer.finalize().hex : ""
    }

    private static func digest(ofFile path: String) -> Data? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { handle.closeFile() }
        var hash = SHA256()
        while true {
            let chunk = handle.readData(ofLength: 1 << 20)
            if chunk.isEmpty { break }
            hash.update(data: chunk)
        }
        return Data(hash.finalize())
    }

    private static func error(_ message: String) -> ExpressionError {
        ExpressionError(stage: .evaluation, message: message, range: nil)
    }
}
