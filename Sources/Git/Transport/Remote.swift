import CLibGit2

/// Conversations with a remote repository that end with this call.
package enum Remote {
    /// The refs of a remote repository, `HEAD` among them, each with the commit that it leads to.
    package static func references(
        of remote: String,
        credentials: Credentials = .none
    ) throws(GitError) -> [Reference] {
        _ = Library.isReady
        let address = try RemoteAddress(remote)
        let subject = "list the refs of `\(RemoteAddress.redacted(remote))`"
        return try retrying(address) { () throws(GitError) in
            let handle = try make(subject, free: git_remote_free) {
                git_remote_create_detached(&$0, address.url)
            }
            return try references(of: handle.pointer, at: address, credentials: credentials, subject: subject)
        }
    }

    /// What a branch, tag, full ref or commit id of a remote repository stands for; nil where it has none
    /// such.
    ///
    /// A full commit id is taken as it is: the remote is not asked whether it has it.
    package static func resolve(
        _ revision: String,
        at remote: String,
        credentials: Credentials = .none
    ) throws(GitError) -> Resolved? {
        if let id = CommitID(revision) { return Resolved(commit: id, ref: nil) }
        guard revision == "HEAD" || RefName.isValidShort(revision) else {
            throw GitError(
                reason: .invalidName,
                subject: "resolve `\(RefName.excerpt(revision))`",
                message: "this is not a name of a branch or tag"
            )
        }
        let references = try references(of: remote, credentials: credentials)
        for name in [revision, "refs/heads/\(revision)", "refs/tags/\(revision)"] {
            guard let found = references.first(where: { $0.name == name }) else { continue }
            let isNamed = name.hasPrefix("refs/heads/") || name.hasPrefix("refs/tags/")
            return Resolved(commit: found.commit, ref: isNamed ? name : nil)
        }
        return nil
    }

    private static func references(
        of remote: OpaquePointer,
        at address: RemoteAddress,
        credentials: Credentials,
        subject: String
    ) throws(GitError) -> [Reference] {
        let connection = Connection(to: address, credentials: credentials)
        var options = git_remote_connect_options()
        try git(subject) {
            git_remote_connect_options_init(&options, UInt32(GIT_REMOTE_CONNECT_OPTIONS_VERSION))
        }
        connection.attach(to: &options.callbacks)
        options.proxy_opts.type = connection.proxy
        var heads: UnsafeMutablePointer<UnsafePointer<git_remote_head>?>?
        var count = 0
        try withExtendedLifetime(connection) { () throws(GitError) in
            try git(subject) { git_remote_connect_ext(remote, GIT_DIRECTION_FETCH, &options) }
            try git(subject) { git_remote_ls(&heads, &count, remote) }
        }
        defer { git_remote_disconnect(remote) }
        var commits: [String: CommitID] = [:]
        for index in 0..<count {
            guard let head = heads?[index]?.pointee, let name = head.name.map({ String(cString: $0) }) else {
                continue
            }
            // An annotated tag is followed by a line for what it marks.
            let peeled = name.hasSuffix("^{}") ? String(name.dropLast(3)) : nil
            commits[peeled ?? name] = CommitID(head.oid)
        }
        return commits.map { Reference(name: $0.key, commit: $0.value) }.sorted { $0.name < $1.name }
    }

    /// Tries up to three times while the remote cannot be reached.
    static func retrying<T>(
        _ address: RemoteAddress,
        _ body: () throws(GitError) -> T
    ) throws(GitError) -> T {
        var attempt = 1
        while true {
            do throws(GitError) {
                return try converse(with: address, body)
            } catch {
                guard error.reason == .unreachable, attempt < 3 else { throw error }
                pause(.milliseconds(Int.random(in: 200...500) * attempt))
                attempt += 1
            }
        }
    }

    /// One conversation; what went wrong with its connection is told in the words for that.
    private static func converse<T>(
        with address: RemoteAddress,
        _ body: () throws(GitError) -> T
    ) throws(GitError) -> T {
        guard case .network = address else { return try body() }
        let fault = SocketFault()
        let result = TimedSocket.$fault.withValue(fault) {
            Result { () throws(GitError) in try withoutBrokenPipeSignal(body) }
        }
        if case .failure(var error) = result, let message = fault.message {
            error.reason = .unreachable
            error.message = message
            throw error
        }
        return try result.get()
    }
}

extension Repository {
    /// Fetches by rules such as `+refs/heads/main:refs/remotes/origin/main`, without settings of the user.
    func fetch(
        from address: RemoteAddress,
        _ rules: [String],
        allTags: Bool = false,
        credentials: Credentials
    ) throws(GitError) {
        let subject = "fetch from `\(RemoteAddress.redacted(address.url))`"
        try Remote.retrying(address) { () throws(GitError) in
            let remote = try makeRemote(address, subject: subject)
            let connection = Connection(to: address, credentials: credentials)
            var options = git_fetch_options()
            try git(subject) { git_fetch_options_init(&options, UInt32(GIT_FETCH_OPTIONS_VERSION)) }
            connection.attach(to: &options.callbacks)
            options.proxy_opts.type = connection.proxy
            options.update_fetchhead = 0
            options.download_tags = allTags ? GIT_REMOTE_DOWNLOAD_TAGS_ALL : GIT_REMOTE_DOWNLOAD_TAGS_NONE
            try withExtendedLifetime(connection) { () throws(GitError) in
                try withStrings(rules) { list throws(GitError) in
                    try git(subject) { git_remote_fetch(remote.pointer, &list, &options, "fetch") }
                }
            }
        }
    }

    /// A remote that stands in no settings file and is not rewritten by `url.….insteadOf`.
    func makeRemote(_ address: RemoteAddress, subject: String) throws(GitError) -> Owned {
        var options = git_remote_create_options()
        try git(subject) {
            git_remote_create_options_init(&options, UInt32(GIT_REMOTE_CREATE_OPTIONS_VERSION))
        }
        options.repository = handle
        options.flags =
            GIT_REMOTE_CREATE_SKIP_INSTEADOF.rawValue | GIT_REMOTE_CREATE_SKIP_DEFAULT_FETCHSPEC.rawValue
        return try make(subject, free: git_remote_free) {
            git_remote_create_with_opts(&$0, address.url, &options)
        }
    }
}
