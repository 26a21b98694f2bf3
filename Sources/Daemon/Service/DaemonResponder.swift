import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Serving
import Store

/// Answers what comes in at the daemon's port.
struct DaemonResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let store: Store
    let readiness: Readiness
    let counts: DaemonCounts
    let webhooks: WebhookIntake
    let dispatches: DispatchIntake
    /// The host that the daemon listens at: names of this machine are its own in any case.
    let host: String

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        let target = Target(request.head.path ?? "/")
        // Forges call this machine by whatever name it has for them; what they send is signed.
        if let path = target?.path, path.count == 2, path[0] == "hooks",
            let forge = WebhookForge(rawValue: path[1])
        {
            return await webhooks.answer(request, forge)
        }
        guard let name = request.head.authority.map(Loopback.host(ofAuthority:)),
            Loopback.isLoopback(name) || name == host
        else { return Self.text(.misdirectedRequest, "this daemon does not answer to that name\n") }
        guard let target else {
            return Self.text(.badRequest, "the address is not percent-encoded UTF-8\n")
        }
        if let wish = DispatchIntake.Wish(target.path) { return await dispatches.answer(request, wish) }
        switch target.path {
        case ["healthz"]: return await health()
        case ["metrics"]: return await metrics()
        default: return Self.text(.notFound, "there is nothing at this address\n")
        }
    }

    /// Whether the store can be read and written and has room; a watcher is told 503 where it cannot.
    private func health() async -> Response {
        do {
            if let obstacle = readiness.obstacle() { return Self.degraded("\(obstacle)") }
            try await offPool { try store.probe() }
            return Self.json(.ok, #"{"status":"ok"}"#)
        } catch {
            return Self.degraded("\(error)")
        }
    }

    private static func degraded(_ reason: String) -> Response {
        let words = reason.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return json(.serviceUnavailable, #"{"status":"degraded","reason":"\#(words)"}"#)
    }

    private func metrics() async -> Response {
        do {
            let depth = try await offPool { try store.queueDepth() }
            let metrics = Metrics(counts, queued: depth.queued, running: depth.running, now: Date())
            return Self.text(.ok, metrics.text, type: "text/plain; version=0.0.4; charset=utf-8")
        } catch {
            return Self.text(.serviceUnavailable, "\(error)\n")
        }
    }

    private static func json(_ status: HTTPResponse.Status, _ body: String) -> Response {
        text(status, body + "\n", type: "application/json")
    }

    private static func text(
        _ status: HTTPResponse.Status,
        _ body: String,
        type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status,
            headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: body))
        )
    }
}
