import ArgumentParser
import Foundation

/// The program that ML workflows call `cml`.
struct CML: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cml",
        abstract: "CML's commands, as jobs call them.",
        discussion: """
            EXAMPLES
              cml comment create report.md
              cml send-comment report.md       (the old name)
              cml asset publish plot.png --md
            """,
        subcommands: [
            Comment.self, CMLPullRequest.self, CMLCheck.self, CMLAsset.self, CMLSendComment.self,
            CMLSendGitHubCheck.self, CMLPublish.self,
        ]
    )
}

struct CMLSendComment: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send-comment",
        abstract: "The old name of `comment create`.",
        discussion: """
            EXAMPLES
              cml send-comment report.md
            """,
        shouldDisplay: false
    )

    @OptionGroup var options: CommentOptions

    func run() async throws {
        Console.complain("::warning::cml send-comment is deprecated, use cml comment create")
        try await ReportPost(options, updates: options.update).run()
    }
}

struct CMLAsset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "asset",
        abstract: "Images that reports show.",
        discussion: """
            EXAMPLES
              cml asset publish plot.png --md >> report.md
            """,
        subcommands: [CMLAssetPublish.self]
    )
}

struct CMLAssetPublish: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Keep an image with the run and print where it is.",
        discussion: """
            EXAMPLES
              cml asset publish plot.png --md >> report.md
              cml asset publish plot.png --url https://assets.example.org
            """
    )

    @OptionGroup var options: PublishOptions

    func run() async throws { try await ImagePost(options).run() }
}

struct CMLPublish: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "The old name of `asset publish`.",
        discussion: """
            EXAMPLES
              cml publish plot.png --md >> report.md
            """,
        shouldDisplay: false
    )

    @OptionGroup var options: PublishOptions

    func run() async throws {
        Console.complain("::warning::cml publish is deprecated, use cml asset publish")
        try await ImagePost(options).run()
    }
}

/// The options that CML's `asset publish` has.
struct PublishOptions: ParsableArguments {
    @Argument(help: "The image file.") var file: String
    @Flag(help: "Print Markdown.") var md = false
    @Option(name: .shortAndLong, help: "The image's title.") var title: String?
    @Flag(help: "Publish to the forge itself.") var native = false
    @Option(help: "A server that the image is published to.") var url: String?
    @Option(name: [.customLong("file"), .customShort("f")], help: "Append to this file instead of printing.")
    var output: String?
    @OptionGroup var forge: ForgeOptions
}

struct CMLSendGitHubCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send-github-check",
        abstract: "The old name of `check create`.",
        shouldDisplay: false
    )

    @OptionGroup var options: CheckOptions

    func run() async throws {
        Console.complain("::warning::cml send-github-check is deprecated, use cml check create")
        try await ReportPost.check(options)
    }
}

/// The options that CML's `check create` has.
struct CheckOptions: ParsableArguments {
    @Argument(help: "The Markdown file.") var file: String
    @Option(help: "The check's name (default: CML Report).") var title: String?
    @Option(help: "queued, in_progress or completed (default: completed).") var status: String?
    @Option(
        help:
            "success, failure, neutral, cancelled, skipped, timed_out or action_required (default: success)."
    )
    var conclusion: String?
    @Option(name: [.customLong("commit-sha"), .customLong("head-sha")], help: "The commit.") var commitSHA:
        String?
    @OptionGroup var forge: ForgeOptions
}

struct CMLCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check runs of the forge.",
        discussion: """
            EXAMPLES
              cml check create report.md
            """,
        subcommands: [CMLCheckCreate.self]
    )
}

struct CMLCheckCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Show a report as a check run.",
        discussion: """
            EXAMPLES
              cml check create report.md --title Metrics --conclusion neutral
            """
    )

    @OptionGroup var options: CheckOptions

    func run() async throws { try await ReportPost.check(options) }
}

struct CMLPullRequest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pr",
        abstract: "Pull requests of what a job changed.",
        discussion: """
            EXAMPLES
              cml pr create 'data/*.dvc' dvc.lock
            """,
        subcommands: [CMLPullRequestCreate.self],
        defaultSubcommand: CMLPullRequestCreate.self
    )
}

struct CMLPullRequestCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Commit the files that changed and open a pull request with them.",
        discussion: """
            EXAMPLES
              cml pr create 'data/*.dvc' dvc.lock --title 'New model'
              cml pr create . --squash --skip-ci
            """
    )

    @Argument(help: "Which files, as patterns.") var globs: [String] = []
    @Flag(help: "Print Markdown.") var md = false
    @Flag(help: "Mark the commit so that it starts no workflow.") var skipCI = false
    @Flag(name: [.customLong("merge"), .customLong("auto-merge")], help: "Merge it once it may be.")
    var merge = false
    @Flag(help: "Merge by rebasing.") var rebase = false
    @Flag(help: "Merge by squashing.") var squash = false
    @Option(help: "The new branch.") var branch: String?
    @Option(help: "The branch that takes the changes.") var targetBranch: String?
    @Option(help: "The pull request's title.") var title: String?
    @Option(help: "Its text.") var body: String?
    @Option(help: "The commit's message.") var message: String?
    @Option(help: "The remote.") var remote: String?
    @Option(help: "The committer's address.") var userEmail: String?
    @Option(help: "The committer's name.") var userName: String?
    @OptionGroup var forge: ForgeOptions

    func run() async throws {
        if let text = try await PullRequestPost(self).run() {
            Console.print(text)
        } else {
            Console.complain("nothing to commit: no file that the patterns name has changed")
        }
    }
}
