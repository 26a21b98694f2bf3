import Foundation
import Testing

/// A server on free ports of this machine (and a socket) that does what the path of a request says.
///
/// `/echo` tells what it was asked, `/status/N` answers N, `/to/N?URL` redirects with N, `/bytes/N` gives N
/// bytes, `/gzip/N` the same packed, `/slow` waits 30 s, `/cut` breaks off, `/fails/N/NAME` answers 503 N
/// times and then 200.
final class WebServer {
    let port: Int
    let otherPort: Int
    let socket: String
    let folder: String
    private let process = Process()

    init() throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent(
            "flowrun-http-\(UUID().uuidString)"
        )
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        folder = root.path
        socket = "\(folder)/s"
        let script = "\(folder)/server.py"
        try Data(Self.script.utf8).write(to: URL(fileURLWithPath: script))
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", script, socket]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var line = Data()
        while let byte = try output.fileHandleForReading.read(upToCount: 1), byte != Data([10]), !byte.isEmpty
        {
            line += byte
        }
        let ports = String(decoding: line, as: UTF8.self).split(separator: " ").compactMap { Int($0) }
        port = try #require(ports.first)
        otherPort = try #require(ports.last)
    }

    deinit {
        // Not a termination: what Swift Testing starts has that signal blocked.
        kill(process.processIdentifier, SIGKILL)
        try? FileManager.default.removeItem(atPath: folder)
    }

    func url(_ path: String, port: Int? = nil) -> String { "http://127.0.0.1:\(port ?? self.port)\(path)" }

    private static let script = #"""
        import gzip, http.server, json, os, socket, socketserver, sys, threading, time, urllib.parse

        counts = {}

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def log_message(self, *_): pass
            def address_string(self): return "client"

            def reply(self, status, body=b"", **fields):
                self.send_response(status)
                for name, value in fields.items(): self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD": self.wfile.write(body)

            def answer(self):
                length = self.headers.get("Content-Length")
                body = self.rfile.read(int(length)) if length else b""
                path, _, query = self.path.partition("?")
                parts = path.split("/")[1:]
                if parts[0] == "echo":
                    told = {"method": self.command, "path": self.path, "length": length,
                        "body": body.decode(errors="replace"),
                        "headers": {k.lower(): v for k, v in self.headers.items()}}
                    self.reply(200, json.dumps(told).encode(), X_Twice="one")
                elif parts[0] == "status": self.reply(int(parts[1]), b"body of " + parts[1].encode())
                elif parts[0] == "to": self.reply(int(parts[1]), Location=urllib.parse.unquote(query))
                elif parts[0] == "bytes": self.reply(200, b"x" * int(parts[1]))
                elif parts[0] == "gzip":
                    self.reply(200, gzip.compress(b"x" * int(parts[1])), Content_Encoding="gzip")
                elif parts[0] == "slow": time.sleep(30)
                elif parts[0] == "cut":
                    self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
                    self.close_connection = True
                elif parts[0] == "fails":
                    seen = counts[parts[2]] = counts.get(parts[2], 0) + 1
                    if seen > int(parts[1]): self.reply(200, str(seen).encode())
                    else: self.reply(503, b"", Retry_After="7")
                elif parts[0] == "count": self.reply(200, str(counts.get(parts[1], 0)).encode())
                else: self.reply(404)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = answer

        class UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
            daemon_threads = True

        servers = [http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) for _ in range(2)]
        for server in servers + [UnixServer(sys.argv[1], Handler)]:
            threading.Thread(target=server.serve_forever, daemon=True).start()
        print(*[server.server_address[1] for server in servers], flush=True)
        threading.Event().wait()
        """#
}

/// What `/echo` tells.
struct Echo: Decodable {
    var method: String
    var path: String
    var length: String?
    var body: String
    var headers: [String: String]

    init(_ response: (body: [UInt8], status: Int)) throws {
        try #require(response.status == 200)
        self = try JSONDecoder().decode(Echo.self, from: Data(response.body))
    }
}
