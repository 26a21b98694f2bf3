import Git

/// The commits of submodules that a push of the outer repository names, as `git push --recurse-submodules` treats them.
struct PushedSubmodules {
    let target: PushTarget
    let wish: PushWish.Submodules

    /// Pushes those that their own remote lacks, or refuses the push where they are to be there already.
    ///
    /// - Parameter base: What the outer repository names at this commit is out already.
    func prepare(_ workspace: Repository, since base: CommitID, _ say: (String) -> Void) throws {
        guard wish != .ignored else { return }
        for module in try workspace.changedSubmodules(since: base) {
            let inner = try Repository(at: module.folder)
            guard let origin = try inner.remoteURL("origin") else {
                throw StepFailure("the submodule '\(module.path)' has no remote 'origin' to push to")
            }
            let credentials = target.credentials(for: origin)
            let there = try Remote.references(of: origin, credentials: credentials).map(\.commit)
            let known = there + [module.former].compactMap { $0 }
            guard try !inner.commits(of: module.commit, notIn: known).isEmpty else { continue }
            guard wish != .checked else {
                throw StepFailure(
                    "the submodule '\(module.path)' is on \(module.commit.short), which \(RemoteAddress.redacted(origin)) does "
                        + "not have: push it first, or set 'push_to_submodules' to on-demand"
                )
            }
            let head = try inner.head()
            guard let ref = head.ref, let tip = head.commit, try inner.isAncestor(module.commit, of: tip)
            else {
                throw StepFailure(
                    "the submodule '\(module.path)' is on \(module.commit.short), which no branch that is checked out there "
                        + "has: commit on a branch in it (`git switch -C NAME`), whose push takes it along"
                )
            }
            try inner.push(tip, to: ref, of: origin, token: credentials.token)
            say("Pushed \(tip.hex) to \(ref) of \(RemoteAddress.redacted(origin)) (submodule \(module.path))")
        }
    }
}
