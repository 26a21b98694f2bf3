import Engine
import Expressions
import Hummingbird

/// One call of a twirp service: JSON both ways, fields in either spelling.
struct TwirpCall {
    let job: ToolkitJob
    /// `127.0.0.1:PORT`, as the client reaches this server.
    let host: String
    private let fields: Value

    /// More than any client sends, and nothing to the memory.
    private static let limit = 1 << 20

    init(_ request: Request, job: ToolkitJob) async throws {
        guard request.method == .post else {
            throw ToolkitFault(.badRoute, "The services are called by POST")
        }
        let body = try await request.body.collect(upTo: Self.limit)
        self.job = job
        host = request.head.authority ?? ""
        do {
            fields = try Value(json: String(buffer: body))
        } catch {
            throw ToolkitFault(.malformed, "The request is no JSON: \(error)")
        }
        guard fields.objectValue != nil else { throw ToolkitFault(.malformed, "The request is no object") }
    }

    /// A text that may be absent: `workflow_run_backend_id`, or `workflowRunBackendId`.
    func text(_ name: String) -> String? {
        let words = name.split(separator: "_")
        let camel = words.dropFirst().reduce(String(words[0])) {
            $0 + $1.prefix(1).uppercased() + $1.dropFirst()
        }
        for key in [name, camel] {
            switch fields[key] {
            case .string(let text): return text
            case .number, .boolean: return fields[key].text
            default: continue
            }
        }
        return nil
    }

    func required(_ name: String) throws(ToolkitFault) -> String {
        guard let text = text(name), !text.isEmpty else {
            throw ToolkitFault(.invalid, "`\(name)` is missing")
        }
        return text
    }

    /// A number that may be absent; 64 bits are sent as text.
    func number(_ name: String) throws(ToolkitFault) -> Int64? {
        guard let text = text(name) else { return nil }
        guard let number = Int64(text), number >= 0 else {
            throw ToolkitFault(.invalid, "`\(name)` is no size: `\(text)`")
        }
        return number
    }

    func texts(_ name: String) -> [String] {
        let camel = name == "restore_keys" ? "restoreKeys" : name
        return (fields[name].elements ?? fields[camel].elements ?? []).map(\.text)
    }

    /// Refuses a request for another run than that of its token.
    func checkRun() throws(ToolkitFault) {
        guard try required("workflow_run_backend_id") == BackendID.run(of: job) else {
            throw ToolkitFault(.denied, "The token is another run's")
        }
    }

    /// Refuses a request for another job than that of its token.
    func checkJob() throws(ToolkitFault) {
        try checkRun()
        guard try required("workflow_job_run_backend_id") == BackendID.job(of: job) else {
            throw ToolkitFault(.denied, "The token is another job's")
        }
    }
}
