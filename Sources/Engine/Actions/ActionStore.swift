import Crypto
import Foundation
import Git
import Store

/// Actions of other repositories, fetched through libgit2 and kept by commit under `$FLOWRUN_HOME/cache/actions`.
struct ActionStore: Sendable {
    let home: FlowrunHome
    /// Templates with `{owner}` and `{repo}`, tried in order.
    let sources: [String]

    /// The folder that holds the repository's files at the ref.
    ///
    /// - Throws: `ActionError` naming each source that was tried and what it answered.
    func folder(owner: String, name: String, ref: String) throws(ActionError) -> String {
        let action = "\(owner)/\(name)@\(ref)"
        var answers: [String] = []
        for source in sources {
            let url = source.replacing("{owner}", with: owner).replacing("{repo}", with: name)
            do {
                return try fetch(url: url, ref: ref)
            } catch {
                answers.append("\(url): \(error)")
            }
        }
        throw ActionError(action: action, reason: answers.joined(separator: "; "))
    }

    /// Clones into a folder of its own and renames it into place, so that a half-fetched action is never seen.
    private func fetch(url: String, ref: String) throws -> String {
        let digest = SHA256.hash(data: Data("\(url)\n\(ref)".utf8)).prefix(12).hex
        let folder = "\(home.actions)/\(digest)"
        let isCommit = ref.utf8.count == 40 && ref.utf8.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
        if isCommit, FileManager.default.fileExists(atPath: folder) { return folder }
        let fresh = try HeldFolder.making("\(folder).\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: fresh.path) }  // gone already once it was renamed
        try Repository.fetchTree(of: url, at: ref, into: fresh.path)
        // A branch or tag may have moved since the last time.
        let old = "\(folder).\(UUID().uuidString)"
        if rename(folder, old) == 0 { try HeldFolder.removeAbandoned(old) }
        guard rename(fresh.path, folder) == 0 || errno == EEXIST || errno == ENOTEMPTY else {
            throw FolderError(path: folder, reason: String(cString: strerror(errno)))
        }
        return folder
    }
}
