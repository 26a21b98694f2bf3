import CLibGit2

extension Repository {
    /// Where `HEAD` stands.
    package func head() throws(GitError) -> Head {
        try locked { () throws(GitError) in
            let subject = "read HEAD of `\(name)`"
            let head = try make(subject, free: git_reference_free) {
                git_reference_lookup(&$0, handle, "HEAD")
            }
            guard git_reference_type(head.pointer) == GIT_REFERENCE_SYMBOLIC else {
                guard let target = git_reference_target(head.pointer) else { return Head() }
                return Head(commit: CommitID(target.pointee), ref: nil)
            }
            let ref = git_reference_symbolic_target(head.pointer).map { String(cString: $0) }
            guard let ref else { return Head() }
            return Head(commit: try commitOfReference(ref), ref: ref)
        }
    }

    /// The commit that a branch, tag, remote branch, full ref or commit id stands for; `~n` and `^n` may
    /// follow.
    ///
    /// A branch wins over a tag of the same name, and both over an abbreviated commit id. Names that could do
    /// harm elsewhere (a leading `-`, control characters, `..`, more than 1,000 bytes) are refused as
    /// `.invalidName`.
    package func resolve(_ revision: String) throws(GitError) -> Resolved {
        try locked { () throws(GitError) in
            let subject = "resolve `\(RefName.excerpt(revision))`"
            guard RefName.hasSafeText(revision) else {
                throw GitError(
                    reason: .invalidName,
                    subject: subject,
                    message: "this is not a name of a revision"
                )
            }
            let end = revision.firstIndex { $0 == "~" || $0 == "^" } ?? revision.endIndex
            let base = String(revision[..<end])
            let steps = String(revision[end...])
            guard steps.utf8.allSatisfy({ "~^0123456789".utf8.contains($0) }), steps.utf8.count <= 32 else {
                throw GitError(
                    reason: .invalidName,
                    subject: subject,
                    message: "only digits, `~` and `^` may follow a name"
                )
            }
            guard let found = try resolveName(base, subject: subject) else {
                throw GitError(
                    reason: .notFound,
                    subject: subject,
                    message: "`\(name)` has no branch, tag or commit of this name"
                )
            }
            guard !steps.isEmpty else { return found }
            let object = try make(subject, free: git_object_free) {
                git_revparse_single(&$0, handle, found.commit.hex + steps)
            }
            return Resolved(commit: try peelToCommit(object.pointer, subject: subject), ref: nil)
        }
    }

    /// The commit at a ref, given by its full name; nil if there is no such ref or it leads nowhere yet.
    package func commitOfReference(_ ref: String) throws(GitError) -> CommitID? {
        try locked { () throws(GitError) in
            let subject = "read `\(RefName.excerpt(ref))` of `\(name)`"
            let found = try makeIfPresent(
                subject,
                free: git_reference_free,
                missing: GIT_ENOTFOUND.rawValue,
                GIT_EINVALIDSPEC.rawValue
            ) { git_reference_lookup(&$0, handle, ref) }
            guard let found else { return nil }
            let object = try makeIfPresent(
                subject,
                free: git_object_free,
                missing: GIT_ENOTFOUND.rawValue,
                GIT_EPEEL.rawValue
            ) { git_reference_peel(&$0, found.pointer, GIT_OBJECT_COMMIT) }
            guard let object, let oid = git_object_id(object.pointer) else { return nil }
            return CommitID(oid.pointee)
        }
    }

    /// All refs whose full name starts with `prefix` and that lead to a commit, sorted by name.
    package func references(under prefix: String = "refs/") throws(GitError) -> [Reference] {
        try locked { () throws(GitError) in
            var list = git_strarray()
            try git("list the refs of `\(name)`") { git_reference_list(&list, handle) }
            var references: [Reference] = []
            for ref in take(&list).filter({ $0.hasPrefix(prefix) }).sorted() {
                guard let commit = try commitOfReference(ref) else { continue }
                references.append(Reference(name: ref, commit: commit))
            }
            return references
        }
    }

    /// The branch that pull requests go into and manual runs start from.
    ///
    /// `origin/HEAD` says so; else `init.defaultBranch`, `main` or `master` where such a branch is; else the
    /// branch of `HEAD`. Nil only where `HEAD` is detached and nothing else tells.
    package func defaultBranch() throws(GitError) -> String? {
        try locked { () throws(GitError) in
            let prefix = "refs/remotes/origin/"
            let origin = try makeIfPresent(
                "read origin/HEAD",
                free: git_reference_free,
                missing: GIT_ENOTFOUND.rawValue
            ) { git_reference_lookup(&$0, handle, prefix + "HEAD") }
            if let origin, let target = git_reference_symbolic_target(origin.pointer) {
                let ref = String(cString: target)
                if ref.hasPrefix(prefix) { return String(ref.dropFirst(prefix.count)) }
            }
            let configured = try config("init.defaultBranch")
            for branch in [configured, "main", "master"].compactMap({ $0 }) where RefName.isValidShort(branch)
            {
                if try commitOfReference("refs/heads/\(branch)") != nil { return branch }
            }
            return try head().branch
        }
    }

    private func resolveName(_ base: String, subject: String) throws(GitError) -> Resolved? {
        if base == "HEAD" || base == "@" {
            let head = try head()
            return head.commit.map { Resolved(commit: $0, ref: head.ref) }
        }
        if let id = CommitID(base) {
            return try resolveObject(id.hex, subject: subject)
        }
        if base.hasPrefix("refs/") {
            guard RefName.isValidFull(base) else { return nil }
            let isNamed = base.hasPrefix("refs/heads/") || base.hasPrefix("refs/tags/")
            return try commitOfReference(base).map { Resolved(commit: $0, ref: isNamed ? base : nil) }
        }
        if RefName.isValidShort(base) {
            for ref in ["refs/heads/\(base)", "refs/tags/\(base)"] {
                if let commit = try commitOfReference(ref) { return Resolved(commit: commit, ref: ref) }
            }
            if let commit = try commitOfReference("refs/remotes/\(base)") {
                let branch = base.drop { $0 != "/" }.dropFirst()
                let isBranch = !branch.isEmpty && branch != "HEAD"
                return Resolved(commit: commit, ref: isBranch ? "refs/heads/\(branch)" : nil)
            }
            if let commit = try commitOfReference("refs/remotes/origin/\(base)") {
                return Resolved(commit: commit, ref: "refs/heads/\(base)")
            }
        }
        guard base.utf8.count >= 4, base.utf8.count < 40, base.utf8.allSatisfy(\.isHexDigit) else {
            return nil
        }
        return try resolveObject(base, subject: subject)
    }

    /// The commit that a commit id, full or abbreviated, leads to.
    private func resolveObject(_ digits: String, subject: String) throws(GitError) -> Resolved? {
        var oid = git_oid()
        try git(subject) { git_oid_fromstrn(&oid, digits, digits.utf8.count) }
        let object = try makeIfPresent(subject, free: git_object_free, missing: GIT_ENOTFOUND.rawValue) {
            git_object_lookup_prefix(&$0, handle, &oid, digits.utf8.count, GIT_OBJECT_ANY)
        }
        guard let object else { return nil }
        return Resolved(commit: try peelToCommit(object.pointer, subject: subject), ref: nil)
    }

    private func peelToCommit(_ object: OpaquePointer, subject: String) throws(GitError) -> CommitID {
        let commit = try make(subject, free: git_object_free) {
            git_object_peel(&$0, object, GIT_OBJECT_COMMIT)
        }
        guard let oid = git_object_id(commit.pointer) else {
            throw GitError(reason: .notFound, subject: subject, message: "it has no id")
        }
        return CommitID(oid.pointee)
    }
}
