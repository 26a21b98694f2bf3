import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import Serving

/// Answers everything that comes in at the toolkit's port.
struct ToolkitResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let access: JobAccess
    let artifacts: ArtifactService
    let caches: CacheService
    let oldCaches: OldCacheService
    let oldArtifacts: OldArtifactService
    let blobs: BlobEndpoint
    let identity: IdentityEndpoint
    let git: GitService
    let api: ForgeAPI

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        let path = Target(request.head.path ?? "/")?.path ?? []
        do {
            return try await answer(request)
        } catch  where error is CancellationError || isLostConnection(error) {
            throw error  // Nobody is there to be answered, and nothing went wrong here.
        } catch {
            let fault = ToolkitFault(of: error)
            if path.first == BlobAddress.root { return .blobFault(fault) }
            if path.starts(with: ForgeAPI.root) { return .apiFault(fault) }
            return GitCall.isOne(path) ? .gitFault(fault) : .fault(fault)
        }
    }

    private func answer(_ request: Request) async throws -> Response {
        try refuseStrangers(request)
        guard let target = Target(request.head.path ?? "/") else {
            throw ToolkitFault(.malformed, "The address is not percent-encoded UTF-8")
        }
        let path = target.path
        switch path.first {
        case "twirp" where path.count == 3:
            let call = try await TwirpCall(request, job: access.job(of: request, for: .services))
            switch path[1] {
            case ArtifactService.name: return try await artifacts.answer(path[2], call)
            case CacheService.name: return try await caches.answer(path[2], call)
            default: throw ToolkitFault(.badRoute, "There is no service `\(path[1])`")
            }
        case "_apis" where path.count >= 3 && path[1] == "artifactcache":
            let job = try access.job(of: request, for: .services)
            return try await oldCaches.answer(request, Array(path[2...]), target.query, job: job)
        case "_apis"
        where path.count == 5 && path[1...2] == ["pipelines", "workflows"] && path[4] == "artifacts":
            let job = try access.job(of: request, for: .services)
            return try await oldArtifacts.answer(request, run: path[3], target.query, job: job)
        case "_apis" where path.count >= 4 && path[1] == "resources":
            let job = try access.job(of: request, for: .services)
            return try await oldArtifacts.answer(
                request,
                resource: Array(path[2...]),
                target.query,
                job: job
            )
        case BlobAddress.root:
            return try await blobs.answer(request, target)
        case IdentityEndpoint.root:
            return try await identity.answer(request, Array(path[1...]), target.query)
        case _ where path.starts(with: ForgeAPI.root):
            return try await api.answer(request, Array(path.dropFirst(ForgeAPI.root.count)), target.query)
        case _ where GitCall.isOne(path):
            return try await git.answer(request, path, target.query)
        default:
            throw ToolkitFault(.badRoute, "There is nothing at this address")
        }
    }

    /// Whether the client went away in the middle of its request, as clients do.
    private func isLostConnection(_ error: any Error) -> Bool {
        error is HTTPParserError || error is ChannelError || error is IOError
    }

    /// Turns away what only a web page in the user's browser could have sent, or led here by its own name for 127.0.0.1.
    private func refuseStrangers(_ request: Request) throws(ToolkitFault) {
        guard let host = request.head.authority.map(Loopback.host(ofAuthority:)), Loopback.isLoopback(host)
        else { throw ToolkitFault(.denied, "These services answer to names of this machine only") }
        if request.headers[.origin] != nil {
            throw ToolkitFault(.denied, "These services do not answer web pages")
        }
    }
}
