import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Serving

extension StorageAPI {
    func upload(_ request: Request, bucket: String, query: Query) async throws -> Response {
        if let id = query["upload_id"] {
            switch request.method {
            case .put, .post:
                return try await receivePart(request, id: id)
            case .delete:
                try await uploads.cancel(id)
                return Response(status: HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request"))
            default:
                throw StorageFault.noSuchAddress("this upload by \(request.method)")
            }
        }
        guard request.method == .post || request.method == .put else {
            throw StorageFault(
                status: 405,
                reason: "methodNotAllowed",
                message: "POST starts an upload"
            )
        }
        let store = store
        _ = try await offPool { try store.bucket(bucket) }
        switch query["uploadType"] {
        case "multipart":
            return try await receiveMultipart(request, bucket: bucket, query: query)
        case "resumable":
            return try await beginResumable(request, bucket: bucket, query: query)
        case "media":
            return try await receiveMedia(request, bucket: bucket, query: query)
        case let other:
            throw StorageFault.invalid(
                "Invalid value for uploadType: `\(other ?? "")`; it is multipart, resumable or media"
            )
        }
    }

    private func receiveMedia(_ request: Request, bucket: String, query: Query) async throws -> Response {
        guard let text = query["name"] else { throw StorageFault.invalid("Required parameter: name") }
        let name = try ObjectName(text)
        let description = ObjectDescription(
            contentType: request.headers[.contentType],
            contentEncoding: query["contentEncoding"]
        )
        let conditions = try Conditions(query)
        let store = store
        let incoming = try await offPool { try store.receive() }
        return try await finish(incoming) { incoming in
            try await request.forEachBlock { try await incoming.take($0) }
            let complete = incoming
            return try await offPool {
                try store.commit(
                    complete,
                    as: name,
                    in: bucket,
                    description: description,
                    conditions: conditions
                )
            }
        }
    }

    private func receiveMultipart(
        _ request: Request,
        bucket: String,
        query: Query
    ) async throws -> Response {
        let multipart = try MultipartRelated(contentType: request.headers[.contentType])
        let conditions = try Conditions(query)
        let store = store
        let incoming = try await offPool { try store.receive() }
        return try await finish(incoming) { incoming in
            var start: [UInt8] = []
            var head: MultipartRelated.Head?
            var closing = ClosingBoundary([])
            try await request.forEachBlock { block in
                var bytes = Array(block.readableBytesView)
                if head == nil {
                    start += bytes
                    guard let found = try multipart.head(in: start) else {
                        guard start.count <= MultipartRelated.longestHead else {
                            throw StorageFault.invalid("The first part of the upload is too long")
                        }
                        return
                    }
                    head = found
                    closing = ClosingBoundary(found.closing)
                    bytes = Array(start[found.bodyStart...])
                    start = []
                }
                try await incoming.take(ByteBuffer(bytes: closing.pass(bytes)))
            }
            guard let head else {
                throw StorageFault.invalid("The upload ended before the object's bytes began")
            }
            try await incoming.take(ByteBuffer(bytes: closing.finish()))

            let wanted = try DescriptionRequest.read(head.description)
            try wanted.expected.check(incoming.checksums)
            guard let name = wanted.name ?? query["name"] else {
                throw StorageFault.invalid("Required parameter: name")
            }
            var description = wanted.description
            description.contentType = description.contentType ?? head.contentType
            let (complete, said, objectName) = (incoming, description, try ObjectName(name))
            return try await offPool {
                try store.commit(
                    complete,
                    as: objectName,
                    in: bucket,
                    description: said,
                    conditions: conditions
                )
            }
        }
    }

    /// Runs an upload to its end: the bytes become an object, or go.
    private func finish(
        _ incoming: IncomingObject,
        receive: (inout IncomingObject) async throws -> ObjectRecord
    ) async throws -> Response {
        var incoming = incoming
        do {
            return .json(resource(try await receive(&incoming)), status: .ok)
        } catch {
            let rest = incoming
            try await offPool { try rest.discard() }
            throw error
        }
    }
}

extension IncomingObject {
    /// Appends a block of a request off the cooperative threads.
    mutating func take(_ buffer: ByteBuffer) async throws {
        guard buffer.readableBytes > 0 else { return }
        let before = self
        self = try await offPool {
            var after = before
            try after.append(buffer)
            return after
        }
    }

    /// Runs work that makes the bytes an object; where it fails, they go.
    func settle<Result>(_ work: (inout IncomingObject) throws -> Result) throws -> Result {
        var incoming = self
        do {
            return try work(&incoming)
        } catch {
            try discard()
            throw error
        }
    }
}
