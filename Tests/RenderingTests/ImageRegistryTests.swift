import Foundation
import Testing

@testable import flowrun

/// What the doctor makes of whatever answers where a registry should.
struct ImageRegistryTests {
    private static let script = """
        import http.server, sys
        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_): pass
            def do_GET(self):
                self.send_response(int(sys.argv[1]) if self.path == "/v2/" else 404)
                if sys.argv[2]: self.send_header("Docker-Distribution-Api-Version", sys.argv[2])
                self.send_header("Content-Length", "0")
                self.end_headers()
        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        print(server.server_port, flush=True)
        server.serve_forever()
        """

    @Test(arguments: [
        ("200", "registry/2.0", true, " answers", ""),
        ("401", "registry/2.0", false, " asks for a login", "docker login 127.0.0.1:"),
        ("200", "", false, " is no registry", "end it, then SERVE"),
    ])
    func whatAnswersIsTold(
        _ status: String,
        _ version: String,
        _ isThere: Bool,
        _ found: String,
        _ remedy: String
    ) throws {
        let python = Process()
        let output = Pipe()
        python.executableURL = URL(filePath: "/usr/bin/env")
        python.arguments = ["python3", "-c", Self.script, status, version]
        python.standardOutput = output
        try python.run()
        defer {
            // A test runner may have its children ignore gentler signals.
            kill(python.processIdentifier, SIGKILL)
            python.waitUntilExit()
        }
        let port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let check = ImageRegistry.check(at: "127.0.0.1:\(port)", serve: "SERVE")
        #expect(check.isThere == isThere && check.found.hasSuffix(found), "\(check)")
        #expect(remedy.isEmpty ? check.remedy.isEmpty : check.remedy.contains(remedy))
    }

    @Test func anAbsentOneIsToldHowToGet() {
        let check = ImageRegistry.check(at: "127.0.0.1:1", serve: "SERVE")
        #expect(!check.isThere && check.found == "127.0.0.1:1 does not answer")
        #expect(check.remedy.hasSuffix("apt install docker-registry, then SERVE"))
    }
}
