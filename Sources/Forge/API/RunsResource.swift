import HTTPTypes
import Hummingbird
import Serving
import Store

/// `GET /actions/runs`, `/actions/runs/{id}` and `/actions/runs/{id}/jobs`.
struct RunsResource {
    private static let most = 1000

    let store: Store

    func answer(_ call: APICall) async throws -> Response {
        guard call.method == .get else { throw ToolkitFault.absent }
        try call.require(.read, of: "actions")
        let (store, repository) = (store, call.facts.path)
        if call.path.count == 2 {
            let runs = try await offPool {
                try store.runs(RunFilter(repository: repository), limit: Self.most)
            }
            return .counted("workflow_runs", runs, call) { write($1, call, &$0) }
        }
        guard let id = Int64(call.path[2]), let run = try await offPool({ try store.run(id) }),
            run.repository == repository
        else { throw ToolkitFault.absent }
        switch call.path.count {
        case 3: return .json { write(run, call, &$0) }
        case 4 where call.path[3] == "jobs": return .counted("jobs", run.jobs, call) { write($1, run, &$0) }
        default: throw ToolkitFault.absent
        }
    }

    private func write(_ run: RunRecord, _ call: APICall, _ json: inout JSONWriter) {
        json.field("id", run.id)
        json.field("name", run.name)
        json.field("display_title", run.displayTitle)
        json.field("path", run.path)
        json.field("event", run.event)
        json.field("head_sha", run.headSHA)
        json.nullable("head_branch", run.headBranch)
        json.field("run_number", run.runNumber)
        json.field("run_attempt", run.runAttempt)
        json.field("status", run.status.rawValue)
        json.nullable("conclusion", run.conclusion?.rawValue)
        json.field("created_at", run.createdAt)
        json.field("updated_at", run.completedAt ?? run.startedAt ?? run.createdAt)
        json.field("url", "\(call.url)/actions/runs/\(run.id)")
        json.field("jobs_url", "\(call.url)/actions/runs/\(run.id)/jobs")
        json.field("artifacts_url", "\(call.url)/actions/runs/\(run.id)/artifacts")
    }

    private func write(_ job: JobRecord, _ run: RunRecord, _ json: inout JSONWriter) {
        json.field("id", job.id)
        json.field("run_id", run.id)
        json.field("run_attempt", run.runAttempt)
        json.field("name", job.name)
        json.field("head_sha", run.headSHA)
        json.field("status", job.status.rawValue)
        json.nullable("conclusion", job.conclusion?.rawValue)
        if let start = job.startedAt { json.field("started_at", start) } else { json.null("started_at") }
        if let end = job.completedAt { json.field("completed_at", end) } else { json.null("completed_at") }
    }
}
