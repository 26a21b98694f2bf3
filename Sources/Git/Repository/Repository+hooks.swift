import Foundation

extension Repository {
    /// The folder in which git looks for the hooks that are run in the work tree, or in a bare repository.
    package func hooksFolder() throws(GitError) -> String {
        guard let given = try config("core.hooksPath"), !given.isEmpty else {
            return "\(commonDirectory)/hooks"
        }
        let expanded = NSString(string: given).expandingTildeInPath
        guard !expanded.hasPrefix("/") else { return URL(fileURLWithPath: expanded).standardizedFileURL.path }
        return URL(fileURLWithPath: "\(workTree ?? gitDirectory)/\(expanded)").standardizedFileURL.path
    }

    /// What `HEAD` was before its last move, and what it is since then; nil where its log has nothing of it.
    package func lastMoveOfHead() -> (before: CommitID?, after: CommitID)? {
        guard let file = FileHandle(forReadingAtPath: "\(gitDirectory)/logs/HEAD") else { return nil }
        defer { try? file.close() }
        let size = (try? file.seekToEnd()) ?? 0
        // A line holds a name, an address and the first line of a message.
        try? file.seek(toOffset: size > 8192 ? size - 8192 : 0)
        let end = String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
        guard let line = end.split(separator: "\n").last else { return nil }
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count == 3, let after = CommitID(words[1]) else { return nil }
        return (words[0].allSatisfy { $0 == "0" } ? nil : CommitID(words[0]), after)
    }
}
