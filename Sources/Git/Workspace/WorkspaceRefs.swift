import CLibGit2

/// How the refs of a source are called in a clone of it.
enum WorkspaceRefs {
    /// The short name of a branch, from its full one.
    static func branch(of ref: String) -> String? {
        ref.hasPrefix("refs/heads/") ? String(ref.dropFirst("refs/heads/".count)) : nil
    }

    /// Where a clone keeps what its origin has: `refs/pull/1/merge` is `refs/remotes/pull/1/merge`, as after
    /// `actions/checkout`.
    static func tracking(_ ref: String) -> String {
        if let branch = branch(of: ref) { return "refs/remotes/origin/\(branch)" }
        if ref.hasPrefix("refs/tags/") || ref.hasPrefix("refs/remotes/") { return ref }
        return "refs/remotes/\(ref.dropFirst("refs/".count))"
    }

    /// Branches and tags under the names that a clone has for them.
    ///
    /// What the source knows of its own origin serves for branches that it has not checked out itself.
    static func asSeenByClone(_ references: [Reference]) -> [Reference] {
        var found: [String: CommitID] = [:]
        let remote = references.filter {
            $0.name.hasPrefix("refs/remotes/origin/") && !$0.name.hasSuffix("/HEAD")
        }
        let own = references.filter { $0.name.hasPrefix("refs/heads/") || $0.name.hasPrefix("refs/tags/") }
        for reference in remote + own { found[tracking(reference.name)] = reference.commit }
        return found.map { Reference(name: $0.key, commit: $0.value) }.sorted { $0.name < $1.name }
    }

    /// Writes refs in one file: a repository may have tens of thousands.
    static func writePacked(
        _ references: [Reference],
        of repository: Repository,
        subject: String
    ) throws(GitError) {
        guard !references.isEmpty else { return }
        let lines = references.map { "\($0.commit) \($0.name)\n" }.joined()
        try Folders.write(lines, to: "\(repository.gitDirectory)/packed-refs", subject: subject)
    }
}

extension Repository {
    /// Every branch, remote branch and tag with the object that it names itself: an annotated tag gives the
    /// tag's id.
    func storedReferences() throws(GitError) -> [Reference] {
        try locked { () throws(GitError) in
            let subject = "list the refs of `\(name)`"
            let iterator = try make(subject, free: git_reference_iterator_free) {
                git_reference_iterator_new(&$0, handle)
            }
            var references: [Reference] = []
            while true {
                let next = try makeIfPresent(
                    subject,
                    free: git_reference_free,
                    missing: GIT_ITEROVER.rawValue
                ) {
                    git_reference_next(&$0, iterator.pointer)
                }
                guard let next else { return references }
                // A symbolic ref, such as `origin/HEAD`, names no object.
                guard let name = git_reference_name(next.pointer),
                    let oid = git_reference_target(next.pointer)
                else {
                    continue
                }
                references.append(Reference(name: String(cString: name), commit: CommitID(oid.pointee)))
            }
        }
    }
}
