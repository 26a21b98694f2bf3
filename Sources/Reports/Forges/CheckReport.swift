package import Foundation

/// A check run that shows a report (`cml check create`).
package struct CheckReport: Sendable, Equatable {
    package var title = "CML Report"
    package var status = "completed"
    package var conclusion = "success"
    package var sha: String
    package var summary: String
    package var time: Date
    /// By which a second try finds what the first one made.
    package var key: String

    package init(sha: String, summary: String, time: Date, key: String) {
        self.sha = sha
        self.summary = summary
        self.time = time
        self.key = key
    }

    /// The command line's options, where it is silent the environment's, then the defaults.
    package mutating func set(
        title: String?,
        status: String?,
        conclusion: String?,
        environment: CMLEnvironment
    ) {
        func text(_ option: String) -> String? { environment.value(of: option, command: "check") }
        self.title = title ?? text("title") ?? self.title
        self.status = status ?? text("status") ?? self.status
        self.conclusion = conclusion ?? text("conclusion") ?? self.conclusion
    }

    /// Refuses words that the API does not know, before anything is sent.
    package func validated() throws(ReportsError) -> CheckReport {
        let statuses = ["queued", "in_progress", "completed"]
        let conclusions = [
            "success", "failure", "neutral", "cancelled", "skipped", "timed_out", "action_required",
        ]
        guard statuses.contains(status) else {
            throw ReportsError(
                .badOption("status `\(status)` is none of \(statuses.joined(separator: ", "))")
            )
        }
        guard conclusions.contains(conclusion) else {
            throw ReportsError(
                .badOption("conclusion `\(conclusion)` is none of \(conclusions.joined(separator: ", "))")
            )
        }
        return self
    }

    var body: Body {
        let stamp = time.formatted(.iso8601)
        let isCompleted = status == "completed"
        let text = CommentText(
            markdown: summary,
            watermark: nil,
            deliveryKey: key,
            limit: JobCheck.summaryLimit
        ).text
        return Body(
            name: title,
            headSha: sha,
            status: status,
            conclusion: isCompleted ? conclusion : nil,
            externalId: key,
            startedAt: stamp,
            completedAt: isCompleted ? stamp : nil,
            output: Body.Output(title: title, summary: text)
        )
    }

    struct Body: Encodable, Sendable {
        struct Output: Encodable, Sendable {
            var title: String
            var summary: String
        }
        var name: String
        var headSha: String
        var status: String
        var conclusion: String?
        var externalId: String
        var startedAt: String
        var completedAt: String?
        var output: Output
    }
}
