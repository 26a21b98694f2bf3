import Engine
import Expressions
import HTTPTypes
import Hummingbird
import Serving
import Store

/// The part of GitHub's REST API that actions use of their own repository.
struct ForgeAPI: Sendable {
    static let root = ["api", "v3"]

    let access: JobAccess
    let store: Store
    let signatures: BlobSignatures

    /// - Parameter path: After `/api/v3`.
    func answer(_ request: Request, _ path: [String], _ query: Query) async throws -> Response {
        let job = try access.bearer(of: request)
        guard path.count >= 3, path[0] == "repos",
            "\(path[1])/\(path[2])".lowercased() == job.facts.repository.fullName.lowercased()
        else { throw ToolkitFault.absent }
        let call = try await APICall(request, job: job, path: Array(path.dropFirst(3)), query: query)
        switch (call.path.first, call.path.dropFirst().first) {
        case (nil, _): return try RepositoryResource.answer(call)
        case ("branches", _), ("tags", _), ("git", "ref"), ("git", "refs"), ("git", "matching-refs"):
            return try await RefsResource.answer(call)
        case ("commits", _): return try await CommitsResource.answer(call)
        case ("contents", _): return try await ContentsResource.answer(call)
        case ("issues", _): return try await CommentsResource(store: store).answer(call)
        case ("actions", "artifacts"):
            return try await ArtifactsResource(store: store, signatures: signatures).answer(call)
        case ("actions", "runs") where call.path.last == "artifacts":
            return try await ArtifactsResource(store: store, signatures: signatures).answer(call)
        case ("actions", "runs"): return try await RunsResource(store: store).answer(call)
        default: throw ToolkitFault.absent
        }
    }
}

extension ToolkitFault {
    /// What GitHub says of everything that is not there, or that the token may not know of.
    static let absent = ToolkitFault(.notFound, "Not Found")
}
