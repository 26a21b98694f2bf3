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

    package enum State: Sendable {
        case status(Status)
        case conclusion(Conclusion)

        package init?(_ text: String) {
            if let conclusion = Conclusion(rawValue: text) {
                self = .conclusion(conclusion)
            } else if let status = Status(rawValue: text) {
                self = .status(status)
            } else {
                return nil
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
            let files = ["", ".yml", ".yaml"].map { "/\(workflow)\($0)" }
            let ends = files.map { _ in "substr(path, -length(?)) = ?" }
            add(
                "(" + (["path = ?", "name = ?"] + ends).joined(separator: " OR ") + ")",
                StatementArguments([workflow, workflow] + files.flatMap { [$0, $0] })
            )
        }
        if let branch { add("head_branch = ?", [branch]) }
        if let event { add("event = ?", [event]) }
        switch state {
        case .status(let status): add("status = ?", [status])
        case .conclusion(let conclusion): add("conclusion = ?", [conclusion])
        case nil: break
        }
        if let commit { add("substr(head_sha, 1, length(?)) = ?", [commit, commit]) }
        if let user { add("json_extract(payload, '$.sender.login') = ?", [user]) }
        if let createdFrom { add("created_at >= ?", [createdFrom.milliseconds]) }
        if let createdBefore { add("created_at < ?", [createdBefore.milliseconds]) }
        return (conditions.joined(separator: " AND "), arguments)
    }
}
