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

    /// Starts a run with `--shell-on-failure`, and types a line into the shell that opens.
    private func shown(_ site: Site, typing line: String, in repository: String) throws -> SiteResult {
        try SiteProcess(
            "/usr/bin/env",
            [
                "python3", "-c", Self.driver, "this shell has", line, Site.binary, "trigger", "push",
                "--shell-on-failure",
            ],
            in: repository,
            environment: site.environment.merging(["SHELL": "/bin/bash", "TERM": "xterm"]) { $1 }
        ).wait(seconds: 90)
    }

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
        let shown = try shown(
            site,
            typing: "echo \"$(basename \"$PWD\")-$MINE-$GITHUB_JOB\"; touch been; sleep 0.2 & exit 9",
            in: repository
        )
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

    @Test func theJobGoesOnLaterWithWhatWasMendedInTheShell() throws {
        let site = try Site()
        site.environment["SIDE"] = "\(site.folder)/side"
        let repository = try site.repository(
            steps: """
                - { name: first, run: 'echo first >> "$SIDE"; echo "VARIABLE=kept" >> "$GITHUB_ENV"' }
                - { name: bad, run: 'test -e mended; echo "found $VARIABLE"' }
                """
        )
        let shown = try shown(site, typing: "touch mended; exit 0", in: repository)
        #expect(shown.status == 1, "\(shown.everything)")
        let resumed = try site.flowrun("run", "resume", "--format", "json", in: repository)
        #expect(resumed.status == 0 && resumed.log.contains("found kept"), "\(resumed.everything)")
        #expect(try site.text(of: "\(site.folder)/side") == "first\n")
        #expect(site.files(in: "work").isEmpty, "\(site.files(in: "work"))")
    }
}
