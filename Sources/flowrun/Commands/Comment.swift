import ArgumentParser
import Foundation

struct Comment: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "comment",
        abstract: "Post a report with metrics and plots, as CML does.",
        discussion: """
            Inside a job the report is kept with its run, shown at its end, and tied to the run's commits by a git note; where
            the repository's origin is GitHub, GitLab or Gitea and a token is set (REPO_TOKEN or GITHUB_TOKEN), it is also
            posted there. Local images are taken up from inside the workspace alone.

            EXAMPLES
              flowrun comment create report.md
              flowrun comment update report.md --watermark-title nightly
              cml comment create report.md --target commit
            """,
        subcommands: [CommentCreate.self, CommentUpdate.self]
    )
}

/// The options that CML's `comment` has.
struct CommentOptions: ParsableArguments {
    @Argument(help: "The Markdown file.") var file: String
    @Option(
        help: "commit, pr, commit/SHA, pr/N or issue/N (default: the event's pull request, else the commit)."
    ) var target: String?
    @Flag(inversion: .prefixedNo, help: "Publish the images that the report names.") var publish: Bool?
    @Option(help: "A server that images are published to.") var publishURL: String?
    @Flag(help: "Publish images to the forge itself.") var publishNative = false
    @Flag(help: "Update the comment whenever the report changes, until the job ends.") var watch = false
    @Option(help: "With --watch: update when this file appears.") var triggerFile: String?
    @Option(help: "The mark by which an update finds its comment.") var watermarkTitle: String?
    @Flag(help: "Leave the mark out.") var rmWatermark = false
    @Flag(help: "Change the earlier comment with the same mark.") var update = false
    @Flag(help: .hidden) var pr = false
    @Option(name: [.customLong("commit-sha"), .customLong("head-sha")], help: "The commit.") var commitSHA:
        String?
    @OptionGroup var forge: ForgeOptions
}

/// CML's options of every command.
struct ForgeOptions: ParsableArguments {
    @Option(help: "The repository's address (default: the remote origin).") var repo: String?
    @Option(
        name: [.customLong("token"), .customLong("driver-token")],
        help: "The forge's token (better: REPO_TOKEN)."
    ) var token: String?
    @Option(help: "github, gitlab or gitea (default: by the address).") var driver: String?
    @Option(help: .hidden) var log: String?
}

struct CommentCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Post a new report.",
        discussion: """
            EXAMPLES
              flowrun comment create report.md
              cml comment create report.md --target commit
            """
    )

    @OptionGroup var options: CommentOptions

    func run() async throws { try await ReportPost(options, updates: options.update).run() }
}

struct CommentUpdate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change the report with the same mark, or post it.",
        discussion: """
            EXAMPLES
              flowrun comment update report.md
              cml comment update report.md --watermark-title nightly
            """
    )

    @OptionGroup var options: CommentOptions

    func run() async throws { try await ReportPost(options, updates: true).run() }
}
