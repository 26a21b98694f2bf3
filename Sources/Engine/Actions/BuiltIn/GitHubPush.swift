import Foundation
import Git

/// `ad-m/github-push-action` through libgit2: pushes the workspace's commits to `origin`, fast-forward only, and after them
/// the annotated tags on them, as `git push --follow-tags` does, or all tags.
///
/// Where the remote has moved on, the job's own commits are rebased onto it; three tries, then a named failure that
/// keeps the commit.
struct GitHubPush: BuiltInAction {
    static let name = "ad-m/github-push-action"
    private static let noOverwriting = "flowrun's own push never overwrites what the remote has"
    static let inputs = [
        BuiltInInput("github_token"), BuiltInInput("token"), BuiltInInput("github_url"),
        BuiltInInput("repository"), BuiltInInput("branch"), BuiltInInput("directory", default: "."),
        BuiltInInput("atomic", default: "true"), BuiltInInput("pull", default: "false"),
        .refused("force", noOverwriting, but: "false"),
        .refused("force_with_lease", noOverwriting, but: "false"),
        BuiltInInput("tags", default: "false"), BuiltInInput("push_only_tags", default: "false"),
        .refused(
            "ssh",
            "the push goes to the workspace's own origin, by ssh where that is its address",
            but: "false"
        ),
        .refused("push_to_submodules", "commits of submodules are not pushed", but: "on-demand"),
    ]

    func run(_ call: BuiltInCall) async throws -> BuiltInResult {
        // Nothing is pushed where one of the refs could not be, whichever way it is asked for.
        _ = try call.flag("atomic")
        // What the remote has meanwhile is put under the job's commits, as `pull: rebase` would.
        guard ["", "false", "true", "rebase", "ff-only"].contains(call["pull"].lowercased()) else {
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
        let (takesAll, tagsAlone) = (try call.flag("tags"), try call.flag("push_only_tags"))
        let push = PushedCommits(
            folder: folder,
            origin: origin,
            branch: branch,
            base: base,
            token: token,
            label: "run-\(call.facts.runID)",
            home: home,
            rebases: call["pull"].lowercased() != "ff-only"
        )
        return try await BlockingWork.run {
            let workspace = try Repository(at: folder)
            guard let head = try workspace.head().commit else {
                throw StepFailure("the workspace has no commit to push")
            }
            let tags = try PushedTags(push, workspace, head: head, takesAll: takesAll || tagsAlone)
            var result = BuiltInResult()
            var pushed = head
            if !tagsAlone {
                (pushed, result) = try push.run(workspace, head, call.say)
            }
            for tag in try tags.push(on: pushed) {
                call.say("Pushed \(tag.ref) (\(tag.commit.hex)) to \(origin)")
                result.pushed.append((tag.ref, tag.commit.hex))
            }
            return result
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
