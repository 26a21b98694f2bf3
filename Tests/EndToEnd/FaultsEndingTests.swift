import Foundation
import Testing

/// Runs that are cancelled as they end, that fail in one job of many, or that share a repository: each has one end.
struct FaultsEndingTests {
    /// A step of 0.3 s, in a job with an action that has a post step.
    private func shortRepository(_ site: Site) throws -> String {
        try site.repository(
            workflow: """
                on: [push, workflow_dispatch]
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    steps:
                      - uses: actions/checkout@v4
                      - uses: ./.github/act
                      - run: echo up; sleep 0.3
                """,
            [
                ".github/act/action.yml": "runs: { using: node20, main: main.js, post: post.js }\n",
                ".github/act/main.js": "\n",
                ".github/act/post.js": """
                require("fs").appendFileSync("\(site.folder)/side", `post ${process.env.GITHUB_RUN_ID}\\n`);
                """,
            ]
        )
    }

    private func posts(_ site: Site) throws -> [String] {
        site.exists("\(site.folder)/side")
            ? try site.text(of: "\(site.folder)/side").split(separator: "\n").map(String.init) : []
    }

    /// What the store says of runs that all have come to one end, or the other.
    private func expectOneEndEach(_ count: Int, _ site: Site) throws {
        for table in ["runs", "jobs", "steps"] {
            #expect(
                try site.query(
                    "SELECT count(*) FROM \(table) WHERE status <> 'completed' OR conclusion IS NULL"
                ) == "0"
            )
        }
        let ends = try site.query("SELECT id, conclusion FROM runs ORDER BY id").split(separator: "\n")
        #expect(ends.count == count, "\(ends)")
        #expect(ends.allSatisfy { $0.hasSuffix("|success") || $0.hasSuffix("|cancelled") }, "\(ends)")
        #expect(ends.contains { $0.hasSuffix("|cancelled") }, "some were in time: \(ends)")
        // A run that was cancelled may have a job that was quicker, but none has succeeded without its job.
        #expect(
            try site.query(
                "SELECT runs.id FROM runs JOIN jobs ON jobs.run_id = runs.id "
                    + "WHERE runs.conclusion = 'success' AND jobs.conclusion <> 'success'"
            ) == ""
        )
        #expect(try posts(site).sorted() == (1...count).map { "post \($0)" }.sorted())
        #expect(site.leftovers(except: ["daemon"]).isEmpty)
    }

    @Test(
        "F4: a run that is interrupted as it ends has one end, and its post step once",
        .enabled(if: Site.node != nil, "Node.js is not on this machine")
    )
    func aRunThatIsInterruptedAsItEndsHasOneEnd() throws {
        let site = try Site()
        let repository = try shortRepository(site)
        for number in 1...24 {
            let running = try site.start(["trigger", "push", "--format", "json"], in: repository)
            try running.waitFor("\"line\":\"up\"")
            usleep(UInt32.random(in: 0...450_000))
            running.signal(SIGINT)
            let done = try running.wait(seconds: 60)
            #expect([0, 130].contains(done.status), "\(number): \(done.everything)")
            for event in ["run.completed", "job.completed"] {
                #expect(try done.objects().count { $0["event"].text == event } == 1, "\(number): \(event)")
            }
        }
        try expectOneEndEach(24, site)
    }

    @Test(
        "F4: a run of the daemon that is cancelled as it ends has one end, and its post step once",
        .enabled(if: Site.node != nil, "Node.js is not on this machine")
    )
    func aRunOfTheDaemonThatIsCancelledAsItEndsHasOneEnd() throws {
        let house = try DaemonSite()
        let site = house.site
        let repository = try shortRepository(site)
        try house.up("--max-parallel", "2")
        for _ in 1...16 {
            let id = try house.detach("ci", in: repository)
            try Wait.until("run \(id) is up") { site.holds("up\n", under: "\(site.state)/runs/\(id)") }
            usleep(UInt32.random(in: 0...350_000))
            let asked = try site.flowrun("run", "cancel", id, in: repository)
            #expect(asked.status == 0 || asked.errors.contains("has ended already"), "\(asked.everything)")
            try house.ended(id)
        }
        try Wait.until("the workers are gone") { house.workers().isEmpty }
        try expectOneEndEach(16, site)
    }

    @Test(
        "F6: a run of 256 jobs one of which fails has failed",
        arguments: [(1, true), (129, true), (256, false)]
    )
    func aRunOf256JobsOneOfWhichFailsHasFailed(_ bad: Int, _ isFast: Bool) throws {
        let site = try Site()
        let row = (1...16).map(String.init).joined(separator: ", ")
        let (x, y) = ((bad - 1) / 16 + 1, (bad - 1) % 16 + 1)
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    strategy: { fail-fast: \(isFast), matrix: { x: [\(row)], y: [\(row)] } }
                    steps: [ { shell: sh, run: 'test ${{ matrix.x }}.${{ matrix.y }} != \(x).\(y)' } ]
                  after: { needs: a, if: always(), runs-on: ubuntu-latest, steps: [ { run: 'echo "a is ${{ needs.a.result }}"' } ] }
                """
        )
        let done = try site.start(["trigger", "push", "--format", "json"], in: repository).wait(seconds: 300)
        #expect(done.status == 1, "\(done.errors)")
        #expect(done.runs.map { $0["conclusion"] as? String } == ["failure"])
        #expect(done.log.contains("a is failure"), "\(done.log)")
        let ends = try site.query(
            "SELECT conclusion, count(*) FROM jobs WHERE name <> 'after' GROUP BY conclusion ORDER BY conclusion"
        ).split(separator: "\n").map { $0.split(separator: "|").map(String.init) }
        #expect(ends.contains(["failure", "1"]), "\(ends)")
        #expect(ends.compactMap { Int($0[1]) }.reduce(0, +) == 256, "\(ends)")
        if !isFast { #expect(ends.contains(["success", "255"]), "\(ends)") }
        #expect(try site.run(in: repository)["conclusion"].text == "failure")
    }

    @Test("F2: two runs of one repository at once do not meet in a workspace", arguments: [false, true])
    func twoRunsAtOnceDoNotMeet(_ byDaemon: Bool) throws {
        let house = try DaemonSite()
        let site = house.site
        let repository = try site.repository(
            workflow: """
                on: [push, workflow_dispatch]
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    steps:
                      - uses: actions/checkout@v4
                      - run: |
                          echo $GITHUB_RUN_ID > mine; cp mine "$RUNNER_TEMP/mine"; echo $GITHUB_RUN_ID >> readme
                          touch "$SIDE/up-$GITHUB_RUN_ID"; until test -e "$SIDE/up-1" -a -e "$SIDE/up-2"; do sleep 0.05; done
                          sleep 1
                          test "$(cat mine) $(cat "$RUNNER_TEMP/mine")" = "$GITHUB_RUN_ID $GITHUB_RUN_ID"
                          test "$(tail -n 1 readme) $(wc -l < readme)" = "$GITHUB_RUN_ID 2"
                      - run: test "$(cat mine)" = "$GITHUB_RUN_ID" && ls -A | sort | tr '\\n' ' '
                """,
            ["readme": "one line\n"]
        )
        let side = ["--env", "SIDE=\(site.folder)"]
        if byDaemon {
            try house.up("--max-parallel", "2")
            let ids = try (1...2).map { _ in
                try house.detach("ci", "--env", side[1], in: repository)
            }
            for id in ids {
                let run = try house.ended(id)
                #expect(run["conclusion"] as? String == "success", "\(run)")
            }
        } else {
            let runs = try (1...2).map { _ in
                try site.start(["trigger", "push", "--format", "json"] + side, in: repository)
            }
            for run in runs {
                let done = try run.wait(seconds: 60)
                #expect(done.status == 0, "\(done.everything)")
                #expect(done.log.contains(".git .github mine readme "), "\(done.log)")
            }
        }
        #expect(try site.git("status", "--porcelain", in: repository).isEmpty)
    }
}
