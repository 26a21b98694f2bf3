import Foundation
import Git
import Reports

/// `cml pr create`: commits what the patterns name, pushes it as a branch and opens a pull request.
struct PullRequestPost {
    private let command: CMLPullRequestCreate
    private let environment = ProcessInfo.processInfo.environment

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
            let context = try ReportPost.context(environment)
            let current =
                environment["GITHUB_HEAD_REF"].flatMap { $0.isEmpty ? nil : $0 } ?? environment[
                    "GITHUB_REF_NAME"
                ] ?? ""
            let proposal = try PullRequestProposal(
                given,
                sha: context.sha,
                current: current,
                repository: forge.address.web
            )
            return try await proposal.propose(to: forge, git: git()).text(asMarkdown: command.md)
        } catch let error as ReportsError {
            throw CommandEnd(.runFailed, "error: \(error)")
        }
    }

    private var given: PullRequestProposal.Given {
        var given = PullRequestProposal.Given()
        given.globs = command.globs
        given.skipCI = command.skipCI
        given.merge = command.rebase ? .rebase : command.squash ? .squash : command.merge ? .merge : nil
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

    private func git() throws -> PullRequestProposal.Git {
        let folder = FileManager.default.currentDirectoryPath
        let token = try CMLEnvironment(environment).token(given: command.forge.token, command: "pr")
        let name = command.remote ?? "origin"
        guard let remote = try Repository.discover(from: folder)?.remoteURL(name) else {
            throw CommandEnd(.runFailed, "error: there is no remote `\(name)` here")
        }
        return PullRequestProposal.Git(
            isOnRemote: { branch in
                try Remote.references(of: remote, credentials: Credentials(token: token))
                    .contains { $0.name == "refs/heads/\(branch)" }
            },
            commitAndPush: { proposal in
                guard let repository = try Repository.discover(from: folder) else { return false }
                let changed = try repository.changedFiles().map(\.path).filter { path in
                    proposal.globs.contains { fnmatch($0, path, 0) == 0 }
                }
                guard !changed.isEmpty else { return false }
                try repository.stage(changed)
                let author = Signature(name: proposal.userName, email: proposal.userEmail)
                let commit = try repository.commitStaged(
                    message: proposal.message,
                    author: author,
                    committer: author
                )
                try repository.push(commit, to: "refs/heads/\(proposal.branch)", of: remote, token: token)
                return true
            }
        )
    }
}
