/// The options of `cml comment create` and `cml comment update`.
package struct CMLComment: Sendable, Equatable {
    /// What the report is attached to.
    package enum Target: Sendable, Equatable {
        /// The event's pull request, else an open one of the commit, else the commit.
        case auto
        /// A commit; nil is the one that started the run.
        case commit(String?)
        /// A pull request; nil is the event's, else an open one of the commit.
        case pullRequest(Int?)
        case issue(Int)

        package init(_ text: String) throws(ReportsError) {
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(
                String.init
            )
            let number = parts.count == 2 ? Int(parts[1]).flatMap { $0 > 0 ? $0 : nil } : nil
            switch (parts.first, parts.count, number) {
            case ("auto", 1, _): self = .auto
            case ("commit", 1, _): self = .commit(nil)
            case ("commit", 2, _) where !parts[1].isEmpty: self = .commit(parts[1])
            case ("pr", 1, _): self = .pullRequest(nil)
            case ("pr", 2, let number?): self = .pullRequest(number)
            case ("issue", 2, let number?): self = .issue(number)
            default:
                throw ReportsError(
                    .badOption(
                        "target `\(text)` is none of `auto`, `commit`, `pr`, `commit/SHA`, `pr/N` or `issue/N`"
                    )
                )
            }
        }
    }

    package var target: Target = .auto
    /// Whether local images go where readers of the comment can see them.
    package var publishes = true
    /// The asset server that takes them; without one they stay with the run.
    package var publishURL: String?
    /// Whether the forge itself takes them (GitLab can).
    package var publishesNatively = false
    package var watermarkTitle = ""
    package var removesWatermark = false
    /// Whether an earlier comment with the same watermark is changed, instead of a new one made.
    package var updates = false
    /// Whether the comment is updated each time the report changes, until the run ends.
    package var watches = false
    /// While watching, the file whose appearance asks for an update.
    package var triggerFile: String?

    package init() {}

    /// What stands on the command line; nil where it says nothing.
    package struct Given: Sendable, Equatable {
        package var target: String?
        package var pr: Bool?
        package var commitSHA: String?
        package var publish: Bool?
        package var publishURL: String?
        package var publishNative: Bool?
        package var watermarkTitle: String?
        package var rmWatermark: Bool?
        package var update: Bool?
        package var watch: Bool?
        package var triggerFile: String?

        package init() {}
    }

    /// The command line's options, where it is silent the environment's, then the defaults.
    package init(_ given: Given, environment: CMLEnvironment) throws(ReportsError) {
        func text(_ value: String?, _ option: String) -> String? {
            value ?? environment.value(of: option, command: "comment")
        }
        func flag(_ value: Bool?, _ option: String) throws(ReportsError) -> Bool? {
            if let value { return value }
            return try environment.flag(option, command: "comment")
        }
        if let words = text(given.target, "target") {
            target = try Target(words)
        } else if try flag(given.pr, "pr") == true {
            target = .pullRequest(nil)
        } else if let sha = text(given.commitSHA, "commit-sha") ?? text(nil, "head-sha") {
            target = .commit(sha)
        }
        publishes = try flag(given.publish, "publish") ?? true
        if given.publish == nil, try flag(nil, "no-publish") == true { publishes = false }
        publishURL = text(given.publishURL, "publish-url")
        publishesNatively = try flag(given.publishNative, "publish-native") ?? false
        watermarkTitle = text(given.watermarkTitle, "watermark-title") ?? ""
        removesWatermark = try flag(given.rmWatermark, "rm-watermark") ?? false
        updates = try flag(given.update, "update") ?? false
        watches = try flag(given.watch, "watch") ?? false
        triggerFile = text(given.triggerFile, "trigger-file")
        if removesWatermark, !watermarkTitle.isEmpty {
            throw ReportsError(.badOption("`--rm-watermark` leaves no place for `--watermark-title`"))
        }
        if removesWatermark, updates {
            throw ReportsError(
                .badOption("`--update` finds its comment by the watermark that `--rm-watermark` removes")
            )
        }
        if triggerFile != nil, !watches {
            throw ReportsError(.badOption("`--trigger-file` needs `--watch`"))
        }
    }

    /// The mark of this comment, or nil where it is to carry none.
    package func watermark(in context: CommentContext, sha: String? = nil) -> Watermark? {
        guard !removesWatermark else { return nil }
        return Watermark(
            sha: sha ?? context.sha,
            title: watermarkTitle,
            workflow: context.workflow,
            run: context.run
        )
    }
}
