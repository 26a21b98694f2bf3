import CLibGit2

/// Which files of a repository a sparse workspace has.
protocol SparseSelection {
    /// Whether git may read `patterns` as a cone.
    static var isCone: Bool { get }
    /// What git keeps in `info/sparse-checkout`.
    var patterns: String { get }

    /// Whether a file is written.
    func contains(_ path: String) -> Bool
}

extension SparseSelection {
    /// The paths of an index that are written.
    func divide(_ index: OpaquePointer, subject: String) throws(GitError) -> [String] {
        (0..<git_index_entrycount(index)).compactMap { position in
            guard let entry = git_index_get_byindex(index, position), let path = entry.pointee.path else {
                return nil
            }
            let text = String(cString: path)
            return contains(text) ? text : nil
        }
    }

    /// Marks the other entries as not written.
    func skipOthers(_ index: OpaquePointer, subject: String) throws(GitError) {
        for position in 0..<git_index_entrycount(index) {
            guard let entry = git_index_get_byindex(index, position), let path = entry.pointee.path,
                !contains(String(cString: path))
            else { continue }
            var changed = entry.pointee
            changed.flags_extended |= UInt16(GIT_INDEX_ENTRY_SKIP_WORKTREE.rawValue)
            changed.flags |= UInt16(GIT_INDEX_ENTRY_EXTENDED.rawValue)
            try git(subject) { git_index_add(index, &changed) }
        }
    }
}
