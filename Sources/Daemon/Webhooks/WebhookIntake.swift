import Crypto
import Engine
import Events
import Expressions
import Foundation
import Hummingbird
import Logging
import NIOCore
import Serving
import Store

/// Takes in what forges send: nothing is answered with success before it is on the disk.
struct WebhookIntake: Sendable {
    /// GitHub sends no more than this (25 MB).
    private static let longestBody = 25 << 20
    /// What may happen again in the very same words; what is told of all others has a time, a commit or an id in it.
    private static let repeatable: Set<String> = [
        "repository_dispatch", "workflow_dispatch", "watch", "star",
    ]

    let store: Store
    let readiness: Readiness
    let names: ServedNames
    let log: Logger
    let ring: @Sendable () -> Void

    private struct Refusal: Error {
        var status: HTTPResponse.Status
        var reason: String
    }

    func answer(_ request: Request, _ forge: WebhookForge) async -> Response {
        do {
            guard request.method == .post else { throw Refusal(status: .methodNotAllowed, reason: "POST it") }
            let body = try await body(of: request)
            let headers = request.headers
            let outcome = try await offPool { try take(body, headers, forge) }
            return Self.json(outcome.status, outcome.text)
        } catch let refusal as Refusal {
            return Self.json(refusal.status, Self.object([("error", .string(refusal.reason))]))
        } catch {
            log.error("webhook not kept", metadata: ["error": "\(error)"])
            return Self.json(.serviceUnavailable, Self.object([("error", .string("it could not be kept"))]))
        }
    }

    private func body(of request: Request) async throws -> Data {
        do {
            return Data(try await request.body.collect(upTo: Self.longestBody).readableBytesView)
        } catch {
            throw Refusal(status: .contentTooLarge, reason: "no more than 25 MB are taken")
        }
    }

    private func take(
        _ body: Data,
        _ headers: HTTPFields,
        _ forge: WebhookForge
    ) throws -> (status: HTTPResponse.Status, text: String) {
        let signers = try names.entries().filter { entry in
            entry.secret.map { forge.isSigned(body, headers, with: $0) } ?? false
        }
        guard !signers.isEmpty else {
            throw Refusal(
                status: .unauthorized,
                reason: "it is not signed with the secret of a served repository"
            )
        }
        guard let name = forge.eventName(headers) else {
            throw Refusal(status: .badRequest, reason: "no header says which event it is")
        }
        if name == "ping" { return (.ok, Self.object([("pong", .boolean(true))])) }
        let payload = try Self.payload(body)
        guard let (event, told) = forge.event(name, payload) else {
            return (.ok, Self.object([("ignored", .string("`\(name)` is no event that workflows know"))]))
        }
        let wanted = told["repository"]["full_name"].text
        guard let repository = signers.first(where: { $0.name == wanted.lowercased() })?.repository
        else { throw Refusal(status: .notFound, reason: "no served repository is called `\(wanted)`") }
        // The deletion of a ref is an event of its own.
        if event == "push", told["deleted"].text == "true" {
            return (.ok, Self.object([("ignored", .string("the ref was deleted"))]))
        }
        if let obstacle = readiness.obstacle() {
            log.error("webhook refused", metadata: ["reason": "\(obstacle)"])
            throw Refusal(status: .serviceUnavailable, reason: obstacle.refusal)
        }
        let digest = SHA256.hash(data: body).hex
        let delivery = forge.delivery(headers)
        let (id, isNew) = try store.add(
            NewEvent(
                repository: repository,
                source: .webhook,
                event: try Self.event(event, told, in: repository),
                key: "webhook:\(forge.rawValue):\(delivery ?? digest)",
                // An id is not signed, the words are.
                digest: Self.repeatable.contains(event) ? nil : "\(forge.rawValue):\(event):\(digest)",
                delivery: delivery ?? ""
            )
        )
        if isNew { ring() }
        let text = Self.object([("event", .number(Double(id))), ("duplicate", .boolean(!isNew))])
        return (isNew ? .accepted : .ok, text)
    }

    /// JSON, as it is or as the field of a form.
    private static func payload(_ body: Data) throws -> Value {
        var text = String(decoding: body, as: UTF8.self)
        if text.hasPrefix("payload=") {
            let field = text.dropFirst("payload=".count).prefix { $0 != "&" }
            text = field.replacing("+", with: " ").removingPercentEncoding ?? ""
        }
        guard let value = try? Value(json: text), case .object = value else {
            throw Refusal(status: .badRequest, reason: "the body is no JSON object")
        }
        return value
    }

    /// What is told of the event; where it names no commit it is about the newest of the default branch.
    private static func event(_ name: String, _ payload: Value, in path: String) throws -> Event {
        let tip = try SessionSite.defaultTip(of: path)
        var event = Event(
            name: name,
            saying: payload,
            ref: tip.map { "refs/heads/\($0.branch)" } ?? "",
            sha: tip?.commit ?? "",
            actor: ""
        )
        let pull = payload["pull_request"]
        if event.ref.hasPrefix("refs/pull/") {
            let merge = pull["merge_commit_sha"].text
            event.sha = merge.isEmpty || pull["merged"].text == "true" ? pull["head"]["sha"].text : merge
        }
        return event
    }

    private static func object(_ pairs: [(String, Value)]) -> String {
        Value.object(ObjectValue(pairs.map { (key: $0.0, value: $0.1) })).json()
    }

    private static func json(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text + "\n"))
        )
    }
}
