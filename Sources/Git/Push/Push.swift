import CLibGit2

extension Repository {
    /// Brings a commit, with all that it needs, to a ref of another repository.
    ///
    /// A branch only ever moves forward, and a tag never, but for what is to be overwritten. On this machine a branch that
    /// is checked out is moved together with its files, where these are clean; otherwise nothing at all is changed there.
    ///
    /// - Returns: What the ref named before; nil where it was not there.
    @discardableResult
    package func push(
        _ commit: CommitID,
        to ref: String,
        of remote: String,
        token: String? = nil,
        overwriting: Overwriting = .nothing,
        as signer: Signature? = nil
    ) throws(PushError) -> CommitID? {
        guard RefName.isValidFull(ref) else {
            throw PushError(.refused("this is not a full name of a ref"), remote: remote, ref: ref)
        }
        let ending: LocalPush.Ending
        do throws(GitError) {
            let address = try RemoteAddress(remote, relativeTo: name)
            ending = try locked { () throws(GitError) in
                switch address {
                case .local(let path):
                    let push = LocalPush(
                        source: self,
                        commit: commit,
                        ref: ref,
                        overwriting: overwriting,
                        signer: signer
                    )
                    return try push.run(to: path)
                case .network:
                    return try pushOverNetwork(commit, to: ref, of: address, token, overwriting)
                }
            }
        } catch {
            throw PushError(error, remote: remote, ref: ref)
        }
        switch ending {
        case .arrived(let former): return former
        case .refused(let reason): throw PushError(reason, remote: remote, ref: ref)
        }
    }

    private func pushOverNetwork(
        _ commit: CommitID,
        to ref: String,
        of address: RemoteAddress,
        _ token: String?,
        _ overwriting: Overwriting
    ) throws(GitError) -> LocalPush.Ending {
        let subject = "push to `\(RemoteAddress.redacted(address.url))`"
        let connection = Connection(to: address, credentials: Credentials(token: token))
        connection.overwriting = overwriting
        // libgit2 pushes refs, not commits: this one stands for the commit meanwhile.
        let temporary = "refs/flowrun/pushing/\(commit)"
        try setReference(temporary, to: commit, message: "push")
        defer { git_reference_remove(handle, temporary) }
        let mark = overwriting == .nothing ? "" : "+"
        try Remote.retrying(address) { () throws(GitError) in
            connection.reset()
            let remote = try makeRemote(address, subject: subject)
            var options = git_push_options()
            try git(subject) { git_push_options_init(&options, UInt32(GIT_PUSH_OPTIONS_VERSION)) }
            connection.attach(to: &options.callbacks)
            options.proxy_opts.type = connection.proxy
            try withExtendedLifetime(connection) { () throws(GitError) in
                try withStrings(["\(mark)\(temporary):\(ref)"]) { rules throws(GitError) in
                    let code = git_remote_push(remote.pointer, &rules, &options)
                    if connection.broken == nil { try git(subject) { code } }
                }
            }
        }
        if let broken = connection.broken { return .refused(broken) }
        guard let refusal = connection.refusals.first else { return .arrived(former: connection.former) }
        let isBehind = refusal.reason.contains("non-fast-forward") || refusal.reason.contains("fetch first")
        return .refused(isBehind ? .nonFastForward : .refused(refusal.reason))
    }
}
