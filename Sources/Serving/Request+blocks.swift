package import Hummingbird
package import NIOCore

/// A body that ended before its announced length.
package struct IncompleteBody: Error, CustomStringConvertible {
    package var received: Int64
    package var announced: Int64

    package var description: String { "The request ended after \(received) of \(announced) bytes" }
}

extension Request {
    /// Hands over the body in blocks large enough for a disk, with one block in memory at a time.
    ///
    /// A body that ends before its announced length is a fault, after all that came has been handed over: the
    /// server below reports a lost connection as the body's end.
    package func forEachBlock(_ take: (ByteBuffer) async throws -> Void) async throws {
        var block = ByteBuffer()
        var count: Int64 = 0
        var hasTakerFailed = false
        func complete() async throws {
            guard block.readableBytes > 0 else { return }
            do {
                try await take(block)
            } catch {
                hasTakerFailed = true
                throw error
            }
            block.clear()
        }
        do {
            for try await var piece in body {
                count += Int64(piece.readableBytes)
                block.writeBuffer(&piece)
                if block.readableBytes >= 1 << 18 { try await complete() }
            }
        } catch {
            if !hasTakerFailed { try await complete() }
            throw error
        }
        try await complete()
        if let announced = headers[.contentLength].flatMap({ Int64($0) }), announced != count {
            throw IncompleteBody(received: count, announced: announced)
        }
    }
}
