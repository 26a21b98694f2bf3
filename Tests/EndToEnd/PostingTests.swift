import Foundation
import Testing

/// Reports posted to a forge, which a small server stands for.
struct PostingTests {
    /// Speaks GitHub's API for comments on commits; says its port, then each request.
    private let forge = #"""
        import http.server, json
        class Forge(http.server.BaseHTTPRequestHandler):
            comments = []
            def answer(self, code, value):
                body = json.dumps(value).encode()
                self.send_response(code)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def told(self):
                return json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]
            def do_GET(self):
                self.answer(200, [] if "/pulls" in self.path else Forge.comments)
            def do_POST(self):
                text = self.told()
                print("POST", self.headers["Authorization"], json.dumps(text), flush=True)
                Forge.comments.append({"id": len(Forge.comments) + 1, "html_url": "http://forge/1", "body": text})
                self.answer(201, Forge.comments[-1])
            def do_PATCH(self):
                text = self.told()
                print("PATCH", json.dumps(text), flush=True)
                Forge.comments[0]["body"] = text
                self.answer(200, Forge.comments[0])
            def log_message(self, *words): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Forge)
        print("port", server.server_port, "listens", flush=True)
        server.serve_forever()
        """#

    @Test func aReportIsPostedOnceAndUpdatedInPlace() throws {
        let site = try Site()
        let server = try SiteProcess(
            "/usr/bin/env",
            ["python3", "-c", forge],
            in: site.folder,
            environment: site.environment
        )
        defer { server.signal(SIGKILL) }
        try server.waitFor("listens")
        let port = try #require(server.outputSoFar.firstMatch(of: /port (\d+)/)).1
        let repository = try site.repository(
            steps: """
                - uses: iterative/setup-cml@v2
                - env: { REPO_TOKEN: '${{ secrets.FORGE_TOKEN }}', CML_REPO: 'http://127.0.0.1:\(port)/o/r', CML_DRIVER: github }
                  run: |
                    echo '### Score: 0.5' > report.md
                    cml comment create report.md --watermark-title nightly
                    cml comment create report.md --watermark-title nightly
                    echo '### Score: 0.75' > report.md
                    cml comment update report.md --watermark-title nightly
                """
        )
        let done = try site.flowrun(
            "trigger",
            "push",
            "--secret",
            "FORGE_TOKEN=token-4711",
            "--format",
            "json",
            in: repository
        )
        #expect(done.status == 0, "\(done.log)")
        #expect(done.log.filter { $0 == "http://forge/1" }.count == 3)
        let requests = server.outputSoFar.split(separator: "\n").dropFirst()
        #expect(requests.count == 2, "posting it again finds the comment that is there: \(requests)")
        #expect(requests.first?.hasPrefix("POST Bearer token-4711") == true)
        #expect(requests.last?.hasPrefix("PATCH") == true && requests.last?.contains("0.75") == true)
        #expect(!done.output.contains("token-4711"))
    }
}
