import Foundation
import Testing

@testable import Cloud

struct MultipartTests {
    /// What a reader makes of an upload that comes in pieces of `size` bytes.
    private func read(
        _ upload: String,
        type: String,
        size: Int
    ) throws -> (json: String, type: String?, body: String) {
        let multipart = try MultipartRelated(contentType: type)
        let bytes = Array(upload.utf8)
        var start: [UInt8] = []
        var head: MultipartRelated.Head?
        var closing = ClosingBoundary([])
        var body: [UInt8] = []
        for position in stride(from: 0, to: bytes.count, by: size) {
            var piece = Array(bytes[position..<min(position + size, bytes.count)])
            if head == nil {
                start += piece
                guard let found = try multipart.head(in: start) else { continue }
                head = found
                closing = ClosingBoundary(found.closing)
                piece = Array(start[found.bodyStart...])
            }
            body += closing.pass(piece)
        }
        let found = try #require(head)
        body += try closing.finish()
        return (
            String(decoding: found.description, as: UTF8.self), found.contentType,
            String(decoding: body, as: UTF8.self)
        )
    }

    @Test(
        arguments: ["\n", "\r\n"],
        ["", "x", "\r", "\n", "ends in a line\n", "--==0==", "a\n--==0==--\nb", "a\n--==0==\nb"]
    )
    func bytesComeThroughUnchanged(_ newline: String, _ body: String) throws {
        let upload = [
            "--==0==", "Content-Type: application/json; charset=UTF-8", "", #"{"name":"a"}"#, "--==0==",
            "Content-Type: text/csv", "", body, "--==0==--",
        ].joined(separator: newline)
        for size in [1, 3, 1000] {
            let read = try read(upload, type: #"multipart/related; boundary="==0==""#, size: size)
            #expect(read.json == #"{"name":"a"}"#)
            #expect(read.type == "text/csv")
            #expect(read.body == body)
        }
    }

    @Test(arguments: ["\r\n", "\n\n", ""])
    func lineBreaksMayFollowTheClosingBoundary(_ epilogue: String) throws {
        let upload = "--b\r\n\r\n{}\r\n--b\r\n\r\nbody\r\n--b--" + epilogue
        #expect(try read(upload, type: "multipart/related; boundary=b", size: 5).body == "body")
    }

    @Test(arguments: [
        "--b\n\n{}\n--b\n\nbody", "--b\n\n{}\n--b\n\nbody\n--b", "--b\n\n{}\n--b\n\nbody\n--b--more",
        "--c\n\n{}",
    ])
    func cutUploadIsRefused(_ upload: String) {
        #expect(throws: StorageFault.self) {
            try read(upload, type: "multipart/related; boundary=b", size: 4)
        }
    }

    @Test(arguments: [
        nil, "", "multipart/related", "multipart/related; boundary=", "text/plain; charset=utf-8",
    ])
    func boundaryMustBeNamed(_ type: String?) {
        #expect(throws: StorageFault.self) { try MultipartRelated(contentType: type) }
    }
}
