import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Serving
import Store

/// Bytes of the store on their way to a client.
struct BlobDownload: Sendable {
    private let blob: String
    private let size: Int64
    private let digest: String
    private let contentType: String
    private let fileName: String

    init(_ artifact: ArtifactRecord) {
        blob = artifact.blob
        size = artifact.size
        digest = artifact.digest
        contentType = artifact.contentType
        let isZip = contentType == ArtifactService.zip && !artifact.name.lowercased().hasSuffix(".zip")
        fileName = isZip ? artifact.name + ".zip" : artifact.name
    }

    init(_ cache: CacheRecord) {
        blob = cache.blob
        size = cache.size
        digest = cache.digest
        contentType = "application/octet-stream"
        fileName = "cache"
    }

    /// All bytes, or those that the request's range asks for, a piece at a time.
    ///
    /// Bytes that changed since they were stored are never given out as a whole: the answer breaks off before its end.
    func answer(_ request: Request, _ store: Store) async throws -> Response {
        let (blob, size, digest) = (blob, size, digest)
        let file = try await offPool { try store.bytes(ofBlob: blob) }
        var headers = headers
        var range: Range<Int64> = 0..<size
        var status = HTTPResponse.Status.ok
        switch ByteRange(request.headers[.range], size: size) {
        case .whole: break
        case .part(let part):
            range = part.lowerBound..<(part.upperBound + 1)
            status = .partialContent
            headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound)/\(size)"
        case .unsatisfiable:
            headers[.contentRange] = "bytes */\(size)"
            return Response(status: .rangeNotSatisfiable, headers: headers)
        }
        if request.method == .head {
            headers[.contentLength] = String(range.count)
            return Response(status: status, headers: headers)
        }
        let isWhole = range.count == size
        let wanted = range
        let body = ResponseBody(contentLength: wanted.count) { writer in
            var hash = SHA256()
            var offset = wanted.lowerBound
            while offset < wanted.upperBound {
                let start = offset
                let count = Int(min(1 << 20, wanted.upperBound - offset))
                let piece = try await offPool { try Self.read(file, count, at: start) }
                offset += Int64(count)
                if isWhole {
                    piece.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
                    let isLast = offset == wanted.upperBound
                    if isLast, hash.finalize().map({ String(format: "%02x", $0) }).joined() != digest {
                        throw ToolkitFault(.broken, "The stored bytes are damaged")
                    }
                }
                try await writer.write(piece)
            }
            try await writer.finish(nil)
        }
        return Response(status: status, headers: headers, body: body)
    }

    private static func read(_ file: BlobFile, _ count: Int, at offset: Int64) throws -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: count)
        let done = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
            try file.read(into: UnsafeMutableRawBufferPointer(rebasing: space[..<count]), at: offset)
        }
        guard done == count else { throw ToolkitFault(.broken, "The stored bytes are damaged") }
        return buffer
    }

    /// Whoever opens such an address in a browser is to save what is there, whatever it says that it is.
    private var headers: HTTPFields {
        var headers: HTTPFields = [
            .contentType: contentType,
            .contentDisposition: Self.disposition(fileName),
            .acceptRanges: "bytes",
            .eTag: "\"\(digest)\"",
            .xContentTypeOptions: "nosniff",
        ]
        if let policy = HTTPField.Name("Content-Security-Policy") { headers[policy] = "sandbox" }
        return headers
    }

    /// The name for clients of both ages: without what is not ASCII, and as it is (RFC 6266).
    static func disposition(_ name: String) -> String {
        let plain = String(
            name.unicodeScalars.map { scalar in
                let isPlain =
                    scalar.isASCII && scalar.value >= 0x20 && scalar != "\"" && scalar != "\\"
                    && scalar != "%"
                return isPlain ? Character(scalar) : "_"
            }
        )
        let allowed = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
        )
        let full = name.addingPercentEncoding(withAllowedCharacters: allowed) ?? plain
        return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(full)"
    }
}
