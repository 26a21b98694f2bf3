import CLibGit2

extension Repository {
    /// Brings a commit, with all that it needs, to a ref of another repository.
    ///
    /// A branch only ever moves forward, and a tag never, unless `force`. On this machine a branch that is
    /// checked out is moved together with its files, where these are clean; otherwise nothing at all is
    /// changed there.
    package func push(
        _ commit: CommitID,
        to ref: String,
        of remote: String,
        token: String? = nil,
        force: Bool = false,
        as signer: Signature? = nil
    ) throws(PushError) {
        guard RefName.isValidFull(ref) else {
            throw PushError(.refused("this is not a full name of a ref"), remote: remote, ref: ref)
        }
        let failure: PushError?
        do throws(GitError) {
            let address = try RemoteAddress(remote, relativeTo: name)
            failure = try locked { () throws(GitError) -> PushError? in
                switch address {
                case .local(let path):
                    let push = LocalPush(source: self, commit: commit, ref: ref, force: force, signer: signer)
                    return try push.run(to: path).map { PushError($0, remote: remote, ref: ref) }
                case .network:
                    return try pushOverNetwork(commit, to: ref, of: address, token: token, force: force)
                }
            }
        } catch {
            throw PushError(error, remote: remote, ref: ref)
        }
        if let failure { throw failure }
    }

    /// Nil where the push has succeeded.
    private func pushOverNetwork(
        _ commit: CommitID,
        to ref: String,
        of address: RemoteAddress,
        token: String?,
        force: Bool
    ) throws(GitError) -> PushError? {
        let subject = "push to `\(RemoteAddress.redacted(address.url))`"
        let connection = Connection(to: address, credentials: Credentials(token: token))
        // libgit2 pushes refs, not commits: this one stands for the commit meanwhile.
        let temporary = "refs/flowrun/pushing/\(commit)"
        try setReference(temporary, to: commit, message: "push")
        defer { git_reference_remove(handle, temporary) }
        try Remote.retrying(address) { () throws(GitError) in
            connection.reset()
            let remote = try makeRemote(address, subject: subject)
            var options = git_push_options()
            try git(subject) { git_push_options_init(&options, UInt32(GIT_PUSH_OPTIONS_VERSION)) }
            connection.attach(to: &options.callbacks)
            options.proxy_opts.type = connection.proxy
            try withExtendedLifetime(connection) { () throws(GitError) in
                try withStrings(["\(force ? "+" : "")\(temporary):\(ref)"]) { rules throws(GitError) in
                    try git(subject) { git_remote_push(remote.pointer, &rules, &options) }
                }
            }
        }
        guard let refusal = connection.refusals.first else { return nil }
        let isBehind = refusal.reason.contains("non-fast-forward") || refusal.reason.contains("fetch first")
        return PushError(
            isBehind ? .nonFastForward : .refused(refusal.reason),
            remote: address.url,
            ref: ref,
            message: refusal.reason
        )
    }
}
