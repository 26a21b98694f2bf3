import Git

/// The push of a job's commits, with what must hold before and after it.
struct PushedCommits: Sendable {
    let folder: String
    let target: PushTarget
    let wish: PushWish
    /// `refs/heads/main`.
    let branch: String
    /// The commit that the run started from, and the ref that it was started for.
    let base: CommitID
    let ref: String
    let label: String
    /// The user's repository: it learns of the pushed commit as a `git push` of its own would tell it.
    let home: String

    /// Brings the workspace's commit to the branch.
    ///
    /// - Returns: What the branch has then, and what the step did.
    func run(
        _ workspace: Repository,
        _ head: CommitID,
        _ say: (String) -> Void
    ) throws -> (CommitID, BuiltInResult) {
        // Nothing is sent, nor is anything forced, where the job has added nothing: the user's clone may be behind.
        if head == base, target.isOwn, branch == ref || !isOfBranch {
            say("Everything up-to-date: the job has made no commit to push to \(branch) of \(target.url)")
            return (head, BuiltInResult())
        }
        try requirePublished(head, in: workspace)
        let pushed = try send(workspace, head, say)
        if target.isOwn, target.url != home {
            try Repository(at: home).adopt(pushed, from: folder, as: tracking)
        }
        say("Pushed \(pushed.hex) to \(branch) of \(target.url)")
        return (pushed, BuiltInResult(pushed: target.isOwn ? [(branch, pushed.hex)] : []))
    }

    private func send(
        _ workspace: Repository,
        _ head: CommitID,
        _ say: (String) -> Void
    ) throws -> CommitID {
        // What has been pulled needs no force: the push goes forward then.
        guard wish.force != .no, wish.pull == .no else {
            let pushed = try workspace.pushWithRebase(
                head,
                to: branch,
                of: target.url,
                token: target.token,
                label: label,
                shelter: home,
                joining: wish.pull == .merge ? .merge : .rebase,
                tries: wish.pull == .forwardOnly ? 1 : 3
            )
            if pushed != head {
                say("\(branch) had moved on: \(wish.pull == .merge ? "merged with" : "rebased onto") it")
            }
            return pushed
        }
        // As with git, the lease is on what the workspace has seen of the branch last.
        let lease = try workspace.commitOfReference(tracking)
        let former = try workspace.push(
            head,
            over: wish.force == .leased ? .only(lease) : .anything,
            to: branch,
            of: target.url,
            token: target.token,
            label: label,
            shelter: home
        )
        if wish.force == .leased {
            try workspace.setReference(tracking, to: head, message: "push: by flowrun")
        }
        try tellReplaced(former, by: head, at: branch, workspace, say)
        return head
    }

    /// Says what a forced push has put out of a ref, and keeps it where that was the user's own repository.
    func tellReplaced(
        _ former: CommitID?,
        by new: CommitID,
        at ref: String,
        _ workspace: Repository,
        _ say: (String) -> Void
    ) throws {
        guard let former, former != new else { return }
        if try workspace.contains(former), try workspace.isAncestor(former, of: new) { return }
        var line = "\(ref) of \(target.url) was on \(former.hex) (forced update)"
        if target.url == home {
            let kept = "refs/flowrun/replaced/\(label)-\(former.short)"
            try Repository(at: home).setReference(kept, to: former, message: "push: replaced by a job")
            line += "; that is kept as \(kept)"
        }
        say(line)
    }

    /// Whether the run is of a branch or tag, not of a pull request.
    private var isOfBranch: Bool { ref.hasPrefix("refs/heads/") || ref.hasPrefix("refs/tags/") }
    private var name: String { String(branch.dropFirst("refs/heads/".count)) }
    private var tracking: String { "refs/remotes/origin/\(name)" }

    /// Refuses to publish commits of the user's that are not on the remote yet: the job was to push its own alone.
    func requirePublished(_ commit: CommitID, in workspace: Repository) throws {
        guard target.url != home else { return }
        let user = try Repository(at: home)
        let there = try Remote.references(of: target.url, credentials: Credentials(token: target.token))
        let seen = try user.references(under: "refs/remotes/origin/")
        let out = (there + seen).map(\.commit)
        // What was kept of a push that failed is a job's.
        let users = try user.references().filter { !$0.name.hasPrefix("refs/flowrun/unpushed/") }
        let new = try workspace.commits(of: commit, notIn: out)
        let jobs = Set(try workspace.commits(of: commit, notIn: out + users.map(\.commit) + [base]))
        guard let own = new.first(where: { !jobs.contains($0) }) else { return }
        let what = own == base ? "the commit that this run started from (\(own.short))" : own.short
        throw StepFailure(
            "\(what) is not on \(name) of \(target.url), and a job pushes its own commits alone; `git push` it first"
        )
    }
}
