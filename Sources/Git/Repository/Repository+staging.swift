import CLibGit2
import Foundation

extension Repository {
    /// Puts the present state of files into the index, as `git add --all -- paths` does: new, changed and
    /// deleted ones.
    ///
    /// A path may be relative to the working folder or lie in it, and may be a folder or a pattern
    /// (`*.json`). Ignored files stay out unless `includingIgnored`. A path that fits no file, neither on
    /// disk nor in the index, is an error, `.notFound`, and then nothing is staged.
    package func stage(_ paths: [String], includingIgnored: Bool = false) throws(GitError) {
        try locked { () throws(GitError) in
            let subject = "stage files in `\(name)`"
            guard let workTree else {
                throw GitError(reason: .bare, subject: subject, message: "the repository has no files")
            }
            let index = try make(subject, free: git_index_free) { git_repository_index(&$0, handle) }
            try git(subject) { git_index_read(index.pointer, 0) }
            var patterns: [String] = []
            for path in paths {
                let pattern = try relativePath(path, in: workTree)
                guard matchesFile(pattern, in: workTree, index: index.pointer) else {
                    throw GitError(
                        reason: .notFound,
                        subject: "stage `\(path)`",
                        message: "no file fits this path"
                    )
                }
                patterns.append(pattern)
            }
            guard !patterns.isEmpty else { return }
            try addAll(patterns, to: index.pointer, includingIgnored: includingIgnored, subject: subject)
            try git(subject) { git_index_write(index.pointer) }
        }
    }

    /// The paths whose state in the index differs from `HEAD`, sorted.
    package func stagedPaths() throws(GitError) -> [String] {
        try locked { () throws(GitError) in
            let subject = "compare the index of `\(name)` with HEAD"
            let index = try make(subject, free: git_index_free) { git_repository_index(&$0, handle) }
            try git(subject) { git_index_read(index.pointer, 0) }
            guard let commit = try head().commit else {
                return try stagedPaths(since: nil, index.pointer, subject)
            }
            let tree = try tree(of: commit)
            return try stagedPaths(since: tree.pointer, index.pointer, subject)
        }
    }

    /// Commits what is staged onto `HEAD`'s branch, as `git commit` does but without hooks.
    ///
    /// An index that does not differ from `HEAD` is an error, `.nothingToCommit`, unless `allowsEmpty`.
    @discardableResult
    package func commitStaged(
        message: String,
        author: Signature,
        committer: Signature? = nil,
        allowsEmpty: Bool = false
    ) throws(GitError) -> CommitID {
        try locked { () throws(GitError) in
            let subject = "commit in `\(name)`"
            let index = try make(subject, free: git_index_free) { git_repository_index(&$0, handle) }
            try git(subject) { git_index_read(index.pointer, 0) }
            var tree = git_oid()
            try git(subject) { git_index_write_tree(&tree, index.pointer) }
            let parent = try head().commit
            if !allowsEmpty {
                let isEmpty =
                    if let parent { try commit(parent).tree == CommitID(tree) } else {
                        git_index_entrycount(index.pointer) == 0
                    }
                if isEmpty {
                    throw GitError(reason: .nothingToCommit, subject: subject, message: "nothing is staged")
                }
            }
            return try createCommit(
                tree: CommitID(tree),
                parents: parent.map { [$0] } ?? [],
                message: message,
                author: author,
                committer: committer ?? author,
                moving: "HEAD"
            )
        }
    }

    /// Writes a commit; with `moving`, the ref goes to it, provided that it still stands at the first parent.
    func createCommit(
        tree: CommitID,
        parents: [CommitID],
        message: String,
        author: Signature,
        committer: Signature,
        moving ref: String? = nil
    ) throws(GitError) -> CommitID {
        let subject = "write a commit to `\(name)`"
        var treeOID = tree.oid
        let tree = try make(subject, free: git_tree_free) { git_tree_lookup(&$0, handle, &treeOID) }
        var commits: [OpaquePointer?] = []
        defer { for commit in commits { git_commit_free(commit) } }
        for parent in parents {
            var oid = parent.oid
            var commit: OpaquePointer?
            try git(subject) { git_commit_lookup(&commit, handle, &oid) }
            commits.append(commit)
        }
        var created = git_oid()
        try author.withGit { author throws(GitError) in
            try committer.withGit { committer throws(GitError) in
                try git(subject) {
                    git_commit_create(
                        &created,
                        handle,
                        ref,
                        author,
                        committer,
                        nil,
                        message,
                        tree.pointer,
                        commits.count,
                        &commits
                    )
                }
            }
        }
        return CommitID(created)
    }

    /// Takes the present state of files into an index, in memory.
    ///
    /// What a sparse checkout has not written is not taken for deleted.
    func addAll(
        _ patterns: [String],
        to index: OpaquePointer,
        includingIgnored: Bool = false,
        subject: String
    ) throws(GitError) {
        let flags = includingIgnored ? GIT_INDEX_ADD_FORCE.rawValue : GIT_INDEX_ADD_DEFAULT.rawValue
        try withStrings(patterns) { list throws(GitError) in
            try git(subject) {
                git_index_add_all(
                    index,
                    &list,
                    flags,
                    { path, _, index in
                        guard let path, let index else { return 0 }
                        return isLeftOut(path, of: OpaquePointer(index)) ? 1 : 0
                    },
                    UnsafeMutableRawPointer(index)
                )
            }
        }
    }

    private func stagedPaths(
        since tree: OpaquePointer?,
        _ index: OpaquePointer,
        _ subject: String
    ) throws(GitError) -> [String] {
        let diff = try make(subject, free: git_diff_free) {
            git_diff_tree_to_index(&$0, handle, tree, index, nil)
        }
        return paths(of: diff.pointer)
    }

    /// A path as the index has it: relative to the working folder, without `.` and `..`.
    private func relativePath(_ path: String, in workTree: String) throws(GitError) -> String {
        var text = path[...]
        if path.hasPrefix("/") {
            let folder = workTree + "/"
            let resolved =
                URL(fileURLWithPath: path).deletingLastPathComponent().resolvingSymlinksInPath().path
                + "/" + (path.split(separator: "/").last.map(String.init) ?? "")
            let candidates = [path, resolved]
            guard let inside = candidates.first(where: { $0.hasPrefix(folder) || $0 == workTree }) else {
                throw GitError(
                    reason: .invalidName,
                    subject: "stage `\(path)`",
                    message: "it lies outside of `\(workTree)`"
                )
            }
            text = inside.dropFirst(workTree.count)
        }
        var parts: [Substring] = []
        for part in text.split(separator: "/") where part != "." {
            if part == ".." {
                guard parts.popLast() != nil else {
                    throw GitError(
                        reason: .invalidName,
                        subject: "stage `\(path)`",
                        message: "it lies outside of `\(workTree)`"
                    )
                }
            } else {
                parts.append(part)
            }
        }
        return parts.isEmpty ? "*" : parts.joined(separator: "/")
    }

    private func matchesFile(_ pattern: String, in workTree: String, index: OpaquePointer) -> Bool {
        if pattern.contains(where: { "*?[".contains($0) }) { return true }
        var attributes = stat()
        if lstat("\(workTree)/\(pattern)", &attributes) == 0 { return true }
        return git_index_get_bypath(index, pattern, 0) != nil
            || git_index_find_prefix(nil, index, pattern + "/") == 0
    }
}

/// Whether a sparse checkout has not written a file that the index lists.
func isLeftOut(_ path: UnsafePointer<CChar>, of index: OpaquePointer) -> Bool {
    guard let entry = git_index_get_bypath(index, path, 0) else { return false }
    return UInt32(entry.pointee.flags_extended) & GIT_INDEX_ENTRY_SKIP_WORKTREE.rawValue != 0
}
