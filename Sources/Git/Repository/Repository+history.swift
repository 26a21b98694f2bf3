import CLibGit2

extension Repository {
    /// The paths that differ between two commits, both names of a moved file among them, sorted.
    ///
    /// Without `from` these are all files of `to`, as for the first commit of a repository.
    package func changedPaths(from: CommitID?, to: CommitID) throws(GitError) -> [String] {
        try locked { () throws(GitError) in
            let newer = try tree(of: to)
            guard let from else { return try changedPaths(from: nil, to: newer.pointer, of: to) }
            let older = try tree(of: from)
            return try changedPaths(from: older.pointer, to: newer.pointer, of: to)
        }
    }

    /// The best common ancestor of two commits; nil where they share none.
    package func mergeBase(_ one: CommitID, _ other: CommitID) throws(GitError) -> CommitID? {
        try locked { () throws(GitError) in
            if let cut = try CutHistory(of: self) { return try cut.mergeBase(one, other) }
            var oids = (one.oid, other.oid)
            var base = git_oid()
            let code = git_merge_base(&base, handle, &oids.0, &oids.1)
            if code == GIT_ENOTFOUND.rawValue { return nil }
            try git("find the merge base of \(one.short) and \(other.short)") { code }
            return CommitID(base)
        }
    }

    /// Whether `commit` is `ancestor` or comes after it.
    package func isAncestor(_ ancestor: CommitID, of commit: CommitID) throws(GitError) -> Bool {
        if ancestor == commit { return true }
        return try locked { () throws(GitError) in
            if let cut = try CutHistory(of: self) { return try cut.isAncestor(ancestor, of: commit) }
            var oids = (commit.oid, ancestor.oid)
            let code = git_graph_descendant_of(handle, &oids.0, &oids.1)
            try git("compare \(commit.short) with \(ancestor.short)") { code }
            return code == 1
        }
    }

    /// The commits that `after` has and `before` has not, oldest first; of more than `limit`, the newest.
    ///
    /// Without `before` these are all that lead to `after`.
    package func commitsBetween(
        _ before: CommitID?,
        _ after: CommitID,
        limit: Int = .max
    ) throws(GitError) -> [CommitInfo] {
        try locked { () throws(GitError) in
            var commits: [CommitInfo] = []
            for id in try walk(from: after, hiding: before.map { [$0] } ?? [], limit: limit) {
                commits.append(try info(of: lookUpCommit(id).pointer))
            }
            return commits.reversed()
        }
    }

    /// The commits that `commit` has and none of `others`, as far as these are here, newest first.
    package func commits(of commit: CommitID, notIn others: [CommitID]) throws(GitError) -> [CommitID] {
        try locked { () throws(GitError) in
            var hidden: [CommitID] = []
            for other in others where try contains(other) { hidden.append(other) }
            return try walk(from: commit, hiding: hidden)
        }
    }

    /// Whether an object of this name is here.
    package func contains(_ id: CommitID) throws(GitError) -> Bool {
        try locked { () throws(GitError) in
            let odb = try make("open the objects of `\(name)`", free: git_odb_free) {
                git_repository_odb(&$0, handle)
            }
            var oid = id.oid
            return git_odb_exists(odb.pointer, &oid) == 1
        }
    }

    /// The ids of the commits that lead to `start` and to none of `hidden`, newest first, children before
    /// parents.
    func walk(
        from start: CommitID,
        hiding hidden: [CommitID],
        limit: Int = .max
    ) throws(GitError) -> [CommitID] {
        if let cut = try CutHistory(of: self) {
            return Array(try cut.walk(from: start, hiding: hidden).prefix(limit))
        }
        let walk = try makeWalk(from: start, hiding: hidden)
        var ids: [CommitID] = []
        var oid = git_oid()
        while ids.count < limit {
            let code = git_revwalk_next(&oid, walk.pointer)
            if code == GIT_ITEROVER.rawValue { break }
            try git("walk the history of \(start.short)") { code }
            ids.append(CommitID(oid))
        }
        return ids
    }

    func makeWalk(from start: CommitID, hiding hidden: [CommitID]) throws(GitError) -> Owned {
        let subject = "walk the history of \(start.short)"
        let walk = try make(subject, free: git_revwalk_free) { git_revwalk_new(&$0, handle) }
        let order = GIT_SORT_TOPOLOGICAL.rawValue | GIT_SORT_TIME.rawValue
        try git(subject) { git_revwalk_sorting(walk.pointer, order) }
        var oid = start.oid
        try git(subject) { git_revwalk_push(walk.pointer, &oid) }
        for commit in hidden {
            var oid = commit.oid
            try git(subject) { git_revwalk_hide(walk.pointer, &oid) }
        }
        return walk
    }

    private func changedPaths(
        from older: OpaquePointer?,
        to newer: OpaquePointer,
        of commit: CommitID
    ) throws(GitError) -> [String] {
        let diff = try make("compare trees up to \(commit.short)", free: git_diff_free) {
            git_diff_tree_to_tree(&$0, handle, older, newer, nil)
        }
        return paths(of: diff.pointer)
    }

    /// Every path that a comparison names, sorted, once each.
    func paths(of diff: OpaquePointer) -> [String] {
        var paths: Set<String> = []
        for index in 0..<git_diff_num_deltas(diff) {
            guard let delta = git_diff_get_delta(diff, index) else { continue }
            for file in [delta.pointee.old_file, delta.pointee.new_file] {
                if let path = file.path { paths.insert(String(cString: path)) }
            }
        }
        return paths.sorted()
    }
}
