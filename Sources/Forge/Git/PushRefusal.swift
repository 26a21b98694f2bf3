import HTTPTypes
import Hummingbird
import NIOCore

/// An answer to a push that git shows beside each ref: nothing was moved.
struct PushRefusal {
    var refs: [String]
    var reason: String
    /// Whether the client takes the answer in parts that are numbered (`side-band-64k`).
    var isBanded: Bool

    var response: Response {
        let lines = ["unpack ok\n"] + refs.map { "ng \($0) \(reason)\n" }
        var report = lines.reduce(into: [UInt8]()) { $0 += Self.line(Array($1.utf8)) } + Array("0000".utf8)
        if isBanded { report = Self.line([1] + report) + Array("0000".utf8) }
        return Response(
            status: .ok,
            headers: [.contentType: "application/x-git-receive-pack-result", .cacheControl: "no-cache"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: report))
        )
    }

    /// The bytes after their length, of four hexadecimal digits, itself among it.
    private static func line(_ bytes: [UInt8]) -> [UInt8] {
        let digits = String(bytes.count + 4, radix: 16)
        return Array((String(repeating: "0", count: 4 - digits.utf8.count) + digits).utf8) + bytes
    }
}
