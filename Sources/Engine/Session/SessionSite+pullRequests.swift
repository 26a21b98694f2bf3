import Events
import Expressions
import Git

/// Pull requests between branches of this machine.
extension SessionSite {
    /// A pull request of the current branch into the default one, unless the payload says which.
    ///
    /// As on GitHub, `pull_request` is about a merge of the head into the base, which no branch has yet; without anything to
    /// merge it is about the head. `pull_request_target` is about the base.
    func pullRequestEvent(_ name: String, _ given: Value?) throws -> Event {
        let pull = given?["pull_request"]
        let baseBranch = text(pull?["base"]["ref"]) ?? facts.defaultBranch
        let headBranch = text(pull?["head"]["ref"]) ?? RefName(ref).short
        let head = try known(pull?["head"]["sha"]) ?? tip(of: pull?["head"]) ?? commit
        let base = try known(pull?["base"]["sha"]) ?? tip(of: pull?["base"]) ?? tipOfBase(baseBranch) ?? head
        let start = try repository.mergeBase(base, head)
        let paths = try repository.changedPaths(from: start, to: head)
        let title = try repository.commit(head).title
        let number = Int(pull?["number"].text ?? "") ?? 1
        let merged =
            try known(pull?["merge_commit_sha"])
            ?? merge(head, into: base, isAsked: name == "pull_request" && start != head, number: number)
        let built = pullRequestPayload(
            PullRequestFacts(
                number: number,
                title: title,
                base: .init(ref: baseBranch, sha: base.hex),
                head: .init(ref: headBranch, sha: head.hex),
                mergeCommit: merged?.hex,
                changedFileCount: paths.count
            ),
            in: payloadRepository,
            by: actor
        )
        var event = event(name, built, given, changedPaths: paths)
        event.sha = merged?.hex ?? head.hex
        if name == "pull_request_target" {
            event.sha = base.hex
            event.ref = "refs/heads/\(baseBranch)"
        }
        event.headCommitMessage = try repository.commit(head).message
        return event
    }

    /// The newest commit of the branch that a payload names; none where it names none, or one of a forge by its commit.
    ///
    /// - Throws: `SessionError` where there is no such branch.
    private func tip(of side: Value?) throws -> CommitID? {
        guard let side, let branch = text(side["ref"]) else { return nil }
        let name = RefName(branch).short
        if let tip = try repository.commitOfReference("refs/heads/\(name)") { return tip }
        if text(side["sha"]) != nil { return nil }
        if let tip = tipOfBase(name) { return tip }
        throw SessionError.refused("`\(facts.path)` has no branch `\(name)` for a pull request")
    }

    private func tipOfBase(_ branch: String) -> CommitID? { try? repository.resolve(branch).commit }

    /// - Throws: `SessionError` where the two do not merge: GitHub starts nothing then.
    private func merge(
        _ head: CommitID,
        into base: CommitID,
        isAsked: Bool,
        number: Int
    ) throws -> CommitID? {
        guard isAsked, base != head else { return nil }
        let merge = try repository.merge(
            head,
            into: base,
            message: "Merge \(head.hex) into \(base.hex)",
            keptAs: "refs/flowrun/pull/\(number)/merge"
        )
        switch merge {
        case .merged(let commit): return commit
        case .conflict(let paths):
            throw SessionError.refused(
                "\(head.short) does not merge into \(base.short): there are conflicts in \(paths.joined(separator: ", ")); "
                    + "GitHub runs no workflow of `pull_request` then"
            )
        }
    }
}
