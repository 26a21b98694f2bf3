import CLibGit2

extension Repository {
    /// Makes a new repository; its folder is created where it is missing, and templates of the user are not
    /// copied.
    @discardableResult
    package static func initialise(
        at path: String,
        bare: Bool = false,
        initialBranch: String = "main"
    ) throws(GitError) -> Repository {
        _ = Library.isReady
        let subject = "make a repository at `\(path)`"
        guard RefName.isValidShort(initialBranch) else {
            throw GitError(
                reason: .invalidName,
                subject: subject,
                message: "`\(RefName.excerpt(initialBranch))` is not a name for a branch"
            )
        }
        var options = git_repository_init_options()
        try git(subject) {
            git_repository_init_options_init(&options, UInt32(GIT_REPOSITORY_INIT_OPTIONS_VERSION))
        }
        options.flags =
            GIT_REPOSITORY_INIT_MKDIR.rawValue | GIT_REPOSITORY_INIT_MKPATH.rawValue
            | GIT_REPOSITORY_INIT_NO_REINIT.rawValue | (bare ? GIT_REPOSITORY_INIT_BARE.rawValue : 0)
        var handle: OpaquePointer?
        let code = initialBranch.withCString { branch in
            options.initial_head = branch
            return git_repository_init_ext(&handle, path, &options)
        }
        try git(subject) { code }
        guard let handle else {
            throw GitError(reason: .other, subject: subject, message: "libgit2 gave no repository")
        }
        return Repository(owning: handle)
    }

    /// A setting as git would read it, the user's and the system's included; nil where it is not set.
    package func config(_ key: String) throws(GitError) -> String? {
        try locked { () throws(GitError) in
            let subject = "read the setting `\(key)`"
            let settings = try make(subject, free: git_config_free) {
                git_repository_config_snapshot(&$0, handle)
            }
            var value: UnsafePointer<CChar>?
            let code = git_config_get_string(&value, settings.pointer, key)
            if code == GIT_ENOTFOUND.rawValue { return nil }
            try git(subject) { code }
            return value.map { String(cString: $0) }
        }
    }

    /// Writes a setting to this repository's own file, never to the user's.
    package func setConfig(_ key: String, _ value: String) throws(GitError) {
        try locked { () throws(GitError) in
            let subject = "write the setting `\(key)`"
            let settings = try make(subject, free: git_config_free) { git_repository_config(&$0, handle) }
            let own = try make(subject, free: git_config_free) {
                git_config_open_level(&$0, settings.pointer, GIT_CONFIG_LEVEL_LOCAL)
            }
            try git(subject) { git_config_set_string(own.pointer, key, value) }
        }
    }

    /// Takes a setting out of this repository's own file; nothing where it is not there.
    package func removeConfig(_ key: String) throws(GitError) {
        try locked { () throws(GitError) in
            let subject = "remove the setting `\(key)`"
            let settings = try make(subject, free: git_config_free) { git_repository_config(&$0, handle) }
            let own = try make(subject, free: git_config_free) {
                git_config_open_level(&$0, settings.pointer, GIT_CONFIG_LEVEL_LOCAL)
            }
            let code = git_config_delete_entry(own.pointer, key)
            if code != GIT_ENOTFOUND.rawValue { try git(subject) { code } }
        }
    }

    /// The name and address that the user signs with now; nil where either is not set.
    package func identity() throws(GitError) -> Signature? {
        guard let name = try config("user.name"), let email = try config("user.email"),
            !name.isEmpty, !email.isEmpty
        else { return nil }
        return Signature(name: name, email: email)
    }

    /// Who signs: the one who is given, else the user, else flowrun itself.
    func signer(_ given: Signature?) throws(GitError) -> Signature {
        if let given { return given }
        return try identity() ?? .flowrun()
    }

    /// The address of a remote as it is written in the settings; nil where there is no such remote.
    package func remoteURL(_ remote: String) throws(GitError) -> String? {
        guard RefName.isValidShort(remote) else { return nil }
        return try config("remote.\(remote).url")
    }

    /// Adds a remote with the usual rule for fetching its branches.
    package func addRemote(_ remote: String, url: String) throws(GitError) {
        let subject = "add the remote `\(RefName.excerpt(remote))`"
        guard RefName.isValidShort(remote) else {
            throw GitError(reason: .invalidName, subject: subject, message: "this is not a name for a remote")
        }
        _ = try RemoteAddress(url, relativeTo: name)
        guard try remoteURL(remote) == nil else {
            throw GitError(reason: .alreadyExists, subject: subject, message: "there is one already")
        }
        try setConfig("remote.\(remote).url", url)
        try setConfig("remote.\(remote).fetch", "+refs/heads/*:refs/remotes/\(remote)/*")
    }
}
