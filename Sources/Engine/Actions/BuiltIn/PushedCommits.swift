import Git

/// The push of a job's commits, with what must hold before and after it.
struct PushedCommits: Sendable {
    let folder: String
    let origin: String
    /// `refs/heads/main`.
    let branch: String
    /// The commit that the run started from.
    let base: CommitID
    let token: String?
    let label: String
    /// The user's repository: it learns of the pushed commit as a `git push` of its own would tell it.
    let home: String
    /// Whether the job's commits are put upon what the remote has meanwhile; else the push fails then.
    let rebases: Bool

    /// Brings the workspace's commit to the branch.
    ///
    /// - Returns: What the branch has then, and what the step did.
    func run(
        _ workspace: Repository,
        _ head: CommitID,
        _ say: (String) -> Void
    ) throws -> (CommitID, BuiltInResult) {
        if head == base {
            say("Everything up-to-date: \(branch) of \(origin) has the workspace's commit already")
            return (head, BuiltInResult())
        }
        try requirePublished()
        let pushed = try workspace.pushWithRebase(
            head,
            to: branch,
            of: origin,
            token: token,
            label: label,
            shelter: home,
            tries: rebases ? 3 : 1
        )
        if origin != home { try Repository(at: home).adopt(pushed, from: folder, as: tracking) }
        if pushed != head { say("\(branch) had moved on: rebased onto it") }
        say("Pushed \(pushed.hex) to \(branch) of \(origin)")
        return (pushed, BuiltInResult(pushed: [(branch, pushed.hex)]))
    }

    private var name: String { String(branch.dropFirst("refs/heads/".count)) }
    private var tracking: String { "refs/remotes/origin/\(name)" }

    /// Refuses to publish commits of the user's that are not on the remote yet: the job was to push its own alone.
    func requirePublished() throws {
        guard origin != home else { return }
        let user = try Repository(at: home)
        let heads = try Remote.references(of: origin, credentials: Credentials(token: token))
        guard let tip = heads.first(where: { $0.name == branch })?.commit else { return }
        if tip == base { return }
        for known in [tip, try user.commitOfReference(tracking)].compactMap({ $0 })
        where try user.contains(known) {
            if try user.isAncestor(base, of: known) { return }
        }
        throw StepFailure(
            "the commit that this run started from (\(base.short)) is not on \(name) of \(origin), and a job pushes its own "
                + "commits alone; `git push` it first"
        )
    }
}
