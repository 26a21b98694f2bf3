import HTTPTypes
import Hummingbird
import Serving
import Store

/// Comments on pull requests and issues, kept beside the reports of their run:
/// `/issues/{number}/comments` and `/issues/comments/{id}`.
struct CommentsResource {
    let store: Store

    func answer(_ call: APICall) async throws -> Response {
        try call.require(call.method == .get ? .read : .write, of: "issues", "pull-requests")
        let store = store
        let run = call.job.facts.runID
        switch (call.method, call.path.count) {
        case (.get, 3) where call.path[2] == "comments":
            let target = try target(call)
            let reports = try await offPool { try store.reports(run: run) }
            return .list(reports.filter { $0.target == target }, call) { write($1, call, &$0) }
        case (.post, 3) where call.path[2] == "comments":
            let report = NewReport(
                runID: run,
                jobID: call.job.id,
                commitSHA: call.job.facts.sha,
                target: try target(call),
                markdown: try call.required("body"),
                folder: ""
            )
            let saved = try await offPool { try store.saveReport(report) }
            return .json(.created) { write(saved, call, &$0) }
        case (_, 3) where call.path[1] == "comments":
            return try await one(call)
        default: throw ToolkitFault.absent
        }
    }

    private func one(_ call: APICall) async throws -> Response {
        let store = store
        guard let id = Int64(call.path[2]), let report = try await offPool({ try store.report(id) }),
            report.runID == call.job.facts.runID
        else { throw ToolkitFault.absent }
        switch call.method {
        case .get: return .json { write(report, call, &$0) }
        case .patch:
            let text = try call.required("body")
            let saved = try await offPool { try store.updateReport(id, markdown: text) }
            return .json { write(saved, call, &$0) }
        case .delete:
            try await offPool { _ = try store.deleteReport(id) }
            return Response(status: .noContent)
        default: throw ToolkitFault.absent
        }
    }

    /// Pull requests are issues in this API; here a report says which of the two it is about.
    private func target(_ call: APICall) throws(ToolkitFault) -> String {
        guard let number = Int(call.path[1]), number > 0 else { throw .absent }
        let isPull = call.job.facts.event.name.hasPrefix("pull_request")
        return isPull ? "pr/\(number)" : "issue/\(number)"
    }

    private func write(_ report: ReportRecord, _ call: APICall, _ json: inout JSONWriter) {
        json.field("id", report.id)
        json.field("node_id", "IC_\(report.id)")
        json.field("url", "\(call.url)/issues/comments/\(report.id)")
        let number = report.target.split(separator: "/").last.map(String.init) ?? ""
        json.field(
            "html_url",
            "http://\(call.host)/\(call.facts.fullName)/issues/\(number)#issuecomment-\(report.id)"
        )
        json.field("body", report.markdown)
        json.object("user") { json in
            json.field("login", "github-actions[bot]")
            json.field("type", "Bot")
        }
        json.field("created_at", report.createdAt)
        json.field("updated_at", report.updatedAt)
    }
}
