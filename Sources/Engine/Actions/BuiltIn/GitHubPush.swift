import Foundation
import Git

/// `ad-m/github-push-action` through libgit2: pushes the workspace's commits to `origin`, fast-forward only.
///
/// Where the remote has moved on, the job's own commits are rebased onto it; three tries, then a named failure that
/// keeps the commit.
struct GitHubPush: BuiltInAction {
    static let name = "ad-m/github-push-action"
    private static let noOverwriting = "flowrun's own push never overwrites what the remote has"
    private static let noTags =
        "flowrun's own push takes the commits of one branch; `git push --tags` takes tags"
    static let inputs = [
        BuiltInInput("github_token"), BuiltInInput("token"), BuiltInInput("github_url"),
        BuiltInInput("repository"), BuiltInInput("branch"), BuiltInInput("directory", default: "."),
        BuiltInInput("atomic", default: "true"), BuiltInInput("pull", default: "false"),
        .refused("force", noOverwriting, but: "false"),
        .refused("force_with_lease", noOverwriting, but: "false"),
        .refused("tags", noTags, but: "false"), .refused("push_only_tags", noTags, but: "false"),
        .refused(
            "ssh",
            "the push goes to the workspace's own origin, by ssh where that is its address",
            but: "false"
        ),
        .refused("push_to_submodules", "commits of submodules are not pushed", but: "on-demand"),
    ]

    func run(_ call: BuiltInCall) async throws -> BuiltInResult {
        // One ref is pushed: that is atomic either way.
        _ = try call.flag("atomic")
        // What the remote has meanwhile is always put under the job's commits, as `pull: rebase` would.
        guard ["", "false", "true", "rebase"].contains(call["pull"].lowercased()) else {
            throw StepFailure(
                "flowrun's own \(Self.name) does not honour 'pull: \(call["pull"])': it rebases where the remote moved on"
            )
        }
        let server = call.facts.repository.serverURL
        let url = call["github_url"]
        guard url.isEmpty || RemoteAccess.host(of: url) == RemoteAccess.host(of: server) else {
            throw StepFailure(
                "this run's forge is \(server), not '\(url)': the push goes to the workspace's origin alone"
            )
        }
        let given = call["repository"]
        guard given.isEmpty || given.lowercased() == call.facts.repository.fullName.lowercased() else {
            throw StepFailure(
                "this version of flowrun pushes to \(call.facts.repository.fullName) alone, not '\(given)'"
            )
        }
        let branch = try branchRef(call)
        let folder = URL(fileURLWithPath: "\(call.workspace)/\(call["directory"])").standardizedFileURL.path
        guard folder == call.workspace || folder.hasPrefix(call.workspace + "/") else {
            throw StepFailure("Input 'directory' leaves the workspace: '\(call["directory"])'")
        }
        let origin = call.facts.repository.origin
        let home = call.facts.repository.path
        guard let base = CommitID(call.facts.sha) else { throw StepFailure("the run has no commit") }
        // The token that a run makes for itself is nobody's credential: only a given one is sent to a remote.
        let held = call["token"].isEmpty ? call["github_token"] : call["token"]
        let token = held == call.jobToken && LocalToken.isLocal(call.jobToken) ? nil : held
        // Without a token to send it would be pushed as the person whose machine this is.
        if token?.isEmpty ?? true, let fork = call.facts.event.fork {
            throw StepFailure(
                "Permission to \(call.facts.repository.fullName) denied: the token of a pull request of the fork \(fork) reads and no more"
            )
        }
        let label = "run-\(call.facts.runID)"
        let outcome = try await BlockingWork.run {
            try PushedCommits.push(
                from: folder,
                to: origin,
                branch: branch,
                base: base,
                token: token,
                label: label,
                keeping: home
            )
        }
        switch outcome {
        case .nothing:
            call.say("Everything up-to-date: \(branch) of \(origin) has the workspace's commit already")
            return BuiltInResult()
        case .pushed(let commit, let isRebased):
            if isRebased { call.say("\(branch) had moved on: rebased onto it") }
            call.say("Pushed \(commit.hex) to \(branch) of \(origin)")
            return BuiltInResult(pushed: [(branch, commit.hex)])
        }
    }

    /// The action takes a branch's name or full ref; without one it pushes to the default branch.
    private func branchRef(_ call: BuiltInCall) throws -> String {
        let given = call["branch"].isEmpty ? call.facts.repository.defaultBranch : call["branch"]
        if given.hasPrefix("refs/heads/") { return given }
        guard !given.hasPrefix("refs/"), !given.isEmpty else {
            throw StepFailure("Input 'branch' must name a branch, not '\(given)'")
        }
        return "refs/heads/\(given)"
    }
}

/// The push of a job's commits, with what must hold before and after it.
private enum PushedCommits {
    enum Outcome: Sendable {
        case nothing
        case pushed(CommitID, isRebased: Bool)
    }

    /// - Parameter home: The user's repository: it learns of the pushed commit as a `git push` of its own would tell it.
    static func push(
        from folder: String,
        to origin: String,
        branch: String,
        base: CommitID,
        token: String?,
        label: String,
        keeping home: String
    ) throws -> Outcome {
        let workspace = try Repository(at: folder)
        guard let head = try workspace.head().commit else {
            throw StepFailure("the workspace has no commit to push")
        }
        if head == base { return .nothing }
        let user = try Repository(at: home)
        let name = String(branch.dropFirst("refs/heads/".count))
        let tracking = "refs/remotes/origin/\(name)"
        if origin != home {
            try requirePublished(
                base,
                branch: name,
                tracking: tracking,
                origin: origin,
                token: token,
                in: user
            )
        }
        let pushed = try workspace.pushWithRebase(
            head,
            to: branch,
            of: origin,
            token: token,
            label: label,
            shelter: home
        )
        if origin != home { try user.adopt(pushed, from: folder, as: tracking) }
        return .pushed(pushed, isRebased: pushed != head)
    }

    /// Refuses to publish commits of the user's that are not on the remote yet: the job was to push its own alone.
    private static func requirePublished(
        _ base: CommitID,
        branch: String,
        tracking: String,
        origin: String,
        token: String?,
        in user: Repository
    ) throws {
        let heads = try Remote.references(of: origin, credentials: Credentials(token: token))
        guard let tip = heads.first(where: { $0.name == "refs/heads/\(branch)" })?.commit else { return }
        if tip == base { return }
        for known in [tip, try user.commitOfReference(tracking)].compactMap({ $0 })
        where try user.contains(known) {
            if try user.isAncestor(base, of: known) { return }
        }
        throw StepFailure(
            "the commit that this run started from (\(base.short)) is not on \(branch) of \(origin), and a job pushes its own "
                + "commits alone; `git push` it first"
        )
    }
}
