import Foundation
import Testing

/// `--shell-on-failure`, on a terminal that Python makes.
struct FailureShellTests {
    /// Runs a command on a terminal, types a line once a text is there, and gives what was shown and the exit status.
    private static let driver = """
        import os, pty, select, sys, time
        wanted, typed, command = sys.argv[1].encode(), sys.argv[2], sys.argv[3:]
        pid, terminal = pty.fork()
        if pid == 0:
            os.execv(command[0], command)
        seen, end, is_typed = b"", time.time() + 60, False
        while time.time() < end:
            ready, _, _ = select.select([terminal], [], [], 0.2)
            if ready:
                try: chunk = os.read(terminal, 65536)
                except OSError: break
                if not chunk: break
                seen += chunk
            if not is_typed and wanted in seen:
                time.sleep(0.5)
                os.write(terminal, typed.encode() + b"\\n")
                is_typed = True
        sys.stdout.buffer.write(seen)
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        """

    @Test func theFirstFailingStepOpensOneShellInItsFolderAndEnvironment() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - { name: fine, run: mkdir -p deep }
                - { name: tolerated, run: exit 1, continue-on-error: true }
                - { name: bad, working-directory: deep, env: { MINE: 'its value' }, run: 'exit 4' }
                - { name: also, if: always(), run: exit 5 }
                """
        )
        let shown = try SiteProcess(
            "/usr/bin/env",
            [
                "python3", "-c", Self.driver, "this shell has",
                "echo \"$(basename \"$PWD\")-$MINE-$GITHUB_JOB\"; touch been; sleep 0.2 & exit 9",
                Site.binary,
                "trigger", "push", "--shell-on-failure",
            ],
            in: repository,
            environment: site.environment.merging(["SHELL": "/bin/bash", "TERM": "xterm"]) { $1 }
        ).wait(seconds: 90)
        #expect(shown.status == 1, "\(shown.everything)")
        #expect(shown.output.contains("step `bad` of job `job` failed"))
        #expect(shown.output.contains("deep-its value-job"), "\(shown.output)")
        #expect(shown.output.components(separatedBy: "this shell has").count == 2)
        let run = try site.run(1, in: repository)
        #expect(run["jobs"][0].conclusions["also"] == "failure")
    }

    @Test func withoutATerminalItIsRefused() throws {
        let site = try Site()
        let repository = try site.repository(steps: "- run: exit 1")
        let run = try site.flowrun("trigger", "push", "--shell-on-failure", in: repository)
        #expect(run.status == 64 && run.errors.contains("needs a terminal"), "\(run.everything)")
    }
}
