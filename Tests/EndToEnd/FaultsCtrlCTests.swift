import Foundation
import Testing

/// Ctrl-C at moments all over the life of a run, from the start of the process to its end.
///
/// The moments are drawn from a seed, which a failure names; `FLOWRUN_TEST_SEED` gives another one.
struct FaultsCtrlCTests {
    private let steps = """
        - uses: actions/checkout@v4
        - { name: One, run: 'echo one; sleep 0.1' }
        - { name: Two, run: 'trap "exit 0" INT; echo two; sleep 0.1; (cd /; setsid sleep 60 &) >/dev/null 2>&1' }
        - { name: Three, run: 'echo three >> made.txt; sleep 0.1' }
        - { name: Always, if: always(), run: 'echo always' }
        """

    private static let seed =
        ProcessInfo.processInfo.environment["FLOWRUN_TEST_SEED"].flatMap(UInt64.init) ?? 20_261_125

    /// Numbers that follow from a seed (SplitMix64).
    private struct Draws: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    /// How long a run takes that nobody disturbs.
    private func undisturbed(_ site: Site, in repository: String) throws -> Double {
        let start = Date()
        #expect(try site.push(in: repository).status == 0)
        return Date().timeIntervalSince(start)
    }

    /// Sends the signals at a share of the whole time each, and gives what the command said.
    private func run(
        _ site: Site,
        in repository: String,
        sending signals: [(number: Int32, after: Double)]
    ) throws -> SiteResult {
        let running = try site.start(["trigger", "push", "--worktree", "--format", "json"], in: repository)
        for signal in signals {
            usleep(UInt32(signal.after * 1_000_000))
            running.signal(signal.number)
        }
        return try running.wait(seconds: 60)
    }

    /// What must hold after any interrupt.
    ///
    /// - Parameter ends: The conclusions of the runs that were told, as their commands told them.
    private func expectOrder(_ site: Site, in repository: String, told ends: [Int: String]) throws {
        let listed = try site.flowrun("run", "list", "--json", "-L", "1000", in: repository)
        #expect(listed.status == 0, "\(listed.everything)")
        for run in try JSON(listed.output).list {
            #expect(run["status"].text == "completed", "\(run)")
            // An interrupt is no failure, and no loss: flowrun has had the time to write down what became of the run.
            #expect(["success", "cancelled"].contains(run["conclusion"].text), "\(run)")
            if let told = ends[run["id"].int] { #expect(run["conclusion"].text == told) }
        }
        for table in ["jobs", "steps"] {
            #expect(
                try site.query("SELECT count(*) FROM \(table) WHERE status <> 'completed'") == "0",
                "\(table)"
            )
        }
        #expect(try site.query("PRAGMA integrity_check") == "ok")
        #expect(site.leftovers().isEmpty)
        #expect(site.files(in: "snapshots").isEmpty, "\(site.files(in: "snapshots"))")
        // Jobs that were cancelled can be resumed: the newest places are kept, without what their steps were given.
        let work = site.files(in: "work")
        let kept = work.filter { $0.hasSuffix(".kept") }.map { $0.dropLast(5) }
        #expect(kept.count <= 5, "\(kept)")
        #expect(site.abandonedWork.isEmpty, "\(site.abandonedWork)")
        let given = work.filter { $0.contains("/_temp/") && !$0.hasSuffix("/_github_workflow/event.json") }
        #expect(given.isEmpty, "\(given)")
    }

    @Test func onceAtAnyMoment() throws {
        let site = try Site()
        let repository = try site.repository(steps: steps)
        try site.write(["untracked.txt": "mine"], to: repository)
        let whole = try undisturbed(site, in: repository)
        let before = try site.contents(of: repository)
        var draws = Draws(state: Self.seed)
        var ends: [Int: String] = [:]
        let count = 44
        func disturb(_ round: Int, after moment: Double) throws {
            let signal = [SIGINT, SIGTERM, SIGINT, SIGHUP][round % 4]
            let done = try run(site, in: repository, sending: [(signal, moment)])
            let place = "seed \(Self.seed), round \(round), signal \(signal) after \(moment) s"
            // Before flowrun takes the signals over, they end it as they end any program: nothing has begun by then.
            let isEarly = done.status == 128 + signal && done.output.isEmpty
            #expect(isEarly || [0, 130].contains(done.status), "\(place): \(done.everything)")
            if let run = done.runs.first, let id = run["id"] as? Int {
                let conclusion = run["conclusion"] as? String
                #expect(done.status == 130 || conclusion == "success", "\(place): \(done.everything)")
                ends[id] = conclusion
            }
            #expect(try site.contents(of: repository) == before, "\(place)")
        }
        for round in 0..<count {
            // One moment out of each slice of the time, to a little past the end.
            let moment =
                whole * 1.1 * (Double(round) + Double.random(in: 0..<1, using: &draws)) / Double(count)
            try disturb(round, after: moment)
        }
        // Beside other tests a run takes longer than it took alone: the end has to be passed all the same.
        var late = whole * 2
        while !ends.values.contains("success"), late < 60 {
            try disturb(count, after: late)
            late *= 2
        }
        try expectOrder(site, in: repository, told: ends)
        #expect(Set(ends.values) == ["success", "cancelled"], "moments before and after the end: \(ends)")
    }

    @Test func onceWhileSeveralJobsRunAndWait() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: push
                concurrency: all
                jobs:
                  rows:
                    runs-on: ubuntu-latest
                    strategy: { matrix: { row: [1, 2, 3, 4, 5] } }
                    steps:
                      - { run: 'echo "row ${{ matrix.row }}"; (cd /; env -i setsid sleep 60 &) >/dev/null 2>&1; sleep 0.1' }
                      - { if: always(), run: echo always }
                  group:
                    runs-on: ubuntu-latest
                    concurrency: one
                    steps: [ { run: sleep 0.1 } ]
                  after: { needs: [rows, group], runs-on: ubuntu-latest, steps: [ { run: echo after } ] }
                  always: { needs: rows, if: always(), runs-on: ubuntu-latest, steps: [ { run: echo last } ] }
                """
        )
        let whole = try undisturbed(site, in: repository)
        let before = try site.contents(of: repository)
        var draws = Draws(state: Self.seed)
        var ends: [Int: String] = [:]
        for round in 0..<16 {
            let moment = whole * (Double(round) + Double.random(in: 0..<1, using: &draws)) / 16
            let done = try run(site, in: repository, sending: [(SIGINT, moment)])
            let place = "seed \(Self.seed), round \(round), after \(moment) s"
            #expect([0, 130].contains(done.status), "\(place): \(done.everything)")
            if let run = done.runs.first, let id = run["id"] as? Int {
                ends[id] = run["conclusion"] as? String
            }
            #expect(try site.contents(of: repository) == before, "\(place)")
        }
        try expectOrder(site, in: repository, told: ends)
    }

    /// Without an option the first thread of the program follows a step: it is the one that the signal meets.
    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func aCommandWithoutOptionsEndsTheSameWay(signal: Int32) throws {
        let site = try Site()
        let up = "\(site.folder)/up"
        let repository = try site.repository(
            steps: """
                - run: 'touch "\(up)"; sleep 60'
                - { if: always(), run: echo in any case }
                """
        )
        let running = try site.start(["trigger", "push"], in: repository)
        try Wait.until("the step runs") { FileManager.default.fileExists(atPath: up) }
        running.signal(signal)
        let done = try running.wait(seconds: 30)
        #expect(done.status == 130 && done.output.contains("in any case"), "\(done.everything)")
        #expect(site.leftovers().isEmpty)
        try expectOrder(site, in: repository, told: [:])
    }

    @Test func twiceAtAnyMoment() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: steps + "\n- { name: Deaf, if: always(), run: 'trap \"\" INT TERM; echo deaf; sleep 0.5' }"
        )
        let whole = try undisturbed(site, in: repository)
        let before = try site.contents(of: repository)
        var draws = Draws(state: Self.seed)
        for round in 0..<16 {
            let first = whole * (Double(round) + Double.random(in: 0..<1, using: &draws)) / 16
            let second = Double.random(in: 0..<0.3, using: &draws)
            let done = try run(site, in: repository, sending: [(SIGINT, first), (SIGINT, second)])
            let place = "seed \(Self.seed), round \(round), after \(first) and \(second) s"
            #expect([0, 130].contains(done.status), "\(place): \(done.everything)")
            #expect(try site.contents(of: repository) == before, "\(place)")
            #expect(site.leftovers().isEmpty, "\(place)")
        }
        try expectOrder(site, in: repository, told: [:])
    }

    @Test func aPushIntoTheUsersRepositoryIsWholeOrNotAtAll() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - uses: actions/checkout@v4
                - run: |
                    git config user.name bot; git config user.email bot@example.org
                    mkdir -p many; for i in $(seq 300); do echo "$GITHUB_RUN_ID $i" > many/$i; done
                    git add -A; git commit -q -m made
                - uses: ad-m/github-push-action@v0.8.0
                  with: { github_token: '${{ secrets.GITHUB_TOKEN }}', branch: '${{ github.ref }}' }
                """
        )
        let whole = try undisturbed(site, in: repository)
        var draws = Draws(state: Self.seed)
        var moved = 0
        for round in 0..<16 {
            let head = try site.git("rev-parse", "HEAD", in: repository)
            let moment = whole * (Double(round) + Double.random(in: 0..<1, using: &draws)) / 16
            let running = try site.start(["trigger", "push", "--format", "json"], in: repository)
            usleep(UInt32(moment * 1_000_000))
            running.signal(SIGINT)
            let done = try running.wait(seconds: 60)
            let place = "seed \(Self.seed), round \(round), after \(moment) s"
            #expect([0, 130].contains(done.status), "\(place): \(done.everything)")
            #expect(try site.git("status", "--porcelain", in: repository).isEmpty, "\(place)")
            if try site.git("rev-parse", "HEAD", in: repository) != head {
                moved += 1
                #expect(try site.git("rev-parse", "HEAD~1", in: repository) == head, "\(place)")
            }
            #expect(try site.git("fsck", "--connectivity-only", in: repository).isEmpty, "\(place)")
        }
        #expect(moved < 16, "some came before the push")
    }

    /// `nohup` and its like: what was ignored when flowrun was started stays so.
    @Test func aHangUpThatIsIgnoredFromTheStartEndsNothing() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: "- run: 'echo up; until test -e \(site.folder)/go; do sleep 0.02; done; echo done'"
        )
        let running = try SiteProcess(
            "/bin/sh",
            ["-c", "trap '' HUP; exec \"$0\" trigger push --format json", Site.binary],
            in: repository,
            environment: site.environment
        )
        try running.waitFor("\"line\":\"up\"")
        running.signal(SIGHUP)
        usleep(200_000)
        try site.write(["go": ""], to: site.folder)
        let done = try running.wait(seconds: 60)
        #expect(done.status == 0 && done.log.contains("done"), "\(done.everything)")
    }
}
