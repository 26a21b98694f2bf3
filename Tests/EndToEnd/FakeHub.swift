import Foundation
import Testing

/// A GitHub of one commit's comments, on a free port of this machine; it writes down what it is asked.
final class FakeHub {
    let address: String
    private let log: String
    private let server: SiteProcess

    /// - Parameter refuses: Whether it answers 403 to whatever would change something.
    init(_ site: Site, refuses: Bool = false) throws {
        log = "\(site.folder)/forge.log"
        try Data().write(to: URL(fileURLWithPath: log))
        server = try SiteProcess(
            "/usr/bin/env",
            ["python3", "-u", "-c", Self.script, log, refuses ? "refuses" : ""],
            in: site.folder,
            environment: site.environment
        )
        try server.waitFor("\n")
        address = "http://127.0.0.1:" + server.outputSoFar.prefix { $0 != "\n" }
    }

    deinit {
        // Not a termination: what Swift Testing starts has that signal blocked.
        server.signal(SIGKILL)
        _ = try? server.wait(seconds: 10)
    }

    /// One line a request: method, path, authorization and body.
    func requests() throws -> [String] {
        try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private static let script = #"""
        import http.server, json, sys

        comments = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_): pass

            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length).decode()
                with open(sys.argv[1], "a") as log:
                    print(self.command, self.path, self.headers.get("Authorization"), body, file=log)
                status, value = self.reply(body)
                text = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def reply(self, body):
                if self.command == "GET":
                    is_list = "/comments" in self.path and "page=2" not in self.path
                    return 200, comments if is_list else []
                if sys.argv[2] == "refuses": return 403, {"message": "Resource not accessible by this token"}
                if self.command == "PATCH":
                    comment = comments[int(self.path.rsplit("/", 1)[1]) - 1]
                    comment["body"] = json.loads(body)["body"]
                    return 200, comment
                number = len(comments) + 1
                url = "http://127.0.0.1:%d/comment/%d" % (self.server.server_port, number)
                comments.append({"id": number, "html_url": url, "body": json.loads(body)["body"]})
                return 201, comments[-1]

            do_GET = do_POST = do_PATCH = answer

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        print(server.server_port)
        server.serve_forever()
        """#
}
