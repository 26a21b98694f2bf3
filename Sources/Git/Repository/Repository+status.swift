import CLibGit2

extension Repository {
    /// The files that differ from `HEAD`, sorted by path; ignored ones are left out.
    ///
    /// Nothing is written.
    package func changedFiles(includingUntracked: Bool = true) throws(GitError) -> [ChangedFile] {
        try locked { () throws(GitError) in
            let subject = "compare the files of `\(name)`"
            var options = git_status_options()
            try git(subject) { git_status_options_init(&options, UInt32(GIT_STATUS_OPTIONS_VERSION)) }
            options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR
            options.flags = GIT_STATUS_OPT_DISABLE_PATHSPEC_MATCH.rawValue
            if includingUntracked {
                options.flags |=
                    GIT_STATUS_OPT_INCLUDE_UNTRACKED.rawValue
                    | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS.rawValue
            }
            let list = try make(subject, free: git_status_list_free) {
                git_status_list_new(&$0, handle, &options)
            }
            let index = try make(subject, free: git_index_free) { git_repository_index(&$0, handle) }
            var changed: [ChangedFile] = []
            for position in 0..<git_status_list_entrycount(list.pointer) {
                guard let entry = git_status_byindex(list.pointer, position)?.pointee,
                    let file = ChangedFile(entry)
                else { continue }
                // What a sparse checkout has not written is not deleted.
                let isMissing = file.status == .deleted && !file.isStaged
                if isMissing, isLeftOut(file.path, of: index.pointer) { continue }
                changed.append(file)
            }
            return changed.sorted { $0.path < $1.path }
        }
    }

    /// Whether the files and the index are what `HEAD` says.
    package func isClean(includingUntracked: Bool = true) throws(GitError) -> Bool {
        try changedFiles(includingUntracked: includingUntracked).isEmpty
    }
}

extension ChangedFile {
    init?(_ entry: git_status_entry) {
        let flags = entry.status.rawValue
        func has(_ status: git_status_t...) -> Bool { status.contains { flags & $0.rawValue != 0 } }
        let delta = entry.index_to_workdir ?? entry.head_to_index
        guard let path = delta?.pointee.new_file.path ?? delta?.pointee.old_file.path else { return nil }
        self.path = String(cString: path)
        isStaged = has(
            GIT_STATUS_INDEX_NEW,
            GIT_STATUS_INDEX_MODIFIED,
            GIT_STATUS_INDEX_DELETED,
            GIT_STATUS_INDEX_TYPECHANGE
        )
        isUnstaged = has(
            GIT_STATUS_WT_NEW,
            GIT_STATUS_WT_MODIFIED,
            GIT_STATUS_WT_DELETED,
            GIT_STATUS_WT_TYPECHANGE,
            GIT_STATUS_CONFLICTED
        )
        if has(GIT_STATUS_CONFLICTED) {
            status = .conflicted
        } else if has(GIT_STATUS_WT_DELETED) || (has(GIT_STATUS_INDEX_DELETED) && !has(GIT_STATUS_WT_NEW)) {
            status = .deleted
        } else if has(GIT_STATUS_INDEX_NEW) {
            status = .added
        } else if has(GIT_STATUS_INDEX_DELETED) {
            status = .modified
        } else if has(GIT_STATUS_WT_NEW) {
            status = .untracked
        } else if has(GIT_STATUS_INDEX_TYPECHANGE, GIT_STATUS_WT_TYPECHANGE) {
            status = .typeChanged
        } else if has(GIT_STATUS_INDEX_MODIFIED, GIT_STATUS_WT_MODIFIED) {
            status = .modified
        } else {
            return nil
        }
    }
}
