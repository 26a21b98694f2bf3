import CLibGit2

extension Repository {
    package func commit(_ id: CommitID) throws(GitError) -> CommitInfo {
        try locked { () throws(GitError) in try info(of: lookUpCommit(id).pointer) }
    }

    /// The bytes of a file at a commit; nil where there is no file at the path.
    ///
    /// A link gives the text of its target.
    package func file(_ path: String, at commit: CommitID) throws(GitError) -> [UInt8]? {
        try locked { () throws(GitError) in
            let subject = "read `\(path)` at \(commit.short)"
            guard let entry = try entry(path, at: commit, subject: subject),
                git_tree_entry_type(entry.pointer) == GIT_OBJECT_BLOB
            else { return nil }
            let blob = try make(subject, free: git_blob_free) {
                git_blob_lookup(&$0, handle, git_tree_entry_id(entry.pointer))
            }
            guard let start = git_blob_rawcontent(blob.pointer) else { return [] }
            return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(git_blob_rawsize(blob.pointer))))
        }
    }

    /// What is in a folder at a commit, sorted by name; nothing where there is no such folder.
    ///
    /// `""` is the root.
    package func list(_ folder: String, at commit: CommitID) throws(GitError) -> [TreeEntry] {
        try locked { () throws(GitError) in
            let subject = "list `\(folder)` at \(commit.short)"
            let path = folder.split(separator: "/").filter { $0 != "." }.reduce("") { path, name in
                path.isEmpty ? String(name) : "\(path)/\(name)"
            }
            guard !path.isEmpty else { return entries(of: try tree(of: commit).pointer) }
            guard let entry = try entry(path, at: commit, subject: subject),
                git_tree_entry_type(entry.pointer) == GIT_OBJECT_TREE
            else { return [] }
            let tree = try make(subject, free: git_tree_free) {
                git_tree_lookup(&$0, handle, git_tree_entry_id(entry.pointer))
            }
            return entries(of: tree.pointer)
        }
    }

    // MARK: For the other parts of this module

    func lookUpCommit(_ id: CommitID) throws(GitError) -> Owned {
        var oid = id.oid
        return try make("find commit \(id) in `\(name)`", free: git_commit_free) {
            git_commit_lookup(&$0, handle, &oid)
        }
    }

    func tree(of id: CommitID) throws(GitError) -> Owned {
        let commit = try lookUpCommit(id)
        return try make("read the tree of \(id)", free: git_tree_free) {
            git_commit_tree(&$0, commit.pointer)
        }
    }

    func info(of commit: OpaquePointer) throws(GitError) -> CommitInfo {
        guard let id = git_commit_id(commit), let tree = git_commit_tree_id(commit),
            let author = git_commit_author(commit), let committer = git_commit_committer(commit)
        else { throw GitError(reason: .other, subject: "read a commit", message: "it is not complete") }
        let parents = (0..<git_commit_parentcount(commit)).compactMap { index in
            git_commit_parent_id(commit, index).map { CommitID($0.pointee) }
        }
        return CommitInfo(
            id: CommitID(id.pointee),
            tree: CommitID(tree.pointee),
            parents: parents,
            author: Signature(author.pointee),
            committer: Signature(committer.pointee),
            message: git_commit_message(commit).map { String(cString: $0) } ?? ""
        )
    }

    func entry(_ path: String, at commit: CommitID, subject: String) throws(GitError) -> Owned? {
        let tree = try tree(of: commit)
        return try makeIfPresent(subject, free: git_tree_entry_free, missing: GIT_ENOTFOUND.rawValue) {
            git_tree_entry_bypath(&$0, tree.pointer, path)
        }
    }

    private func entries(of tree: OpaquePointer) -> [TreeEntry] {
        let entries = (0..<git_tree_entrycount(tree)).compactMap { index -> TreeEntry? in
            guard let entry = git_tree_entry_byindex(tree, index), let name = git_tree_entry_name(entry)
            else {
                return nil
            }
            let mode = git_tree_entry_filemode(entry)
            let kind: TreeEntry.Kind =
                switch mode {
                case GIT_FILEMODE_TREE: .tree
                case GIT_FILEMODE_LINK: .link
                case GIT_FILEMODE_COMMIT: .submodule
                default: .blob
                }
            return TreeEntry(
                name: String(cString: name),
                kind: kind,
                isExecutable: mode == GIT_FILEMODE_BLOB_EXECUTABLE
            )
        }
        return entries.sorted { $0.name < $1.name }
    }
}
