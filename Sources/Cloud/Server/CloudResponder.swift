import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import Serving

/// Answers everything that comes in at the local cloud's port.
struct CloudResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let storage: StorageAPI
    let tokens: TokenEndpoint
    /// Tells this server from any other that may have its port some day.
    let instance: String

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        do {
            try refuseStrangers(request)
            guard let target = Target(request.head.path ?? "/") else {
                throw StorageFault.invalid("The address is not percent-encoded UTF-8")
            }
            switch target.path.first {
            case "healthz" where target.path.count == 1:
                return .json(Health(status: "ok", pid: getpid(), instance: instance), status: .ok)
            case "token" where target.path.count == 1:
                return try await tokens.respond(to: request)
            default:
                return try await storage.respond(to: request, target: target)
            }
        } catch let fault as StorageFault {
            return .fault(fault)
        } catch let lack as IncompleteBody {
            return .fault(.invalid(lack.description))
        } catch let error as CloudError {
            return answer(error, context: context)
        } catch  where error is CancellationError || isLostConnection(error) {
            throw error  // Nobody is there to be answered, and nothing went wrong here.
        } catch {
            // The address is left out: it may hold what the user would not have in a log.
            context.logger.error("A request failed", metadata: ["error": "\(error)"])
            return .fault(
                StorageFault(
                    status: 500,
                    reason: "backendError",
                    message: "The local cloud failed: \(error)"
                )
            )
        }
    }

    /// Whether the client went away in the middle of its request, as clients do.
    private func isLostConnection(_ error: any Error) -> Bool {
        error is HTTPParserError || error is ChannelError || error is IOError
    }

    /// Turns away what only a web page in the user's browser could have sent, or led here by its own name
    /// for 127.0.0.1, and tools that carry a token of the real Google.
    private func refuseStrangers(_ request: Request) throws(StorageFault) {
        if request.method == .connect {
            throw StorageFault(
                status: 405,
                reason: "methodNotAllowed",
                message: "The local cloud is no proxy to \(request.head.authority ?? "elsewhere")"
            )
        }
        guard let host = request.head.authority.map(Loopback.host(ofAuthority:)), Loopback.isLoopback(host)
        else {
            throw StorageFault(
                status: 403,
                reason: "forbidden",
                message: "The local cloud answers to 127.0.0.1 and localhost only"
            )
        }
        if let origin = request.headers[.origin],
            !Loopback.isLoopback(URLComponents(string: origin)?.host ?? "")
        {
            throw StorageFault(
                status: 403,
                reason: "forbidden",
                message: "The local cloud does not answer web pages"
            )
        }
        if let token = request.headers[.authorization], token.hasPrefix("Bearer ya29.") {
            throw StorageFault(
                status: 401,
                reason: "authError",
                message: "This request carries a token of the real Google, but it came to the local cloud: "
                    + "unset STORAGE_EMULATOR_HOST or use the local key"
            )
        }
    }

    private func answer(_ error: CloudError, context: BasicRequestContext) -> Response {
        switch error.reason {
        case .invalidName:
            return .fault(.invalid(error.description))
        case .system(_, let code) where [ENOSPC, EDQUOT, EFBIG].contains(code):
            context.logger.error("No room", metadata: ["error": "\(error)"])
            return .fault(
                StorageFault(status: 507, reason: "insufficientStorage", message: error.description)
            )
        default:
            context.logger.error("A request failed", metadata: ["error": "\(error)"])
            return .fault(StorageFault(status: 500, reason: "backendError", message: error.description))
        }
    }
}

/// What `/healthz` answers.
struct Health: Codable, Sendable {
    var status: String
    var pid: Int32
    var instance: String
}
