/// A pull request of what a job has changed (`cml pr create GLOB...`).
package struct PullRequestProposal: Sendable, Equatable {
    package var globs: [String]
    /// The commit that the job started from.
    package var sha: String
    /// The branch that is to take the changes.
    package var target: String
    package var branch: String
    package var title: String
    package var body: String
    package var message: String
    package var remote: String
    package var userName: String
    package var userEmail: String
    package var merges: MergeMethod?

    /// What stands on the command line; nil where it says nothing.
    package struct Given: Sendable, Equatable {
        package var globs: [String] = []
        package var skipCI: Bool?
        /// Of the ways to merge those that are asked for: one at most.
        package var merges: [MergeMethod] = []
        package var branch: String?
        package var targetBranch: String?
        package var title: String?
        package var body: String?
        package var message: String?
        package var remote: String?
        package var userName: String?
        package var userEmail: String?

        package init() {}

        /// The same, where it says nothing with what the environment says (`CML_PR_TITLE` and so on).
        package func completed(by environment: CMLEnvironment) throws(ReportsError) -> Given {
            func text(_ option: String) -> String? { environment.value(of: option, command: "pr") }
            func flag(_ option: String) throws(ReportsError) -> Bool {
                try environment.flag(option, command: "pr") ?? false
            }
            var given = self
            if given.skipCI == nil { given.skipCI = try flag("skip-ci") }
            if given.merges.isEmpty {
                if try flag("merge") {
                    given.merges.append(.merge)
                } else if try flag("auto-merge") {
                    given.merges.append(.merge)
                }
                if try flag("rebase") { given.merges.append(.rebase) }
                if try flag("squash") { given.merges.append(.squash) }
            }
            given.branch = branch ?? text("branch")
            given.targetBranch = targetBranch ?? text("target-branch")
            given.title = title ?? text("title")
            given.body = body ?? text("body")
            given.message = message ?? text("message")
            given.remote = remote ?? text("remote")
            given.userName = userName ?? text("user-name")
            given.userEmail = userEmail ?? text("user-email")
            return given
        }
    }

    /// `current` is the branch that the job runs on, `repository` the page that the body links to.
    package init(_ given: Given, sha: String, current: String, repository: String) throws(ReportsError) {
        guard sha.count >= 8, sha.allSatisfy({ $0.isHexDigit && $0.isASCII }) else {
            throw ReportsError(.badOption("`\(sha)` is no commit"))
        }
        guard given.merges.count <= 1 else {
            throw ReportsError(.badOption("of `--merge`, `--rebase` and `--squash` there can be one"))
        }
        let short = sha.prefix(8)
        let target = given.targetBranch ?? current
        guard !target.isEmpty else {
            throw ReportsError(
                .badOption("nothing says which branch takes the changes; set `--target-branch`")
            )
        }
        globs = given.globs
        self.sha = sha
        self.target = target
        branch = given.branch ?? "\(target)-cml-pr-\(short)"
        title = given.title ?? "CML PR for \(target) \(short)"
        body = given.body ?? "Automated commits for \(repository)/commit/\(sha) created by CML."
        // A commit that is to be merged has to be tested; one that waits for a reader has not.
        let skipsCI = given.skipCI == true || (given.message == nil && given.merges.isEmpty)
        message = (given.message ?? "CML PR for \(short)") + (skipsCI ? " [skip ci]" : "")
        remote = given.remote ?? "origin"
        userName = given.userName ?? "Olivaw[bot]"
        userEmail = given.userEmail ?? "olivaw@iterative.ai"
        merges = given.merges.first
    }

    package enum Outcome: Sendable, Equatable {
        case nothingToCommit
        /// A pull request was there already.
        case found(String)
        case created(String)

        /// What the command prints.
        package func text(asMarkdown: Bool) -> String? {
            switch self {
            case .nothingToCommit: nil
            case .found(let url), .created(let url): asMarkdown ? "[CML's Pull Request](\(url))" : url
            }
        }
    }

    /// The part of the work that is git's.
    package struct Git: Sendable {
        package var isOnRemote: @Sendable (_ branch: String) async throws -> Bool
        /// Commits what the globs name on the branch and pushes it; false where nothing has changed.
        package var commitAndPush: @Sendable (PullRequestProposal) async throws -> Bool

        package init(
            isOnRemote: @escaping @Sendable (_ branch: String) async throws -> Bool,
            commitAndPush: @escaping @Sendable (PullRequestProposal) async throws -> Bool
        ) {
            self.isOnRemote = isOnRemote
            self.commitAndPush = commitAndPush
        }
    }

    /// Pushes the branch and opens the pull request; each of the two only where it is not there yet.
    package func propose(to forge: any Forge, git: Git) async throws -> Outcome {
        if try await git.isOnRemote(branch) {
            if let open = try await opened(at: forge) { return .found(open.url) }
        } else if try await !git.commitAndPush(self) {
            return .nothingToCommit
        }
        let (request, isNew) = try await opening(at: forge)
        guard isNew else { return .found(request.url) }
        if let merges { try await forge.merge(request, by: merges, message: nil) }
        return .created(request.url)
    }

    /// Looks up, then creates; after an answer that went missing it looks up again.
    private func opening(
        at forge: any Forge
    ) async throws(ReportsError) -> (request: ForgePullRequest, isNew: Bool) {
        var attempt = 1
        while true {
            do {
                if let open = try await opened(at: forge) { return (open, attempt > 1) }
                return (
                    try await forge.openPullRequest(from: branch, to: target, title: title, body: body), true
                )
            } catch {
                guard error.isAmbiguous, attempt < ForgeClient.tries else { throw error }
                try await forge.rest(after: attempt)
                attempt += 1
            }
        }
    }

    private func opened(at forge: any Forge) async throws(ReportsError) -> ForgePullRequest? {
        try await forge.openPullRequests(from: branch).first { $0.base == target }
    }
}
