import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Serving

extension StorageAPI {
    func beginResumable(_ request: Request, bucket: String, query: Query) async throws -> Response {
        let json = try await request.body.collect(upTo: 1 << 20)
        let wanted = try DescriptionRequest.read(json.readableBytesView)
        guard let name = query["name"] ?? wanted.name else {
            throw StorageFault.invalid("Required parameter: name")
        }
        var description = wanted.description
        if description.contentType == nil, let field = HTTPField.Name("X-Upload-Content-Type") {
            description.contentType = request.headers[field]
        }
        let id = try await uploads.begin(
            ResumableUploads.Session(
                bucket: bucket,
                name: ObjectName(name).text,
                description: description,
                conditions: Conditions(query),
                expected: wanted.expected
            )
        )
        var response = Response(status: .ok)
        // The address by which the client came: it may reach this machine under another name than ours.
        let address = request.head.authority.map { "http://\($0)" } ?? base
        response.headers[.location] =
            "\(address)/upload/storage/v1/b/\(percentEncoded(bucket))/o?uploadType=resumable&upload_id=\(id)"
        if let field = HTTPField.Name("X-GUploader-UploadID") { response.headers[field] = id }
        return response
    }

    /// Takes in one part of an upload, or says how far it has come.
    func receivePart(_ request: Request, id: String) async throws -> Response {
        let known = try await uploads.session(id)
        if let result = known.result { return .json(resource(result), status: .ok) }
        let range = try contentRange(of: request)
        var transfer = try await uploads.take(id)
        do {
            let response = try await receive(request, range: range, into: &transfer)
            try await uploads.giveBack(transfer)
            return response
        } catch {
            // What came before the fault is kept: the client goes on from there.
            try await uploads.giveBack(transfer)
            throw error
        }
    }

    private func receive(
        _ request: Request,
        range: ContentRange?,
        into transfer: inout ResumableUploads.Transfer
    ) async throws -> Response {
        let start = range.map { $0.part?.lowerBound ?? transfer.incoming.size } ?? 0
        guard start <= transfer.incoming.size else { return incomplete(transfer) }
        if range == nil || range?.part != nil {
            var skipped = transfer.incoming.size - start
            var room = range?.part.map { $0.upperBound + 1 - transfer.incoming.size } ?? .max
            var incoming = transfer.incoming
            defer { transfer.incoming = incoming }
            try await request.forEachBlock { block in
                var block = block
                // A client that was told less than has come sends some bytes again.
                let old = Int(min(skipped, Int64(block.readableBytes)))
                block.moveReaderIndex(forwardBy: old)
                skipped -= Int64(old)
                guard Int64(block.readableBytes) <= room else {
                    throw StorageFault.invalid("The part has more bytes than its Content-Range says")
                }
                room -= Int64(block.readableBytes)
                try await incoming.take(block)
            }
        }
        let isComplete = range.map { $0.total == transfer.incoming.size } ?? true
        guard isComplete else { return incomplete(transfer) }

        let session = transfer.session
        try session.expected.check(transfer.incoming.checksums)
        let (store, complete) = (store, transfer.incoming)
        let record = try await offPool {
            try store.commit(
                complete,
                as: ObjectName(session.name),
                in: session.bucket,
                description: session.description,
                conditions: session.conditions
            )
        }
        transfer.session.result = record
        return .json(resource(record), status: .ok)
    }

    private func contentRange(of request: Request) throws(StorageFault) -> ContentRange? {
        guard let text = request.headers[.contentRange] else { return nil }
        guard let range = ContentRange(text) else {
            throw .invalid("Invalid Content-Range: `\(text)`")
        }
        return range
    }

    private func incomplete(_ transfer: ResumableUploads.Transfer) -> Response {
        var response = Response(
            status: HTTPResponse.Status(code: 308, reasonPhrase: "Resume Incomplete")
        )
        if transfer.incoming.size > 0 { response.headers[.range] = "bytes=0-\(transfer.incoming.size - 1)" }
        return response
    }
}
