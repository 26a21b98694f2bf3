import Foundation
import Git
import Reports

/// `cml pr create`: commits what the patterns name, pushes it as a branch and opens a pull request.
struct PullRequestPost {
    private let command: CMLPullRequestCreate
    private let environment = ProcessInfo.processInfo.environment
    private let folder = FileManager.default.currentDirectoryPath

    init(_ command: CMLPullRequestCreate) { self.command = command }

    /// - Returns: What to print; `nil` where nothing has changed.
    func run() async throws -> String? {
        do {
            guard let forge = try ReportPost.forge(command.forge, environment: environment, command: "pr")
            else {
                throw CommandEnd(
                    .runFailed,
                    "error: a pull request needs GitHub, GitLab or Gitea as the remote, and a token (REPO_TOKEN)"
                )
            }
            guard let repository = try Repository.discover(from: folder) else {
                throw CommandEnd(.runFailed, "error: `\(folder)` is not in a git repository")
            }
            let cml = CMLEnvironment(environment)
            let proposal = try PullRequestProposal(
                given.completed(by: cml),
                sha: ReportPost.context(environment).sha,
                current: branch(of: repository),
                repository: forge.address.web
            )
            let outcome = try await proposal.propose(to: forge, git: git(proposal, in: repository))
            let asMarkdown = try command.md ? true : cml.flag("md", command: "pr") ?? false
            return outcome.text(asMarkdown: asMarkdown)
        } catch let error as ReportsError {
            throw CommandEnd(.runFailed, "error: \(error)")
        }
    }

    private var given: PullRequestProposal.Given {
        var given = PullRequestProposal.Given()
        given.globs = command.globs
        given.skipCI = command.skipCI ? true : nil
        if command.merge { given.merges.append(.merge) }
        if command.rebase { given.merges.append(.rebase) }
        if command.squash { given.merges.append(.squash) }
        given.branch = command.branch
        given.targetBranch = command.targetBranch
        given.title = command.title
        given.body = command.body
        given.message = command.message
        given.remote = command.remote
        given.userEmail = command.userEmail
        given.userName = command.userName
        return given
    }

    /// The branch that the job runs on; outside of a job the one that is checked out.
    private func branch(of repository: Repository) throws -> String {
        let names = [environment["GITHUB_HEAD_REF"], environment["GITHUB_REF_NAME"]]
        if let name = names.compactMap({ $0 }).first(where: { !$0.isEmpty }) { return name }
        return try repository.head().branch ?? ""
    }

    private func git(
        _ proposal: PullRequestProposal,
        in repository: Repository
    ) throws -> PullRequestProposal.Git {
        let token = try CMLEnvironment(environment).token(given: command.forge.token, command: "pr")
        guard let remote = try repository.remoteURL(proposal.remote) else {
            throw CommandEnd(.runFailed, "error: there is no remote `\(proposal.remote)` here")
        }
        let patterns = PathPatterns(proposal.globs, folder: place(in: repository))
        let root = repository.workTree ?? folder
        return PullRequestProposal.Git(
            isOnRemote: { branch in
                try Remote.references(of: remote, credentials: Credentials(token: token))
                    .contains { $0.name == "refs/heads/\(branch)" }
            },
            commitAndPush: { proposal in
                guard let repository = try Repository.discover(from: root) else { return false }
                let changed = try repository.changedFiles().map(\.path).filter(patterns.names)
                let head = try repository.head()
                var commit = head.commit
                if !changed.isEmpty {
                    try repository.startBranch(proposal.branch)
                    try repository.stage(changed)
                    let author = Signature(name: proposal.userName, email: proposal.userEmail)
                    commit = try repository.commitStaged(
                        message: proposal.message,
                        author: author,
                        committer: author
                    )
                } else if head.branch != proposal.branch {
                    return false
                }
                // A branch that stands here without changes was committed by a try that could not push it.
                guard let commit else { return false }
                try repository.push(commit, to: "refs/heads/\(proposal.branch)", of: remote, token: token)
                return true
            }
        )
    }

    /// The current folder's path in the repository.
    private func place(in repository: Repository) -> String {
        let root = repository.workTree.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path } ?? ""
        let here = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
        return here.hasPrefix(root + "/") ? String(here.dropFirst(root.count + 1)) : ""
    }
}
