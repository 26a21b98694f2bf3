import CLibGit2
import Foundation

extension Repository {
    /// A commit of the working folder as it is: tracked files with their changes, and untracked ones that are
    /// not ignored, upon `HEAD`.
    ///
    /// New objects go to the object folder `objects` (made where it is missing), which together with the
    /// objects of this repository holds all of the commit. The repository itself, its index included, is only
    /// read. A folder without a change gives the commit of `HEAD`.
    package func commitOfWorkingFolder(
        objects: String,
        message: String = "Working folder",
        author: Signature? = nil
    ) throws(GitError) -> CommitID {
        let subject = "read the working folder of `\(name)`"
        guard let workTree else {
            throw GitError(reason: .bare, subject: subject, message: "the repository is bare")
        }
        do {
            try FileManager.default.createDirectory(atPath: objects, withIntermediateDirectories: true)
        } catch {
            throw GitError(reason: .other, subject: "make the folder `\(objects)`", message: "\(error)")
        }
        // A handle of its own: what is done to its index and its objects must not be seen through this one.
        let reader = try Repository(at: workTree)
        return try reader.locked { () throws(GitError) in
            try reader.redirectNewObjects(to: objects)
            let index = try make(subject, free: git_index_free) { git_repository_index(&$0, reader.handle) }
            try reader.addAll(["*"], to: index.pointer, subject: subject)
            // The index is not written back: it was only changed in memory.
            var tree = git_oid()
            try git(subject) { git_index_write_tree(&tree, index.pointer) }
            let parent = try reader.head().commit
            if let parent, try reader.commit(parent).tree == CommitID(tree) { return parent }
            let author = try signer(author)
            return try reader.createCommit(
                tree: CommitID(tree),
                parents: parent.map { [$0] } ?? [],
                message: message,
                author: author,
                committer: author
            )
        }
    }

    /// Makes this handle write new objects to another folder and read those of the repository beside it.
    private func redirectNewObjects(to folder: String) throws(GitError) {
        let subject = "write objects to `\(folder)`"
        let odb = try make(subject, free: git_odb_free) { git_odb_new(&$0) }
        var backend: OpaquePointer?
        try git(subject) { git_odb_backend_loose(&backend, folder, -1, 0, 0, 0) }
        // From here on the backend belongs to the database.
        try git(subject) { git_odb_add_backend(odb.pointer, backend, 10) }
        try git(subject) { git_odb_add_disk_alternate(odb.pointer, "\(commonDirectory)/objects") }
        try git(subject) { git_repository_set_odb(handle, odb.pointer) }
    }
}
