import Foundation
import Git

/// `actions/checkout` through libgit2: objects of a repository of this machine are shared rather than copied.
struct Checkout: BuiltInAction {
    static let name = "actions/checkout"
    static let inputs = [
        BuiltInInput("repository"), BuiltInInput("ref"), BuiltInInput("token"), BuiltInInput("path"),
        BuiltInInput("persist-credentials", default: "true"), BuiltInInput("clean", default: "true"),
        BuiltInInput("filter"), BuiltInInput("sparse-checkout"),
        BuiltInInput("sparse-checkout-cone-mode", default: "true"),
        BuiltInInput("fetch-depth", default: "1"), BuiltInInput("fetch-tags", default: "false"),
        BuiltInInput("show-progress", default: "true"), BuiltInInput("set-safe-directory", default: "true"),
        BuiltInInput("lfs", default: "false"), BuiltInInput("submodules", default: "false"),
        BuiltInInput("github-server-url"), BuiltInInput("allow-unsafe-pr-checkout", default: "false"),
        BuiltInInput("ssh-key"), BuiltInInput("ssh-known-hosts"), BuiltInInput("ssh-strict", default: "true"),
        BuiltInInput("ssh-user", default: "git"),
    ]

    func run(_ call: BuiltInCall) async throws -> BuiltInResult {
        var wish = try CheckoutWish(call)
        let lfs = wish.lfs ? try LargeFiles(call) : nil
        try UnsafePullRequest.refuse(call, repository: wish.repository, ref: wish.ref)
        let ssh = try SSHAccess(call)
        var folders = [wish.folder]
        do {
            try await wish.use(ssh, call)
            let (asked, fills) = (wish, ssh == nil)
            let done = try await BlockingWork.run { try Self.checkOut(asked, fillsSubmodules: fills) }
            for line in done.lines { call.say(line) }
            let access = RemoteAccess(url: done.source.origin, token: done.source.credentials.token)
            folders = done.folders
            if let ssh, wish.submodules != .none {
                folders += try await ssh.fillSubmodules(wish, access, call)
            }
            if let lfs {
                try await lfs.pull(in: wish.folder, with: access, ssh: ssh)
            }
            var result = BuiltInResult(outputs: [
                ("ref", done.source.output), ("commit", done.source.commit.hex),
            ])
            if let warning = done.warning { result.warnings = [warning] }
            if wish.persistsCredentials {
                try await Self.persist(access, ssh, in: folders, &result)
            } else {
                _ = ssh?.forget(in: [])
            }
            return result
        } catch {
            _ = ssh?.forget(in: folders)
            throw error
        }
    }

    /// The credentials that git had were taken away at the end of the earlier attempt.
    func resume(_ call: BuiltInCall, outputs: [String: String]) async throws -> BuiltInResult? {
        let wish = try CheckoutWish(call)
        guard wish.persistsCredentials else { return nil }
        let ssh = try SSHAccess(call)
        var result = BuiltInResult()
        let access = try await BlockingWork.run { () -> RemoteAccess? in
            // With a key there is no need to look for a repository that the key alone opens.
            guard ssh == nil || wish.isOwn else { return nil }
            let source = try CheckoutSource.find(wish)
            return RemoteAccess(url: source.origin, token: source.credentials.token)
        }
        guard access != nil || ssh != nil else { return nil }
        try await Self.persist(access, ssh, in: [wish.folder], &result)
        return result
    }

    private static func persist(
        _ access: RemoteAccess?,
        _ ssh: SSHAccess?,
        in folders: [String],
        _ result: inout BuiltInResult
    ) async throws {
        guard access != nil || ssh != nil else { return }
        try await BlockingWork.run {
            if let access { for folder in folders { try access.persist(in: folder) } }
            try ssh?.persist(in: folders)
        }
        result.masks += access.map { [$0.encoded] } ?? []
        result.post = { _ in
            try await BlockingWork.run {
                (access?.forget(in: folders) ?? []) + (ssh?.forget(in: folders) ?? [])
            }
        }
    }

    private struct Done: Sendable {
        var source: CheckoutSource
        var lines: [String]
        var warning: String?
        /// Every repository that was made, those of submodules included.
        var folders: [String]
    }

    private static func checkOut(_ wish: CheckoutWish, fillsSubmodules: Bool) throws -> Done {
        let source = try CheckoutSource.find(wish)
        if !wish.filter.isEmpty, case .remote(let url) = source.workspace {
            throw StepFailure(
                "Input 'filter' needs a git that fetches in part, which libgit2 does not; \(RemoteAddress.redacted(url)) would be fetched whole"
            )
        }
        // As the action: what is no earlier checkout of the same repository is removed whatever `clean` says.
        let origin = wish.ssh?.address ?? source.origin
        let isAgain = wish.isCheckout(of: origin)
        let former: CheckoutOptions.Former = wish.clean || !isAgain ? .removed : .replaced
        let workspace = try Repository.makeWorkspace(
            from: source.workspace,
            at: source.commit,
            ref: source.ref,
            into: wish.folder,
            options: CheckoutOptions(
                depth: wish.depth,
                fetchTags: wish.fetchesTags,
                originURL: origin,
                sparse: wish.sparse,
                former: former
            ),
            credentials: source.credentials
        )
        var done = Done(
            source: source,
            lines: ["Checked out \(source.commit.hex) (\(source.ref ?? source.commit.hex))"],
            warning: nil,
            folders: [wish.folder]
        )
        if source.isOwn, case .local(let path, _) = source.workspace {
            done.warning = try behind(Repository(at: path), source.commit, source.ref)
        }
        if wish.submodules != .none, fillsSubmodules {
            try fill(workspace, of: wish.folder, wish, source.credentials, into: &done, depth: 1)
        }
        return done
    }

    private static let deepestSubmodule = 20

    private static func fill(
        _ repository: Repository,
        of folder: String,
        _ wish: CheckoutWish,
        _ credentials: Credentials,
        into done: inout Done,
        depth: Int
    ) throws {
        guard depth <= deepestSubmodule else {
            throw StepFailure("submodules are nested more than \(deepestSubmodule) deep")
        }
        for found in try repository.submodules() {
            var module = found
            // As the action: there is no key to use, so that the public address is taken.
            if module.url.hasPrefix("git@github.com:") {
                module.url = "https://github.com/" + module.url.dropFirst("git@github.com:".count)
            }
            let isSameHost = RemoteAccess.host(of: module.url) == RemoteAccess.host(of: done.source.origin)
            let filled = try repository.fill(
                module,
                depth: wish.depth,
                credentials: isSameHost ? credentials : .none
            )
            let place = "\(folder)/\(module.path)"
            done.lines.append("Submodule path '\(module.path)': checked out '\(module.commit.hex)'")
            done.folders.append(place)
            if wish.submodules == .recursive {
                try fill(filled, of: place, wish, credentials, into: &done, depth: depth + 1)
            }
        }
    }

    /// What to say where the origin's branch has gone on: a push from here would have to be put on top of it.
    private static func behind(_ repository: Repository, _ commit: CommitID, _ ref: String?) throws -> String?
    {
        guard let ref, ref.hasPrefix("refs/heads/") else { return nil }
        let branch = ref.dropFirst("refs/heads/".count)
        guard let tip = try repository.commitOfReference("refs/remotes/origin/\(branch)"), tip != commit,
            try repository.isAncestor(commit, of: tip)
        else { return nil }
        return
            "\(branch) is behind origin/\(branch): this run works on \(commit.short), not on \(tip.short); `git pull` takes it over"
    }
}
