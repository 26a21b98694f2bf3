import Foundation
import Testing

/// Faults, and what must come of them.
struct FaultTests {
    private let slow = """
        - run: echo "sleeps $$"; sleep 60
        - run: echo never
        - if: always()
          run: echo "tidied up"
        """

    @Test(arguments: [SIGINT, SIGTERM])
    func anInterruptCancelsGentlyAndIsRecorded(_ signal: Int32) throws {
        let site = try Site()
        let repository = try site.repository(steps: slow)
        let running = try site.start(["trigger", "push", "--format", "json"], in: repository)
        try running.waitFor("\"line\":\"sleeps ")
        running.signal(signal)
        let done = try running.wait(seconds: 60)
        #expect(done.status == 130)
        #expect(done.runs.first?["conclusion"] as? String == "cancelled")
        #expect(done.log.contains("tidied up") && !done.log.contains("never"))
        #expect(site.leftovers().isEmpty)
        let view = try site.flowrun("run", "view", "--json", in: repository)
        #expect(view.output.contains("\"conclusion\":\"cancelled\""))
    }

    @Test func aRunningJobWhoseConditionHoldsIsNotCancelled() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  kept:
                    if: always()
                    runs-on: ubuntu-latest
                    steps: [ { run: 'sleep 2; echo "kept is ${{ job.status }}"' }, { run: echo goes on } ]
                  ended:
                    runs-on: ubuntu-latest
                    steps: [ { run: 'sleep 0.5; echo up; exec sleep 60' } ]
                """
        )
        let running = try site.start(
            ["trigger", "push", "--max-parallel", "2", "--format", "json"],
            in: repository
        )
        try running.waitFor("\"line\":\"up\"")
        running.signal(SIGINT)
        let run = try running.wait(seconds: 60)
        #expect(run.status == 130, "\(run.everything)")
        #expect(run.log.contains("kept is success") && run.log.contains("goes on"), "\(run.log)")
        let record = try site.run(1, in: repository)
        #expect(record["conclusion"].text == "cancelled")
        #expect(record["jobs"].list.map { $0["conclusion"].text } == ["success", "cancelled"])
    }

    @Test func aSecondInterruptEndsItAtOnce() throws {
        let site = try Site()
        let repository = try site.repository(steps: "- run: trap '' INT TERM; echo up; sleep 60; sleep 60")
        let running = try site.start(["trigger", "push", "--format", "json"], in: repository)
        try running.waitFor("\"line\":\"up\"")
        let start = ContinuousClock.now
        running.signal(SIGINT)
        usleep(300_000)
        running.signal(SIGINT)
        let done = try running.wait(seconds: 60)
        #expect(done.status == 130)
        #expect(ContinuousClock.now - start < .seconds(8))
        #expect(site.leftovers().isEmpty)
    }

    @Test func aRunWhoseProcessWasKilledIsSettledByTheNextCommand() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: "- run: echo one\n- run: echo two; echo \"at $$\"; sleep 600"
        )
        let running = try site.start(["trigger", "push", "--format", "json"], in: repository)
        try running.waitFor("\"line\":\"at ")
        running.signal(SIGKILL)
        try running.wait()
        try site.write(
            [
                ".github/workflows/w.yml":
                    "on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: echo ok } ] } }\n"
            ],
            to: repository
        )
        let next = try site.flowrun("trigger", "push", "-W", ".github/workflows/w.yml", in: repository)
        #expect(next.status == 0, "\(next.errors)")
        let view = try site.flowrun("run", "view", "1", "--json", in: repository)
        #expect(view.output.contains("worker-lost"))
        #expect(view.output.contains("\"conclusion\":\"failure\""))
        #expect(
            view.output.contains(
                "\"name\":\"Run echo one\",\"status\":\"completed\",\"conclusion\":\"success\""
            )
        )
        #expect(site.leftovers().isEmpty, "what the killed run had started is gone")
    }

    @Test("B4: daemons end with their job")
    func daemonsEndWithTheirJob() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - run: setsid nohup sleep 300 >/dev/null 2>&1 </dev/null & echo left
                - run: sleep 300 & echo held
                """
        )
        let done = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(done.status == 0)
        #expect(done.log.contains { $0.contains("Terminated orphan process") && $0.contains("sleep") })
        #expect(done.log.contains { $0.contains("still held open") }, "\(done.log)")
        #expect(site.leftovers().isEmpty)
    }

    @Test("B1: a step that ignores signals is killed after 10 s")
    func aStepThatIgnoresSignalsIsKilled() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - run: trap '' INT TERM; echo up; while :; do sleep 1; done
                - run: echo never
                - { if: cancelled(), run: echo told }
                - { if: always(), run: echo always }
                """
        )
        let running = try site.start(["trigger", "push", "--format", "json"], in: repository)
        try running.waitFor("\"line\":\"up\"")
        let start = ContinuousClock.now
        running.signal(SIGINT)
        let done = try running.wait(seconds: 60)
        #expect(done.runs.first?["conclusion"] as? String == "cancelled")
        let taken = ContinuousClock.now - start
        // 7.5 s and 2.5 s; well below the ten more after which a process would be given up.
        #expect(taken > .seconds(9) && taken < .seconds(19), "\(taken)")
        for signal in ["SIGINT", "SIGTERM", "SIGKILL"] {
            #expect(done.log.count { $0.contains("sent \(signal) to all") } == 1, "\(done.log)")
        }
        #expect(done.log.contains("always") && done.log.contains("told") && !done.log.contains("never"))
        #expect(site.leftovers().isEmpty)
    }

    /// More than is kept, by so much that what it would take to hold it shows; a debug build is slow at it.
    @Test("C1: output without a line end stays small")
    func outputWithoutALineEndStaysSmall() throws {
        let site = try Site()
        let repository = try site.repository(steps: "- run: head -c \(160 << 20) /dev/zero | tr '\\0' x")
        let done = try SiteProcess(
            "/usr/bin/env",
            ["python3", "-c", Self.peak, Site.binary, "trigger", "push", "--format", "plain"],
            in: repository,
            environment: site.environment
        ).wait()
        #expect(done.status == 0)
        let peak = try #require(done.errors.firstMatch(of: /peak (\d+)/).flatMap { Int($0.1) })
        #expect(peak < 100_000, "\(peak) KB")
        let logs = try FileManager.default.contentsOfDirectory(atPath: "\(site.state)/runs/1").filter {
            $0.hasSuffix(".log")
        }
        let log = try #require(FileManager.default.contents(atPath: "\(site.state)/runs/1/\(logs[0])"))
        #expect(log.count < 66 << 20)
        #expect(log.range(of: Data("bytes not stored]".utf8)) != nil)
    }

    /// Runs a command and says the peak memory of its process, in KB.
    private static let peak = """
        import resource, subprocess, sys
        status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
        print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
        sys.exit(status)
        """

    @Test("C4: bytes that are no text do no harm")
    func bytesThatAreNoTextDoNoHarm() throws {
        let site = try Site()
        let repository = try site.repository(steps: "- run: printf 'a\\377\\376b\\0c\\n'; echo after")
        let done = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(done.status == 0 && done.log.contains("after"))
        let log = try #require(FileManager.default.contents(atPath: "\(site.state)/runs/1/1.log"))
        #expect(log.range(of: Data([0x61, 0xff, 0xfe, 0x62, 0x00, 0x63, 0x0a])) != nil)
    }

    @Test("F9: processes share one state folder")
    func processesShareOneStateFolder() throws {
        let site = try Site()
        let repository = try site.repository(steps: "- run: echo hi")
        let all = try (0..<8).map { _ in
            try site.start(["trigger", "push", "--format", "json"], in: repository)
        }
        let done = try all.map { try $0.wait(seconds: 120) }
        #expect(done.allSatisfy { $0.status == 0 }, "\(done.map(\.errors))")
        let ids = done.compactMap { $0.runs.first?["id"] as? Int }
        #expect(Set(ids).count == 8)
    }

    @Test(arguments: [
        "--upload-pack=touch /tmp/P", "-b", "../../x", "a\nb", "x.lock", "@{-1}", "no-such-branch",
    ])
    func hostileRefsAreRefused(_ ref: String) throws {
        let site = try Site()
        let repository = try site.repository(steps: "- run: echo hi")
        let done = try site.flowrun("trigger", "push", "--ref=\(ref)", in: repository)
        #expect(done.status == 2, "\(done.errors)")
        #expect(!done.errors.isEmpty)
    }

    @Test("G9: legal but nasty branch names are text")
    func legalButNastyBranchNamesAreText() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: "- { env: { B: '${{ github.ref_name }}' }, run: 'printf \"%s\\n\" \"on $B\"' }"
        )
        for name in ["a$(touch${IFS}canary)", "a;touch${IFS}canary", "${{github.token}}", "<img/src=x>"] {
            try site.git("branch", "-f", name, in: repository)
            let done = try site.flowrun("trigger", "push", "--ref", name, "--format", "json", in: repository)
            #expect(done.log.contains("on \(name)"), "\(done.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: "\(repository)/canary"))
    }

    @Test("J7, J11: secrets are nowhere")
    func secretsAreNowhere() throws {
        let site = try Site()
        let secret = "p@ss w0rd\"&<x>/y\\z-4711"
        let repository = try site.repository(
            steps: """
                - env: { S: '${{ secrets.SEC }}' }
                  run: |
                    printf '%s\\n' "$S"; printf %s "$S" | base64; python3 -c 'import os,json,urllib.parse as u; s=os.environ["S"]; print(json.dumps(s), u.quote(s), u.quote_plus(s), s.encode().hex())'
                    echo "::error::it is $S"
                    echo "summary $S" >> "$GITHUB_STEP_SUMMARY"
                    for i in 1 2 3; do printf %s "${S:0:$((i*5))}"; sleep 0.01; printf '%s\\n' "${S:$((i*5))}"; done
                """
        )
        let stored = try site.flowrun("secret", "set", "SEC", in: repository, input: secret)
        #expect(stored.status == 0, "\(stored.errors)")
        let done = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(done.status == 0, "\(done.log)")
        let encoded = Data(secret.utf8).base64EncodedString()
        for form in [
            secret, String(encoded.dropLast(4)), "p%40ss%20w0rd",
            Data(secret.utf8).map { String(format: "%02x", $0) }.joined(),
        ] {
            #expect(!done.output.contains(form), "\(form)")
            #expect(!site.holds(form, under: site.state), "\(form)")
        }
        #expect(done.log.filter { $0 == "***" }.count >= 4)
        let listed = try site.flowrun("secret", "list", in: repository)
        #expect(listed.output.contains("SEC") && !listed.output.contains("4711"))
        let mode =
            try FileManager.default.attributesOfItem(atPath: "\(site.state)/keys/secrets.key")[
                .posixPermissions
            ] as? Int
        #expect(mode == 0o600)
    }

    @Test func theWorkingTreeRunsWithoutBeingTouched() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: "- uses: actions/checkout@v4\n- run: cat new.txt a.txt; git log --oneline | wc -l"
        )
        try site.write(["a.txt": "a"], to: repository)
        try site.git("add", "a.txt", in: repository)
        try site.write(
            ["new.txt": "untracked\n", "ignored.log": "no", ".gitignore": "*.log\n", "a.txt": "changed"],
            to: repository
        )
        let before = try Self.snapshot(repository)
        let done = try site.flowrun("trigger", "push", "--worktree", "--format", "json", in: repository)
        #expect(done.status == 0, "\(done.errors)\(done.log)")
        #expect(done.log.contains("untracked") && done.log.contains { $0.hasPrefix("changed") })
        #expect(try Self.snapshot(repository) == before)
    }

    /// Every file of a repository, git's own among them, with its size and time of change.
    private static func snapshot(_ folder: String) throws -> [String: String] {
        var found: [String: String] = [:]
        let walk = try #require(FileManager.default.enumerator(atPath: folder))
        for case let name as String in walk {
            let facts = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
            guard facts[.type] as? FileAttributeType == .typeRegular else { continue }
            found[name] = "\(facts[.size] ?? 0) \(facts[.modificationDate] ?? 0)"
        }
        return found
    }

    @Test("G15: a hook's environment does not mislead")
    func aHooksEnvironmentDoesNotMislead() throws {
        let site = try Site()
        let repository = try site.repository(
            steps:
                "- uses: actions/checkout@v4\n- run: git rev-parse --show-toplevel; echo \"dir [$GIT_DIR]\""
        )
        let done = try site.flowrun(
            "trigger",
            "push",
            "--format",
            "json",
            in: repository,
            environment: ["GIT_DIR": "\(repository)/.git", "GIT_INDEX_FILE": "x"]
        )
        #expect(done.status == 0, "\(done.log)")
        #expect(done.log.contains("dir []"))
        #expect(done.log.contains { $0.hasPrefix("\(site.state)/work/") })
    }
}
