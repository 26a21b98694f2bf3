import HTTPTypes
import Hummingbird
import Serving
import Store

/// `/actions/artifacts` and `/actions/runs/{id}/artifacts`.
struct ArtifactsResource {
    private static let most = 10_000

    let store: Store
    let signatures: BlobSignatures

    func answer(_ call: APICall) async throws -> Response {
        try call.require(call.method == .get ? .read : .write, of: "actions")
        let (store, repository) = (store, call.facts.path)
        switch (call.method, call.path.count) {
        case (.get, 2):
            return list(
                try await offPool { try store.artifacts(repository: repository, limit: Self.most) },
                call
            )
        case (.get, 4) where call.path[1] == "runs":
            guard let run = Int64(call.path[2]) else { throw ToolkitFault.absent }
            let all = try await offPool { () -> [ArtifactRecord] in
                guard try store.run(run)?.repository == repository else { return [] }
                return try store.artifacts(run: run).reversed()
            }
            return list(all, call)
        case (.get, 3):
            let artifact = try await artifact(call)
            return .json { write(artifact, call, &$0) }
        case (.get, 4) where call.path[3] == "zip":
            let artifact = try await artifact(call)
            let file = artifact.contentType == ArtifactService.zip ? "artifact.zip" : "artifact"
            let url = signatures.url(.artifact(artifact.id), file: file, host: call.host)
            // Clients ask for just this status.
            return Response(status: .found, headers: [.location: url])
        case (.delete, 3):
            let artifact = try await artifact(call)
            try await offPool { _ = try store.deleteArtifact(artifact.id) }
            return Response(status: .noContent)
        default: throw ToolkitFault.absent
        }
    }

    /// The artifact that a call names, of whichever run of its repository.
    private func artifact(_ call: APICall) async throws -> ArtifactRecord {
        guard call.path[1] == "artifacts", let id = Int64(call.path[2]) else { throw ToolkitFault.absent }
        let (store, repository) = (store, call.facts.path)
        return try await offPool {
            guard let artifact = try store.artifact(id),
                try store.run(artifact.runID)?.repository == repository
            else { throw ToolkitFault.absent }
            return artifact
        }
    }

    private func list(_ artifacts: [ArtifactRecord], _ call: APICall) -> Response {
        let name = call.query["name"]
        return .counted("artifacts", artifacts.filter { name == nil || $0.name == name }, call) {
            write($1, call, &$0)
        }
    }

    private func write(_ artifact: ArtifactRecord, _ call: APICall, _ json: inout JSONWriter) {
        let url = "\(call.url)/actions/artifacts/\(artifact.id)"
        json.field("id", artifact.id)
        json.field("node_id", "A_\(artifact.id)")
        json.field("name", artifact.name)
        json.field("size_in_bytes", artifact.size)
        json.field("url", url)
        json.field("archive_download_url", url + "/zip")
        json.field("expired", false)
        json.field("created_at", artifact.createdAt)
        json.field("updated_at", artifact.createdAt)
        json.field("expires_at", artifact.expiresAt)
        json.field("digest", "sha256:\(artifact.digest)")
        json.object("workflow_run") { $0.field("id", artifact.runID) }
    }
}
