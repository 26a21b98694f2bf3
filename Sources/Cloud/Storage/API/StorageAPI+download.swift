import Foundation
import HTTPTypes
import Hummingbird
import Serving

extension StorageAPI {
    /// An object's bytes, or the part of them that the request asks for, a piece at a time.
    func download(_ request: Request, bucket: String, name: String, query: Query) async throws -> Response {
        let object = try await object(bucket, name, query: query)
        var headers = headers(of: object.record)
        let size = object.record.size
        let range: ClosedRange<Int64>?
        let status: HTTPResponse.Status
        switch ByteRange(request.headers[.range], size: size) {
        case .whole:
            range = size > 0 ? 0...(size - 1) : nil
            status = .ok
        case .part(let part):
            range = part
            status = .partialContent
            headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound)/\(size)"
        case .unsatisfiable:
            var response = Response.fault(
                StorageFault(
                    status: 416,
                    reason: "requestedRangeNotSatisfiable",
                    message: "The object \(bucket)/\(name) has \(size) bytes"
                )
            )
            response.headers[.contentRange] = "bytes */\(size)"
            return response
        }
        guard let range else { return Response(status: status, headers: headers) }
        if request.method == .head {
            headers[.contentLength] = String(range.count)
            return Response(status: status, headers: headers)
        }
        let body = ResponseBody(contentLength: range.count) { writer in
            var offset = range.lowerBound
            while offset <= range.upperBound {
                let start = offset
                let count = Int(min(1 << 18, range.upperBound - offset + 1))
                let piece = try await offPool { try object.buffer(at: start, count: count) }
                try await writer.write(piece)
                offset += Int64(count)
            }
            try await writer.finish(nil)
        }
        return Response(status: status, headers: headers, body: body)
    }

    private func headers(of record: ObjectRecord) -> HTTPFields {
        var headers = HTTPFields()
        headers[.contentType] = record.description.contentType ?? "application/octet-stream"
        headers[.contentEncoding] = record.description.contentEncoding
        headers[.contentDisposition] = record.description.contentDisposition
        headers[.contentLanguage] = record.description.contentLanguage
        headers[.cacheControl] = record.description.cacheControl
        headers[.acceptRanges] = "bytes"
        headers[.eTag] = "\"\(record.etag)\""
        let checksums = ["crc32c=\(record.crc32c)"] + (record.md5Hash.map { ["md5=\($0)"] } ?? [])
        for (name, value) in [
            ("X-Goog-Hash", checksums.joined(separator: ",")),
            ("X-Goog-Generation", String(record.generation)),
            ("X-Goog-Metageneration", String(record.metageneration)),
            ("X-Goog-Stored-Content-Length", String(record.size)),
            ("X-Goog-Stored-Content-Encoding", record.description.contentEncoding ?? "identity"),
            ("X-Goog-Storage-Class", record.description.storageClass ?? "STANDARD"),
        ] {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return headers
    }
}
