import CLibGit2

extension Repository {
    /// Sets a ref, provided that it still stands at `before` (or does not exist, where `before` is nil);
    /// otherwise the error is `.moved`.
    ///
    /// With `before` equal to nil and `isForced`, whatever was there is replaced.
    func moveReference(
        _ ref: String,
        from before: CommitID?,
        to after: CommitID,
        isForced: Bool = false,
        message: String,
        subject: String
    ) throws(GitError) {
        var target = after.oid
        // All zeroes stand for "does not exist".
        var expected = before?.oid ?? git_oid()
        let moved = try make(subject, free: git_reference_free) {
            isForced && before == nil
                ? git_reference_create(&$0, handle, ref, &target, 1, message)
                : git_reference_create_matching(&$0, handle, ref, &target, 1, &expected, message)
        }
        _ = moved.pointer
    }

    /// Writes a ref that is nobody else's, such as one of a new workspace.
    package func setReference(_ ref: String, to commit: CommitID, message: String) throws(GitError) {
        try locked { () throws(GitError) in
            let subject = "set `\(RefName.excerpt(ref))` in `\(name)`"
            guard RefName.isValidFull(ref) else {
                throw GitError(
                    reason: .invalidName,
                    subject: subject,
                    message: "this is not a name for a ref"
                )
            }
            try moveReference(ref, from: nil, to: commit, isForced: true, message: message, subject: subject)
        }
    }

    /// Has `HEAD` follow a branch that is at `HEAD`'s commit, made or moved there; index and files stay as they are.
    package func startBranch(_ branch: String) throws(GitError) {
        try locked { () throws(GitError) in
            let ref = "refs/heads/\(branch)"
            if let commit = try head().commit {
                try setReference(ref, to: commit, message: "branch: from HEAD")
            }
            try git("change to the branch `\(RefName.excerpt(branch))` in `\(name)`") {
                git_repository_set_head(handle, ref)
            }
        }
    }

    /// Removes a ref; one that is not there is fine.
    package func removeReference(_ ref: String) throws(GitError) {
        try locked { () throws(GitError) in
            let code = git_reference_remove(handle, ref)
            guard code != GIT_ENOTFOUND.rawValue else { return }
            try git("remove `\(RefName.excerpt(ref))` from `\(name)`") { code }
        }
    }
}

extension Repository {
    /// Looks again at which objects there are.
    func refreshObjects(subject: String) throws(GitError) {
        try locked { () throws(GitError) in
            let odb = try make(subject, free: git_odb_free) { git_repository_odb(&$0, handle) }
            try git(subject) { git_odb_refresh(odb.pointer) }
        }
    }
}
