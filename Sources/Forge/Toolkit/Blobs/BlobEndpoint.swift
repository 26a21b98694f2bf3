import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Serving
import Store

/// Takes in and gives out the bytes of artifacts and caches, in the dialect of Azure's blob store.
struct BlobEndpoint: Sendable {
    let store: Store
    let uploads: Uploads
    let signatures: BlobSignatures

    func answer(_ request: Request, _ target: Target) async throws -> Response {
        guard let address = BlobAddress(target.path) else {
            throw ToolkitFault(.badRoute, "There is nothing at this address")
        }
        guard signatures.allow(address, expiry: target.query["se"], signature: target.query["sig"]) else {
            throw ToolkitFault(.denied, "The address's signature is wrong, or its time is over")
        }
        switch (address, request.method) {
        case (.upload(let id), .put):
            guard let upload = uploads.upload(id) else {
                throw ToolkitFault(.notFound, "This upload is over, or its job is")
            }
            return try await receive(request, target.query, upload.blob)
        case (.artifact(let id), .get), (.artifact(let id), .head):
            let store = store
            guard let artifact = try await offPool({ try store.artifact(id) }) else {
                throw ToolkitFault(.notFound, "There is no such artifact any more")
            }
            return try await BlobDownload(artifact).answer(request, store)
        case (.cache(let id), .get), (.cache(let id), .head):
            let store = store
            guard let cache = try await offPool({ try store.cache(id) }) else {
                throw ToolkitFault(.notFound, "There is no such cache any more")
            }
            return try await BlobDownload(cache).answer(request, store)
        default:
            throw ToolkitFault(.badRoute, "This address does not take \(request.method)")
        }
    }

    private func receive(_ request: Request, _ query: Query, _ blob: IncomingBlob) async throws -> Response {
        let type = HTTPField.Name("x-ms-blob-content-type").flatMap { request.headers[$0] }
        switch query["comp"] {
        case "block":
            let id = try BlockList.id(query["blockid"] ?? "")
            try await receivePart(request, blob) { try blob.add($0, asBlock: id) }
        case "blocklist":
            let ids = try BlockList.read(String(buffer: try await request.body.collect(upTo: 8 << 20)))
            try await offPool { try blob.setWhole(blocks: ids, contentType: type) }
        case nil:
            guard let kind = HTTPField.Name("x-ms-blob-type").flatMap({ request.headers[$0] }),
                kind.lowercased() == "blockblob"
            else { throw ToolkitFault(.invalid, "The header x-ms-blob-type has to be BlockBlob") }
            try await receivePart(request, blob) { try blob.setWhole($0, contentType: type) }
        case let other?:
            throw ToolkitFault(.invalid, "This store does not know comp=\(other)")
        }
        return Response(status: .created, headers: [.contentLength: "0"])
    }

    /// Takes a body in, and gives it on where all of it came.
    private func receivePart(
        _ request: Request,
        _ blob: IncomingBlob,
        _ done: @escaping @Sendable (BlobPart) throws -> Void
    ) async throws {
        var part = try await offPool { try blob.part() }
        do {
            try await request.forEachBlock { block in
                let before = part
                part = try await offPool {
                    var after = before
                    try block.withUnsafeReadableBytes { try after.append($0) }
                    return after
                }
            }
            let complete = part
            try await offPool { try done(complete) }
        } catch {
            let rest = part
            try await offPool { rest.discard() }
            throw error
        }
    }
}
