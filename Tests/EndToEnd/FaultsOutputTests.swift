import Foundation
import Testing

/// Standard output that takes nothing, and a terminal that must be left as it was.
struct FaultsOutputTests {
    private func shell(_ script: String, _ site: Site, in folder: String) throws -> SiteResult {
        try SiteProcess(
            "/usr/bin/env",
            ["bash", "-c", script, Site.binary],
            in: folder,
            environment: site.environment
        ).wait(seconds: 60)
    }

    @Test(arguments: [
        "trigger push --format json", "trigger push --format plain", "run list", "run view", "run logs",
        "workflow list", "eval 1",
    ])
    func outputOnAFullDiskIsAFault(_ command: String) throws {
        let site = try Site()
        let repository = try site.repository(steps: "- run: echo hi")
        #expect(try site.push(in: repository).status == 0)
        let done = try shell("\"$0\" \(command) > /dev/full", site, in: repository)
        #expect(done.status == 3, "\(done.everything)")
        #expect(done.errors == "error: standard output cannot be written: No space left on device\n")
        #expect(try site.run(in: repository)["conclusion"].text == "success")
    }

    @Test(arguments: ["trigger push --format json", "trigger push --format plain", "run list", "run logs"])
    func aReaderThatHasGoneIsNone(_ command: String) throws {
        let site = try Site()
        let repository = try site.repository(steps: "- run: seq 50000")
        #expect(try site.push(in: repository).status == 0)
        let done = try shell("\"$0\" \(command) | true; exit ${PIPESTATUS[0]}", site, in: repository)
        #expect(done.status == 0 && done.errors.isEmpty, "\(done.everything)")
        #expect(try site.run(in: repository)["conclusion"].text == "success")
    }

    @Test(arguments: [("\\x03", 130, "no secrets"), ("typed-value\\n", 0, "TYPED")])
    func aHiddenPromptLeavesTheTerminalAsItWas(_ typed: String, _ status: Int, _ listed: String) throws {
        let site = try Site()
        let repository = try site.repository(["a": "b"])
        let script = """
            import os, pty, sys, termios
            pid, terminal = pty.fork()
            if pid == 0: os.execv(sys.argv[1], [sys.argv[1], "secret", "set", "TYPED"])
            shown = b""
            while b":" not in shown: shown += os.read(terminal, 1024)
            os.write(terminal, b"\(typed)")
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            echoes = termios.tcgetattr(terminal)[3] & termios.ECHO != 0
            print(status, echoes, b"typed-value" in shown)
            """
        let done = try SiteProcess(
            "/usr/bin/env",
            ["python3", "-c", script, Site.binary],
            in: repository,
            environment: site.environment
        ).wait(seconds: 60)
        #expect(done.output == "\(status) True False\n", "\(done.everything)")
        let secrets = try site.flowrun("secret", "list", in: repository)
        #expect(secrets.everything.contains(listed), "\(secrets.everything)")
    }
}
