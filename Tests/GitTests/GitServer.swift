import Foundation
import Testing

/// git's own server behind http on a free port of this machine, which asks for a token.
final class GitServer {
    let port: Int
    private let process = Process()

    init(serving root: String, token: String) throws {
        let script = "\(root)/server.py"
        try Data(Self.script.utf8).write(to: URL(fileURLWithPath: script))
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", script, root, token]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var line = Data()
        while let byte = try output.fileHandleForReading.read(upToCount: 1), byte != Data([10]), !byte.isEmpty
        {
            line += byte
        }
        port = try #require(Int(String(decoding: line, as: UTF8.self)))
    }

    // Not a termination: what Swift Testing starts has that signal blocked.
    deinit { kill(process.processIdentifier, SIGKILL) }

    func url(_ name: String) -> String { "http://127.0.0.1:\(port)/\(name)" }

    private static let script = #"""
        import base64, http.server, os, subprocess, sys, urllib.parse

        root, token = sys.argv[1:3]
        wanted = "Basic " + base64.b64encode(("x-access-token:" + token).encode()).decode()

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_): pass

            def answer(self):
                if self.path.startswith("/moved/"):
                    self.send_response(301)
                    port = self.server.server_address[1]
                    self.send_header("Location", "http://localhost:%d/%s" % (port, self.path[7:]))
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                if self.headers.get("Authorization") != wanted:
                    self.send_response(401)
                    self.send_header("WWW-Authenticate", 'Basic realm="git"')
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                parts = urllib.parse.urlsplit(self.path)
                length = int(self.headers.get("Content-Length") or 0)
                if self.headers.get("Transfer-Encoding") == "chunked":
                    body = b""
                    while True:
                        size = int(self.rfile.readline(), 16)
                        body += self.rfile.read(size)
                        self.rfile.readline()
                        if size == 0: break
                else:
                    body = self.rfile.read(length)
                env = dict(os.environ, GIT_PROJECT_ROOT=root, GIT_HTTP_EXPORT_ALL="1", REMOTE_USER="ada",
                    PATH_INFO=parts.path, QUERY_STRING=parts.query, REQUEST_METHOD=self.command,
                    CONTENT_TYPE=self.headers.get("Content-Type", ""), CONTENT_LENGTH=str(len(body)),
                    GIT_CONFIG_GLOBAL="/dev/null")
                out = subprocess.run(["git", "http-backend"], input=body, env=env, capture_output=True).stdout
                head, _, rest = out.partition(b"\r\n\r\n")
                status = 200
                fields = []
                for line in head.decode().split("\r\n"):
                    name, _, value = line.partition(": ")
                    if name == "Status": status = int(value.split()[0])
                    elif name: fields.append((name, value))
                self.send_response(status)
                for name, value in fields: self.send_header(name, value)
                self.send_header("Content-Length", str(len(rest)))
                self.end_headers()
                self.wfile.write(rest)

            do_GET = do_POST = answer

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        print(server.server_address[1], flush=True)
        server.serve_forever()
        """#
}
