import Foundation
import Git

/// Where the files of a checkout come from, and at which commit.
struct CheckoutSource: Sendable {
    var workspace: WorkspaceSource
    /// The address of the remote `origin`.
    var origin: String
    var commit: CommitID
    /// The full name of the ref; nil for a bare commit.
    var ref: String?
    /// The output `ref`: as the action, what was asked for, and nothing for a commit's id.
    var output: String
    var credentials: Credentials
    var isOwn: Bool

    static func find(_ wish: CheckoutWish) throws -> CheckoutSource {
        if let copy = wish.ssh?.copy { return try findCopied(wish, copy) }
        return wish.isOwn ? try findOwn(wish) : try findOther(wish)
    }

    /// Whether the run's own repository has here what is asked of it.
    static func isHere(_ wish: CheckoutWish) throws -> Bool {
        if ["", wish.facts.ref, wish.facts.sha].contains(wish.ref) { return true }
        do throws(GitError) {
            _ = try Repository(at: wish.facts.repository.source).resolve(wish.ref)
            return true
        } catch {
            guard error.reason == .notFound else { throw error }
            return false
        }
    }

    /// Of a copy that was fetched with a key of the step's.
    private static func findCopied(_ wish: CheckoutWish, _ copy: String) throws -> CheckoutSource {
        guard let found = try resolve(wish.ref, at: copy, .none) else {
            throw StepFailure("Repository '\(wish.repository)' has no branch, tag or commit `\(wish.ref)`")
        }
        let others = wish.otherPlaces.filter { !$0.hasPrefix("/") }
        let url = wish.isOwn ? wish.facts.repository.origin : others.first ?? copy
        return CheckoutSource(
            workspace: .local(copy),
            origin: url,
            commit: found.commit,
            ref: found.ref,
            output: CommitID(wish.ref) != nil ? "" : wish.ref.isEmpty ? found.ref ?? "" : wish.ref,
            credentials: wish.credentials(for: url),
            isOwn: false
        )
    }

    private static func findOwn(_ wish: CheckoutWish) throws -> CheckoutSource {
        let facts = wish.facts
        guard let commit = CommitID(facts.sha) else {
            throw StepFailure("the run has no commit to check out")
        }
        let origin = facts.repository.origin
        let local = WorkspaceSource.local(facts.repository.source)
        let own: String? = facts.ref.isEmpty ? nil : facts.ref
        var source = CheckoutSource(
            workspace: local,
            origin: origin,
            commit: commit,
            ref: own,
            output: own ?? commit.hex,
            credentials: wish.credentials(for: origin),
            isOwn: true
        )
        let given = wish.ref
        if given.isEmpty || given == facts.ref { return source }
        source.output = CommitID(given) == nil ? given : ""
        if given == facts.sha { return source }
        do throws(GitError) {
            let found = try Repository(at: facts.repository.source).resolve(given)
            source.commit = found.commit
            source.ref = found.ref ?? (given.hasPrefix("refs/") ? given : nil)
            return source
        } catch {
            // What this machine does not have, such as a pull request's ref, the remote may.
            guard error.reason == .notFound, origin != facts.repository.path,
                let found = try resolve(given, at: origin, source.credentials)
            else { throw error }
            source.workspace = place(origin)
            source.commit = found.commit
            source.ref = found.ref
            return source
        }
    }

    private static func findOther(_ wish: CheckoutWish) throws -> CheckoutSource {
        var answers: [String] = []
        for url in wish.otherPlaces {
            let credentials = wish.credentials(for: url)
            do {
                let given = wish.ref
                guard let found = try resolve(given, at: url, credentials) else {
                    answers.append(
                        "\(RemoteAddress.redacted(url)): it has no branch, tag or commit `\(given.isEmpty ? "HEAD" : given)`"
                    )
                    continue
                }
                let isCommit = CommitID(given) != nil
                return CheckoutSource(
                    workspace: place(url),
                    origin: url,
                    commit: found.commit,
                    ref: found.ref,
                    output: isCommit ? "" : given.isEmpty ? found.ref ?? "" : given,
                    credentials: credentials,
                    isOwn: false
                )
            } catch {
                answers.append("\(RemoteAddress.redacted(url)): \(error)")
            }
        }
        throw StepFailure("Repository '\(wish.repository)' cannot be had: \(answers.joined(separator: "; "))")
    }

    private static func place(_ url: String) -> WorkspaceSource {
        url.hasPrefix("/") ? .local(url) : .remote(url)
    }

    /// The commit and full ref of what was asked for; of the default branch where nothing was.
    private static func resolve(
        _ given: String,
        at url: String,
        _ credentials: Credentials
    ) throws -> (commit: CommitID, ref: String?)? {
        let named: String? = given.hasPrefix("refs/") ? given : nil
        if url.hasPrefix("/") {
            let repository = try Repository(at: url)
            let wanted = given.isEmpty ? try repository.defaultBranch() ?? "HEAD" : given
            let found = try repository.resolve(wanted)
            return (found.commit, found.ref ?? named)
        }
        if !given.isEmpty {
            let found = try Remote.resolve(given, at: url, credentials: credentials)
            return found.map { ($0.commit, $0.ref ?? named) }
        }
        let refs = try Remote.references(of: url, credentials: credentials)
        guard let head = refs.first(where: { $0.name == "HEAD" })?.commit else { return nil }
        // A server tells the commit of HEAD, not its branch.
        let branches = refs.filter { $0.commit == head && $0.name.hasPrefix("refs/heads/") }.map(\.name)
        let usual = ["refs/heads/main", "refs/heads/master"].first(where: branches.contains)
        return (head, usual ?? branches.first)
    }
}
