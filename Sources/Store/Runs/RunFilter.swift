package import Foundation
import GRDB

/// Which runs are meant; all of them where nothing is said.
package struct RunFilter: Sendable {
    package var repository: String?
    /// The workflow's name, its file's path or name, or that without its extension.
    package var workflow: String?
    package var branch: String?
    package var event: String?
    /// A status, or a conclusion.
    package var state: State?
    /// How the commit's id begins.
    package var commit: String?
    /// Who made the event.
    package var user: String?
    package var createdFrom: Date?
    /// Runs of this instant are not meant any more.
    package var createdBefore: Date?

    /// The states that `gh run list --status` knows.
    package enum State: Sendable {
        case status(Status)
        case conclusion(Conclusion)
        /// A job waits for its environment, or for something else that a person may want to know of.
        case waiting
        /// What runs here are never in.
        case never

        /// In the order of GitHub's documentation.
        package static let words =
            ["queued", "in_progress", "completed", "requested", "pending", "waiting"]
            + Conclusion.allCases.map(\.rawValue) + ["stale", "startup_failure"]

        package init?(_ text: String) {
            if let conclusion = Conclusion(rawValue: text) {
                self = .conclusion(conclusion)
            } else if let status = Status(rawValue: text) {
                self = .status(status)
            } else {
                switch text {
                // A run that is requested is queued at once, and one that waits for its concurrency group stays so.
                case "requested", "pending": self = .status(.queued)
                case "waiting": self = .waiting
                case "stale", "startup_failure": self = .never
                default: return nil
                }
            }
        }
    }

    package init(repository: String? = nil, workflow: String? = nil) {
        self.repository = repository
        self.workflow = workflow
    }

    /// As SQL, to stand behind `WHERE`.
    func condition() -> (sql: String, arguments: StatementArguments) {
        var conditions = ["TRUE"]
        var arguments = StatementArguments()
        func add(_ condition: String, _ values: StatementArguments) {
            conditions.append(condition)
            arguments += values
        }
        if let repository { add("repository = ?", [repository]) }
        if let workflow {
            // As `WorkflowFiles.named` compares names: whatever the case, with `-`, `_` and spaces alike.
            func loose(_ sql: String) -> String { "replace(replace(lower(\(sql)), '-', '_'), ' ', '_')" }
            let files = ["", ".yml", ".yaml"].map { "/\(workflow)\($0)" }
            let ends = files.map { _ in "\(loose("substr(path, -length(?))")) = \(loose("?"))" }
            add(
                "(" + (["path = ?", "\(loose("name")) = \(loose("?"))"] + ends).joined(separator: " OR ")
                    + ")",
                StatementArguments([workflow, workflow] + files.flatMap { [$0, $0] })
            )
        }
        if let branch { add("head_branch = ?", [branch]) }
        if let event { add("event = ?", [event]) }
        switch state {
        case .status(let status): add("status = ?", [status])
        case .conclusion(let conclusion): add("conclusion = ?", [conclusion])
        case .waiting:
            add(
                """
                status <> 'completed' AND EXISTS (SELECT 1 FROM jobs
                    WHERE run_id = runs.id AND jobs.status = 'queued' AND jobs.reason IS NOT NULL)
                """,
                []
            )
        case .never: add("FALSE", [])
        case nil: break
        }
        if let commit { add("substr(head_sha, 1, length(?)) = ?", [commit, commit]) }
        if let user { add("json_extract(payload, '$.sender.login') = ?", [user]) }
        if let createdFrom { add("created_at >= ?", [createdFrom.milliseconds]) }
        if let createdBefore { add("created_at < ?", [createdBefore.milliseconds]) }
        return (conditions.joined(separator: " AND "), arguments)
    }
}
