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
    /// Actions that are in it are those of its commits, and nothing is asked about them.
    var lock: ActionLock?
    /// Whether actions that are not in the lock are refused.
    var isLocked = false
    /// Whether nothing is fetched over a network.
    var isOffline = false

    /// The files of an action's repository at a ref.
    struct Stored: Sendable {
        var folder: String
        var commit: CommitID
    }

    /// Fetches what is not there yet; where a branch or tag leads is asked anew each time.
    ///
    /// - Throws: `ActionError` naming each source that was tried and what it answered.
    func fetch(owner: String, name: String, ref: String) throws(ActionError) -> Stored {
        let action = "\(owner)/\(name)@\(ref)"
        if let entry = lock?.entry(of: action) {
            let stored = try fetch(owner: owner, name: name, revision: entry.commit.hex, as: action)
            try check(stored, against: entry)
            return stored
        }
        guard !isLocked else {
            let reason =
                lock == nil
                ? "--locked was given, and the commit has no \(ActionLock.fileName)"
                : "--locked was given, and \(ActionLock.fileName) does not have it"
            throw ActionError(
                action: action,
                reason: reason + "; `flowrun lock` takes it up, to be committed"
            )
        }
        return try fetch(owner: owner, name: name, revision: ref, as: action)
    }

    private func fetch(
        owner: String,
        name: String,
        revision: String,
        as action: String
    ) throws(ActionError) -> Stored {
        if let commit = CommitID(revision), let stored = stored(commit) { return stored }
        var answers: [String] = []
        for source in sources {
            let url = source.replacing("{owner}", with: owner).replacing("{repo}", with: name)
            do {
                if isOffline, Self.isNetwork(url) {
                    if let stored = lastSeen(revision, at: url) { return stored }
                    answers.append("\(url): it is not here, and --offline fetches nothing")
                } else {
                    return try fetch(url: url, ref: revision)
                }
            } catch {
                answers.append("\(url): \(LocalSource.lack(at: url, ref: revision) ?? "\(error)")")
            }
        }
        throw ActionError(action: action, reason: answers.joined(separator: "; "))
    }

    private func stored(_ commit: CommitID) -> Stored? {
        let folder = "\(home.actions)/\(commit.hex)"
        guard FileManager.default.fileExists(atPath: folder) else { return nil }
        UnusedActions.noteUse(of: folder)
        return Stored(folder: folder, commit: commit)
    }

    private func check(_ stored: Stored, against entry: ActionLock.Entry) throws(ActionError) {
        let tree: String
        do {
            tree = try TreeDigest.of(stored.folder)
        } catch {
            throw ActionError(action: entry.action, reason: "\(error)")
        }
        guard tree == entry.tree else {
            throw ActionError(
                action: entry.action,
                reason:
                    "its files are not those that \(ActionLock.fileName) tells of (\(tree), not \(entry.tree)): "
                    + "remove `\(stored.folder)` to have them fetched again"
            )
        }
    }

    /// Fetches into a folder of its own and renames it into place, so that a half-fetched action is never seen.
    private func fetch(url: String, ref: String) throws -> Stored {
        let resolved = try Repository.resolve(ref, of: url)
        if CommitID(ref) == nil { try remember(resolved.commit, of: ref, at: url) }
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
        UnusedActions.noteUse(of: folder)
        return Stored(folder: folder, commit: resolved.commit)
    }

    // MARK: Without a network

    private static func isNetwork(_ url: String) -> Bool {
        !url.hasPrefix("/") && !url.lowercased().hasPrefix("file://")
    }

    /// Where a branch or tag led when it was asked for last.
    private func lastSeen(_ ref: String, at url: String) -> Stored? {
        PlainFile.text(of: note(of: ref, at: url)).flatMap { CommitID($0) }.flatMap(stored)
    }

    private func remember(_ commit: CommitID, of ref: String, at url: String) throws {
        guard Self.isNetwork(url) else { return }
        try JobFolders.make("\(home.actions)/refs")
        try PlainFile.write(commit.hex, to: note(of: ref, at: url))
    }

    private func note(of ref: String, at url: String) -> String {
        "\(home.actions)/refs/\(SHA256.hash(data: Data("\(url)\n\(ref)".utf8)).prefix(16).hex)"
    }
}
