import Crypto
import Engine
import Expressions
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Serving
import Store

/// The two calls of GitHub's API that start workflows: `POST /repos/OWNER/NAME/dispatches`, and
/// `POST /repos/OWNER/NAME/actions/workflows/FILE/dispatches`.
struct DispatchIntake: Sendable {
    private static let longestBody = 1 << 20

    /// What a path asks for.
    struct Wish: Sendable {
        var repository: String
        /// The workflow that is to be dispatched; nil for an event of the whole repository.
        var workflow: String?

        /// GitHub Enterprise has the same paths under `/api/v3`.
        init?(_ path: [String]) {
            let rest = path.starts(with: ["api", "v3"]) ? Array(path.dropFirst(2)) : path
            guard rest.first == "repos", rest.last == "dispatches" else { return nil }
            switch rest.count {
            case 4: break
            case 7 where rest[3] == "actions" && rest[4] == "workflows": workflow = rest[5]
            default: return nil
            }
            repository = "\(rest[1])/\(rest[2])"
        }
    }

    private struct Refusal: Error {
        var status: HTTPResponse.Status
        var message: String
        /// In seconds.
        var retryAfter: Int?
    }

    let token: String
    let limit = RefusalLimit()
    let names: ServedNames
    let readiness: Readiness
    let session: @Sendable (String) throws -> RunSession
    let ring: @Sendable () -> Void

    func answer(_ request: Request, _ wish: Wish) async -> Response {
        do {
            try admit(request)
            let body = try await body(of: request)
            guard let path = try await offPool({ [names] in try names.repository(wish.repository) }) else {
                throw Refusal(status: .notFound, message: "Not Found")
            }
            if let obstacle = readiness.obstacle() {
                throw Refusal(status: .serviceUnavailable, message: obstacle.refusal)
            }
            try await dispatch(wish, body, in: try session(path))
            ring()
            return Response(status: .noContent)
        } catch let refusal as Refusal {
            return Self.json(refusal.status, refusal.message, retryAfter: refusal.retryAfter)
        } catch let error as PlanError where error.isUnknownName {
            return Self.json(.notFound, error.description)
        } catch let error as SessionError {
            return Self.json(.unprocessableContent, error.description)
        } catch let error as StoreError {
            return Self.json(.serviceUnavailable, "it could not be kept: \(error)")
        } catch {
            return Self.json(.unprocessableContent, "\(error)")
        }
    }

    private func dispatch(_ wish: Wish, _ body: Value, in session: RunSession) async throws {
        guard let workflow = wish.workflow else {
            let type = body["event_type"].text
            guard !type.isEmpty else {
                throw Refusal(status: .unprocessableContent, message: "`event_type` is wanted")
            }
            return try await session.takeInDispatch(type: type, payload: body["client_payload"])
        }
        let ref = body["ref"].text
        guard !ref.isEmpty else { throw Refusal(status: .unprocessableContent, message: "`ref` is wanted") }
        var inputs: [String: String] = [:]
        if case .object(let given) = body["inputs"] {
            for (name, value) in given.pairs { inputs[name] = value.text }
        }
        _ = try await session.queueDispatch(workflow, inputs: inputs, ref: ref)
    }

    /// Only who has the token; no web page in the user's browser has.
    private func admit(_ request: Request) throws {
        guard request.method == .post else { throw Refusal(status: .methodNotAllowed, message: "POST it") }
        guard request.headers[.origin] == nil else {
            throw Refusal(status: .forbidden, message: "this API does not answer web pages")
        }
        let words = (request.headers[.authorization] ?? "").split(separator: " ").map(String.init)
        guard words.count == 2, ["bearer", "token"].contains(words[0].lowercased()),
            // Digests have one length: to compare them tells nothing by the time that it takes.
            SHA256.hash(data: Data(words[1].utf8)) == SHA256.hash(data: Data(token.utf8))
        else {
            if let time = limit.refuse() {
                throw Refusal(status: .tooManyRequests, message: "too many wrong tokens", retryAfter: time)
            }
            throw Refusal(status: .unauthorized, message: "Bad credentials")
        }
    }

    private func body(of request: Request) async throws -> Value {
        guard let buffer = try? await request.body.collect(upTo: Self.longestBody) else {
            throw Refusal(status: .contentTooLarge, message: "no more than 1 MB is taken")
        }
        guard let value = try? Value(json: String(buffer: buffer)), case .object = value else {
            throw Refusal(status: .badRequest, message: "Problems parsing JSON")
        }
        return value
    }

    private static func json(
        _ status: HTTPResponse.Status,
        _ message: String,
        retryAfter: Int? = nil
    ) -> Response {
        let text = Value.object(ObjectValue([("message", .string(message))])).json() + "\n"
        var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
        if let retryAfter { headers[.retryAfter] = "\(retryAfter)" }
        return Response(
            status: status,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
