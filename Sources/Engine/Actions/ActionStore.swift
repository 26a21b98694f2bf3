import Crypto
import Foundation
import Git
import Store

/// Actions of other repositories, fetched through libgit2 and kept by commit under `$FLOWRUN_HOME/cache/actions`.
///
/// What is there once is never replaced, so that a job can read it while others fetch; jobs work on copies.
struct ActionStore: Sendable {
    let home: FlowrunHome
    /// Templates with `{owner}` and `{repo}`, tried in order.
    let sources: [String]

    /// The files of an action's repository at a ref.
    struct Stored: Sendable {
        var folder: String
        var commit: CommitID
    }

    /// Fetches what is not there yet; where a branch or tag leads is asked anew each time.
    ///
    /// - Throws: `ActionError` naming each source that was tried and what it answered.
    func fetch(owner: String, name: String, ref: String) throws(ActionError) -> Stored {
        if let commit = CommitID(ref), let stored = stored(commit) { return stored }
        var answers: [String] = []
        for source in sources {
            let url = source.replacing("{owner}", with: owner).replacing("{repo}", with: name)
            do {
                return try fetch(url: url, ref: ref)
            } catch {
                answers.append("\(url): \(error)")
            }
        }
        throw ActionError(action: "\(owner)/\(name)@\(ref)", reason: answers.joined(separator: "; "))
    }

    private func stored(_ commit: CommitID) -> Stored? {
        let folder = "\(home.actions)/\(commit.hex)"
        return FileManager.default.fileExists(atPath: folder) ? Stored(folder: folder, commit: commit) : nil
    }

    /// Fetches into a folder of its own and renames it into place, so that a half-fetched action is never seen.
    private func fetch(url: String, ref: String) throws -> Stored {
        let resolved = try Repository.resolve(ref, of: url)
        if let stored = stored(resolved.commit) { return stored }
        let folder = "\(home.actions)/\(resolved.commit.hex)"
        let fresh = try HeldFolder.making("\(folder).\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: fresh.path) }  // gone already once it was renamed
        try Repository.fetchTree(of: url, at: resolved, into: fresh.path)
        try JobFolders.remove("\(fresh.path)/.git")
        // Where another process was faster, its folder holds the same.
        guard rename(fresh.path, folder) == 0 || errno == EEXIST || errno == ENOTEMPTY else {
            throw FolderError(path: folder, reason: String(cString: strerror(errno)))
        }
        return Stored(folder: folder, commit: resolved.commit)
    }
}
