import Hummingbird
import Serving
import Store

extension IncomingBlob {
    /// Takes a part of the bytes, which has to be as long as its `Content-Range` says.
    func receive(_ part: Range<Int64>, from request: Request) async throws {
        let file = try await offPool { try self.ranged() }
        var offset = part.lowerBound
        try await request.forEachBlock { block in
            let start = offset
            guard Int64(block.readableBytes) <= part.upperBound - start else {
                throw ToolkitFault(.invalid, "The part has more bytes than its Content-Range says")
            }
            try await offPool { try block.withUnsafeReadableBytes { try file.write($0, at: start) } }
            offset += Int64(block.readableBytes)
        }
        guard offset == part.upperBound else {
            throw ToolkitFault(.invalid, "The part has fewer bytes than its Content-Range says")
        }
        if !part.isEmpty { mark(part) }
    }
}
