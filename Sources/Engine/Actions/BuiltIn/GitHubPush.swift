import Foundation
import Git

/// `ad-m/github-push-action` through libgit2: pushes the workspace's commits to `origin`, fast-forward only.
///
/// Where the remote has moved on, the job's own commits are rebased onto it; three tries, then a named failure that
/// keeps the commit.
struct GitHubPush: BuiltInAction {
    static let name = "ad-m/github-push-action"
    static let inputs = [
        BuiltInInput("github_token"), BuiltInInput("github_url"), BuiltInInput("repository"),
        BuiltInInput("branch"),
        BuiltInInput("directory", default: "."), BuiltInInput("force", default: "false"),
        BuiltInInput("force_with_lease", default: "false"), BuiltInInput("tags", default: "false"),
        BuiltInInput("atomic", default: "true"),
    ]

    func run(_ call: BuiltInCall) async throws -> BuiltInResult {
        for absent in ["force", "force_with_lease", "tags"] where try call.flag(absent) {
            throw StepFailure(
                "Input '\(absent)' is not part of this version of flowrun's own push: it never overwrites"
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
        let token =
            call["github_token"] == call.jobToken && LocalToken.isLocal(call.jobToken)
            ? nil : call["github_token"]
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

    /// The action takes a branch's name or full ref; without one it pushes to the run's ref.
    private func branchRef(_ call: BuiltInCall) throws -> String {
        let given = call["branch"].isEmpty ? call.facts.ref : call["branch"]
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
