import Foundation
import Hummingbird
import Serving
import Store

/// Artifacts as the fourth and later versions of the artifact actions keep them
/// (`github.actions.results.api.v1.ArtifactService`).
struct ArtifactService: Sendable {
    static let name = "github.actions.results.api.v1.ArtifactService"

    let store: Store
    let uploads: Uploads
    let signatures: BlobSignatures

    func answer(_ method: String, _ call: TwirpCall) async throws -> Response {
        switch method {
        case "CreateArtifact": try await create(call)
        case "FinalizeArtifact": try await finalize(call)
        case "ListArtifacts": try await list(call)
        case "GetSignedArtifactURL": try await signedURL(call)
        case "DeleteArtifact": try await delete(call)
        default: throw ToolkitFault(.badRoute, "Artifacts have no method `\(method)`")
        }
    }

    private func create(_ call: TwirpCall) async throws -> Response {
        try call.checkJob()
        let name = try call.required("name")
        if let fault = ArtifactName.fault(in: name) { throw ToolkitFault(.invalid, fault) }
        var details = Uploads.Details(contentType: call.text("mime_type"))
        if let text = call.text("expires_at") {
            guard let date = ISO8601.date(text) else {
                throw ToolkitFault(.invalid, "`expires_at` is no time: `\(text)`")
            }
            details.expiresAt = date
        }
        let run = call.job.facts.runID
        if try await artifact(name, run: run) != nil { throw Self.conflict }
        let (uploads, job) = (uploads, call.job.id)
        let (purpose, said) = (Uploads.Purpose.artifact(run: run, name: name), details)
        let upload: Uploads.Upload
        do {
            upload = try await offPool { try uploads.begin(purpose, job: job, details: said) }
        } catch let fault as ToolkitFault where fault.code == .alreadyThere {
            throw Self.conflict
        }
        let url = signatures.url(.upload(upload.id), file: "artifact", host: call.host)
        return .json { json in
            json.field("ok", true)
            json.field("signed_upload_url", url)
        }
    }

    private func finalize(_ call: TwirpCall) async throws -> Response {
        try call.checkJob()
        let name = try call.required("name")
        let run = call.job.facts.runID
        guard let upload = uploads.take(.artifact(run: run, name: name), job: call.job.id) else {
            // The answer to an earlier request may have been lost on its way.
            if let known = try await artifact(name, run: run), known.jobID == call.job.id {
                return Self.done(known)
            }
            throw ToolkitFault(.notFound, "No artifact `\(name)` was begun by this job")
        }
        let sum: BlobSum
        do throws(ToolkitFault) {
            sum = try upload.checked(
                size: try call.number("size") ?? 0,
                hash: call.text("hash"),
                what: "artifact `\(name)`"
            )
        } catch {
            uploads.giveBack(upload)
            throw error
        }
        let now = Date()
        let artifact = NewArtifact(
            runID: run,
            jobID: call.job.id,
            name: name,
            contentType: upload.details.contentType ?? Self.contentType(upload.blob.contentType),
            createdAt: now,
            expiresAt: Retention.expiry(asked: upload.details.expiresAt, from: now)
        )
        let store = store
        do {
            let saved = try await offPool { try store.saveArtifact(artifact, upload.blob) }
            assert(saved.digest == sum.digest)
            return Self.done(saved)
        } catch let error as StoreError where error.reason == .alreadyThere {
            throw Self.conflict
        }
    }

    private func list(_ call: TwirpCall) async throws -> Response {
        try call.checkRun()
        let (store, run) = (store, call.job.facts.runID)
        let name = call.text("name_filter")
        let id = try call.number("id_filter")
        let found = try await offPool { try store.artifacts(ofRunOf: run) }.filter { artifact in
            (name == nil || artifact.name == name) && (id == nil || artifact.id == id)
        }
        return .json { json in
            json.array("artifacts") { json in
                for artifact in found {
                    json.object { json in
                        json.field("workflow_run_backend_id", BackendID.run(run))
                        json.field("workflow_job_run_backend_id", BackendID.job(artifact.jobID ?? 0))
                        json.field("database_id", String(artifact.id))
                        json.field("name", artifact.name)
                        json.field("size", String(artifact.size))
                        json.field("created_at", artifact.createdAt)
                        json.field("digest", "sha256:\(artifact.digest)")
                    }
                }
            }
        }
    }

    private func signedURL(_ call: TwirpCall) async throws -> Response {
        let artifact = try await named(call)
        let file = artifact.contentType == Self.zip ? "artifact.zip" : "artifact"
        let url = signatures.url(.artifact(artifact.id), file: file, host: call.host)
        return .json { $0.field("signed_url", url) }
    }

    private func delete(_ call: TwirpCall) async throws -> Response {
        let artifact = try await named(call)
        let store = store
        try await offPool { _ = try store.deleteArtifact(artifact.id) }
        return Self.done(artifact)
    }

    /// The artifact that the call names, of its run or of an earlier attempt.
    private func named(_ call: TwirpCall) async throws -> ArtifactRecord {
        try call.checkRun()
        let name = try call.required("name")
        let (store, run) = (store, call.job.facts.runID)
        let found = try await offPool { try store.artifacts(ofRunOf: run).first { $0.name == name } }
        guard let artifact = found else {
            throw ToolkitFault(.notFound, "The run has no artifact `\(name)`")
        }
        return artifact
    }

    private func artifact(_ name: String, run: Int64) async throws -> ArtifactRecord? {
        let store = store
        return try await offPool { try store.artifacts(run: run).first { $0.name == name } }
    }

    static let zip = "application/zip"

    /// What version 4 of the action declares as `zip` is an archive; another kind of text is taken as it stands.
    private static func contentType(_ declared: String?) -> String {
        guard let declared, declared.contains("/") else { return zip }
        return declared
    }

    private static func done(_ artifact: ArtifactRecord) -> Response {
        .json { json in
            json.field("ok", true)
            json.field("artifact_id", String(artifact.id))
        }
    }

    private static let conflict = ToolkitFault(
        .alreadyThere,
        "an artifact with this name already exists on the workflow run"
    )
}

extension Uploads.Upload {
    /// What came, where it is what the client says that it sent.
    func checked(size: Int64, hash: String?, what: String) throws(ToolkitFault) -> BlobSum {
        guard let sum = blob.sum else { throw ToolkitFault(.unfit, "The bytes of \(what) have not come") }
        guard sum.size == size else {
            throw ToolkitFault(.unfit, "\(sum.size) bytes of \(what) have come, not \(size)")
        }
        if let hash, !hash.isEmpty, hash.lowercased() != "sha256:\(sum.digest)" {
            throw ToolkitFault(.unfit, "The digest of \(what) is sha256:\(sum.digest), not \(hash)")
        }
        return sum
    }
}
