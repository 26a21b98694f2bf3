import CLibGit2

extension Repository {
    /// What came of merging one commit into another.
    package enum Merge: Sendable, Equatable {
        case merged(CommitID)
        /// These paths cannot be merged by themselves.
        case conflict([String])
    }

    /// Merges `head` into `base` in memory, and keeps the merge commit under a ref that is nobody's branch.
    ///
    /// The same two commits make the same merge commit: its time is that of the later one.
    ///
    /// - Parameter kept: The full name of the ref, such as `refs/flowrun/pull/…`.
    package func merge(
        _ head: CommitID,
        into base: CommitID,
        message: String,
        keptAs kept: String
    ) throws(GitError) -> Merge {
        try locked { () throws(GitError) in
            let subject = "merge \(head.short) into \(base.short)"
            let ours = try lookUpCommit(base)
            let theirs = try lookUpCommit(head)
            let index = try make(subject, free: git_index_free) {
                git_merge_commits(&$0, handle, ours.pointer, theirs.pointer, nil)
            }
            if git_index_has_conflicts(index.pointer) == 1 {
                return .conflict(try conflictingPaths(index.pointer, subject: subject))
            }
            var tree = git_oid()
            try git(subject) { git_index_write_tree_to(&tree, index.pointer, handle) }
            let time = max(try commit(base).committer.time, try commit(head).committer.time)
            let merged = try createCommit(
                tree: CommitID(tree),
                parents: [base, head],
                message: message,
                author: .flowrun(at: time),
                committer: .flowrun(at: time)
            )
            try setReference(kept, to: merged, message: "pull request: merged by flowrun")
            return .merged(merged)
        }
    }
}
