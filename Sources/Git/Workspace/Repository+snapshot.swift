import Foundation

extension Repository {
    /// Writes the files of a repository at a branch, tag or commit into a folder, with a `.git` of depth 1 beside them.
    ///
    /// - Parameter remote: A URL, or the path of a repository of this machine, whose objects are shared.
    package static func fetchTree(
        of remote: String,
        at revision: String,
        into folder: String
    ) throws(GitError) {
        if remote.hasPrefix("/") {
            let commit = try Repository(at: remote).resolve(revision).commit
            _ = try makeWorkspace(from: .local(remote), at: commit, into: folder)
            return
        }
        guard let resolved = try Remote.resolve(revision, at: remote) else {
            throw GitError(
                reason: .notFound,
                subject: "fetch `\(RemoteAddress.redacted(remote))`",
                message: "it has no branch, tag or commit `\(revision)`"
            )
        }
        _ = try makeWorkspace(from: .remote(remote), at: resolved.commit, ref: resolved.ref, into: folder)
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
