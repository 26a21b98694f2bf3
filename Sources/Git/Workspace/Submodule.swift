import CLibGit2
import Foundation

/// A repository within another, as the index of the outer one names it.
package struct Submodule: Hashable, Sendable {
    package var name: String
    /// Where it lies, from the root of the outer repository.
    package var path: String
    /// Where it comes from; an address that is relative in `.gitmodules` is resolved against `origin`.
    package var url: String
    package var commit: CommitID
}

extension Repository {
    /// The submodules of the index, by path; one that `.gitmodules` gives no address is an error.
    package func submodules() throws(GitError) -> [Submodule] {
        try locked { () throws(GitError) in
            let subject = "list the submodules of `\(name)`"
            var found: [Submodule] = []
            for path in try gitlinks(subject: subject) {
                let module = try make(subject, free: git_submodule_free) {
                    git_submodule_lookup(&$0, handle, path)
                }
                guard let commit = git_submodule_index_id(module.pointer),
                    let url = git_submodule_url(module.pointer),
                    let called = git_submodule_name(module.pointer)
                else {
                    throw GitError(
                        reason: .notFound,
                        subject: subject,
                        message: "no url found for submodule path '\(path)' in .gitmodules"
                    )
                }
                var buffer = git_buf()
                try git(subject) { git_submodule_resolve_url(&buffer, handle, url) }
                defer { git_buf_dispose(&buffer) }
                found.append(
                    Submodule(
                        name: String(cString: called),
                        path: path,
                        url: buffer.ptr.map { String(cString: $0) } ?? "",
                        commit: CommitID(commit.pointee)
                    )
                )
            }
            return found
        }
    }

    /// Makes a submodule's own workspace in its place, and tells the outer repository that it is in use.
    ///
    /// Its objects are shared where it comes from this machine.
    @discardableResult
    package func fill(
        _ module: Submodule,
        depth: Int,
        credentials: Credentials = .none
    ) throws(GitError) -> Repository {
        let subject = "fill the submodule `\(module.path)`"
        guard let workTree else {
            throw GitError(reason: .bare, subject: subject, message: "the repository is bare")
        }
        let folder = "\(workTree)/\(module.path)"
        // What an earlier step put in its place must not lead elsewhere.
        try Folders.removeLinks(inPlaceOfFoldersOf: ["\(module.path)/."], in: workTree, subject: subject)
        let source: WorkspaceSource = module.url.hasPrefix("/") ? .local(module.url) : .remote(module.url)
        let filled = try Repository.makeWorkspace(
            from: source,
            at: module.commit,
            into: folder,
            options: CheckoutOptions(depth: depth, former: .removed),
            credentials: credentials
        )
        try setConfig("submodule.\(module.name).url", module.url)
        try setConfig("submodule.\(module.name).active", "true")
        return filled
    }

    /// The submodules of `HEAD` that are filled here and stand elsewhere than at a commit of this repository.
    ///
    /// - Returns: Each with its folder, and with what it was on at that commit.
    package func changedSubmodules(
        since base: CommitID
    ) throws(GitError) -> [(path: String, folder: String, commit: CommitID, former: CommitID?)] {
        try locked { () throws(GitError) in
            guard let workTree, let head = try head().commit else { return [] }
            let hasBase = try contains(base)
            var found: [(path: String, folder: String, commit: CommitID, former: CommitID?)] = []
            for path in try gitlinks(subject: "list the submodules of `\(name)`") {
                let folder = "\(workTree)/\(path)"
                guard Folders.kind(of: "\(folder)/.git") != nil,
                    let commit = try submodule(path, at: head)
                else { continue }
                let former = hasBase ? try submodule(path, at: base) : nil
                if former != commit { found.append((path, folder, commit, former)) }
            }
            return found
        }
    }

    private func submodule(_ path: String, at commit: CommitID) throws(GitError) -> CommitID? {
        guard let entry = try entry(path, at: commit, subject: "read `\(path)` of \(commit.short)"),
            git_tree_entry_type(entry.pointer) == GIT_OBJECT_COMMIT,
            let id = git_tree_entry_id(entry.pointer)
        else { return nil }
        return CommitID(id.pointee)
    }

    /// The files of the index.
    func trackedPaths() throws(GitError) -> [String] {
        try paths(subject: "read the index of `\(name)`") { _ in true }
    }

    /// The files of the index of what was checked out into a folder; none where that cannot be read.
    static func trackedPaths(in folder: String) -> [String] {
        guard Folders.kind(of: "\(folder)/.git") == S_IFDIR else { return [] }
        return (try? Repository(at: folder).trackedPaths()) ?? []
    }

    private func gitlinks(subject: String) throws(GitError) -> [String] {
        try paths(subject: subject) { $0.mode == UInt32(GIT_FILEMODE_COMMIT.rawValue) }
    }

    private func paths(
        subject: String,
        where isWanted: (git_index_entry) -> Bool
    ) throws(GitError) -> [String] {
        let index = try make(subject, free: git_index_free) { git_repository_index(&$0, handle) }
        return (0..<git_index_entrycount(index.pointer)).compactMap { position in
            guard let entry = git_index_get_byindex(index.pointer, position), isWanted(entry.pointee),
                let path = entry.pointee.path
            else { return nil }
            return String(cString: path)
        }
    }
}
