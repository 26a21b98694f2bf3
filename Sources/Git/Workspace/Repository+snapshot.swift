import Foundation

extension Repository {
    /// What a branch, tag or commit id of a repository stands for, for `fetchTree`.
    ///
    /// - Parameter remote: A URL, or the path of a repository of this machine.
    package static func resolve(_ revision: String, of remote: String) throws(GitError) -> Resolved {
        if remote.hasPrefix("/") { return try Repository(at: remote).resolve(revision) }
        guard let resolved = try Remote.resolve(revision, at: remote) else {
            throw GitError(
                reason: .notFound,
                subject: "fetch `\(RemoteAddress.redacted(remote))`",
                message: "it has no branch, tag or commit `\(revision)`"
            )
        }
        return resolved
    }

    /// Writes the files of a repository at a commit into a folder, with a `.git` of depth 1 beside them.
    ///
    /// - Parameter remote: A URL, or the path of a repository of this machine, whose objects are shared.
    package static func fetchTree(
        of remote: String,
        at revision: Resolved,
        into folder: String
    ) throws(GitError) {
        let isPath = remote.hasPrefix("/")
        _ = try makeWorkspace(
            from: isPath ? .local(remote) : .remote(remote),
            at: revision.commit,
            ref: isPath ? nil : revision.ref,
            into: folder
        )
    }

    /// A repository of its own, in a new folder, whose only own commit is this working folder as it is.
    ///
    /// It shares this repository's objects and needs them as long as it lives; nothing is written here.
    package func snapshotOfWorkingFolder(
        in folder: String
    ) throws(GitError) -> (repository: Repository, commit: CommitID) {
        let snapshot = try Repository.initialise(at: folder, bare: true, initialBranch: "main")
        let commit = try commitOfWorkingFolder(objects: "\(folder)/objects")
        try Folders.writeAlternates(
            ["\(commonDirectory)/objects"],
            of: snapshot,
            subject: "share objects with `\(folder)`"
        )
        return (try Repository(at: folder), commit)
    }

    /// Takes over a commit of another repository of this machine and sets a ref to it, as a fetch does.
    package func adopt(_ commit: CommitID, from path: String, as ref: String) throws(GitError) {
        try ObjectTransfer.copy(commit, from: try Repository(at: path), to: self)
        try setReference(ref, to: commit, message: "flowrun: pushed by a job")
    }
}
