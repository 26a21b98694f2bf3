import Foundation
import Reports
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// The same requests over a real connection, against a small server in Python that can drop its answers.
struct LoopbackTests {
    private static let script = #"""
        import http.server, json, sys
        comments, drops = [], [int(sys.argv[1])]
        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *words): pass
            def answer(self, value, status=200):
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def do_GET(self):
                if "/pulls" in self.path: return self.answer([])
                if "page=1" not in self.path: return self.answer([])
                self.answer(comments)
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                assert self.headers["Authorization"] == "Bearer t0k"
                comments.append({"id": len(comments) + 1, "body": body["body"], "html_url": "http://h/%d" % (len(comments) + 1)})
                if drops[0] > 0:
                    drops[0] -= 1
                    return self.connection.close()
                self.answer(comments[-1], 201)
        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        print(server.server_port, flush=True)
        server.serve_forever()
        """#

    @Test(arguments: [0, 1])
    func aReportArrivesOnceOverARealConnection(drops: Int) async throws {
        let python = Process()
        let output = Pipe()
        python.executableURL = URL(filePath: "/usr/bin/env")
        python.arguments = ["python3", "-c", Self.script, String(drops)]
        python.standardOutput = output
        try python.run()
        defer {
            // A test runner may have its children ignore gentler signals.
            kill(python.processIdentifier, SIGKILL)
            python.waitUntilExit()
        }
        let words = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let port = try #require(Int(words.trimmingCharacters(in: .whitespacesAndNewlines)))

        let found = try ForgeAddress.detect(
            driver: "github",
            origin: "http://127.0.0.1:\(port)/o/r.git",
            environment: ["GITHUB_API_URL": "http://127.0.0.1:\(port)"]
        )
        let address = try #require(found)
        let forge = Reports.forge(at: address, token: "t0k", send: send, pause: { _ in })
        let box = try Sandbox()
        defer { box.remove() }
        let context = CommentContext(sha: "beef")
        let report = PreparedReport(
            markdown: "# Grüße\n",
            folder: box.path,
            workspace: try WorkspaceFiles(root: box.path),
            watermark: CMLComment().watermark(in: context)
        )
        let delivery = CommentDelivery(forge: forge, key: "k")
        let first = try await delivery.deliver(report, CMLComment(), in: context)
        let second = try await delivery.deliver(report, CMLComment(), in: context)
        #expect(first.url == "http://h/1" && second.url == "http://h/1" && second.action == .found)
    }

    /// The least of an HTTP client: one connection, one request, the answer up to the end.
    @Sendable private func send(_ request: ForgeRequest) async throws -> ForgeResponse {
        let url = try #require(URLComponents(string: request.url))
        let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(connection) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(try #require(url.port)).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(connected == 0)
        let target = url.percentEncodedPath + (url.percentEncodedQuery.map { "?" + $0 } ?? "")
        var head = "\(request.method) \(target) HTTP/1.0\r\nContent-Length: \(request.body?.count ?? 0)\r\n"
        for (name, value) in request.headers { head += "\(name): \(value)\r\n" }
        let bytes = Array(head.utf8) + Array("\r\n".utf8) + (request.body ?? Data())
        try #require(write(connection, bytes, bytes.count) == bytes.count)
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = read(connection, &buffer, buffer.count), count > 0 {
            answer += buffer[..<count]
        }
        let text = String(decoding: answer, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { throw FakeForge.Lost() }
        let status = try #require(Int(text.dropFirst(9).prefix(3)))
        return ForgeResponse(status: status, body: Data(text[end.upperBound...].utf8))
    }
}
