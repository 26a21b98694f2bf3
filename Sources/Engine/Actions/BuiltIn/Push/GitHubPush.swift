import Foundation
import Git

/// `ad-m/github-push-action` through libgit2: pushes the workspace's commits to `origin`, and after them the annotated tags
/// on them, as `git push --follow-tags` does, or all tags.
///
/// Where the remote has moved on, the job's own commits are rebased onto it; three tries, then a named failure that
/// keeps the commit. What the remote has is overwritten where `force` or `force_with_lease` says so, and nowhere else.
struct GitHubPush: BuiltInAction {
    static let name = "ad-m/github-push-action"
    static let inputs = [
        BuiltInInput("github_token"), BuiltInInput("token"), BuiltInInput("github_url"),
        BuiltInInput("repository"), BuiltInInput("branch"), BuiltInInput("directory", default: "."),
        BuiltInInput("atomic", default: "true"), BuiltInInput("pull", default: "false"),
        BuiltInInput("force", default: "false"), BuiltInInput("force_with_lease", default: "false"),
        BuiltInInput("tags", default: "false"), BuiltInInput("push_only_tags", default: "false"),
        BuiltInInput("ssh", default: "false"), BuiltInInput("push_to_submodules", default: "on-demand"),
    ]

    func run(_ call: BuiltInCall) async throws -> BuiltInResult {
        let wish = try PushWish(call)
        let target = try PushTarget(call)
        let folder = URL(fileURLWithPath: "\(call.workspace)/\(call["directory"])").standardizedFileURL.path
        guard folder == call.workspace || folder.hasPrefix(call.workspace + "/") else {
            throw StepFailure("Input 'directory' leaves the workspace: '\(call["directory"])'")
        }
        let facts = call.facts
        guard let base = CommitID(facts.sha) else { throw StepFailure("the run has no commit") }
        return try await BlockingWork.run {
            let workspace = try Repository(at: folder)
            let head = try workspace.head()
            // libgit2 starts no ssh, and its agent is the person's: a key that was given to git must not be passed over.
            let key = try call.flag("ssh") ? workspace.config(SSHAccess.setting) : nil
            guard key?.contains("$RUNNER_TEMP") != true || target.url.hasPrefix("/") else {
                throw StepFailure(
                    "flowrun's own \(Self.name) pushes by ssh with the keys of your ssh agent, and not with the 'ssh-key' of "
                        + "actions/checkout: `git push origin HEAD:NAME` in a step uses that"
                )
            }
            guard let commit = head.commit else { throw StepFailure("the workspace has no commit to push") }
            let push = PushedCommits(
                folder: folder,
                target: target,
                wish: wish,
                branch: try Self.branch(call, wish, target, head),
                base: base,
                ref: facts.ref,
                label: "run-\(facts.runID)",
                home: facts.repository.path
            )
            try PushedSubmodules(target: target, wish: wish.submodules).prepare(
                workspace,
                since: base,
                call.say
            )
            if wish.submodules == .pushedAlone { return BuiltInResult() }
            let tags = try PushedTags(push, workspace)
            var result = BuiltInResult()
            var pushed = commit
            if !wish.takesTagsAlone {
                (pushed, result) = try push.run(workspace, commit, call.say)
            }
            for tag in try tags.push(on: pushed, call.say) where target.isOwn {
                result.pushed.append((tag.ref, tag.commit.hex))
            }
            try tags.requireAll()
            return result
        }
    }

    /// The action takes a branch's name or full ref; without one it pushes to the default branch.
    ///
    /// With a lease it pushes the branch that is checked out, whatever else is named, so that nothing else may be.
    private static func branch(
        _ call: BuiltInCall,
        _ wish: PushWish,
        _ target: PushTarget,
        _ head: Head
    ) throws -> String {
        let given = call["branch"]
        guard wish.force == .leased, !wish.takesTagsAlone else {
            return try full(given.isEmpty ? call.facts.repository.defaultBranch : given)
        }
        guard target.isOwn else {
            throw StepFailure(
                "'force_with_lease' cannot be had in another repository than the run's own: use 'force'"
            )
        }
        guard let own = head.ref else {
            throw StepFailure(
                "'force_with_lease' pushes the branch that is checked out, and none is: give actions/checkout the 'ref' of one"
            )
        }
        guard try given.isEmpty || full(given) == own else {
            throw StepFailure(
                "'force_with_lease' pushes the branch that is checked out, \(own), and not 'branch: \(given)'"
            )
        }
        return own
    }

    private static func full(_ branch: String) throws(StepFailure) -> String {
        if branch.hasPrefix("refs/heads/") { return branch }
        guard !branch.hasPrefix("refs/"), !branch.isEmpty else {
            throw StepFailure("Input 'branch' must name a branch, not '\(branch)'")
        }
        return "refs/heads/\(branch)"
    }
}
