import Foundation
import Testing

/// Ends that come from outside, at any moment: what ran is known, what did not is told, nothing goes on.
struct FaultsInterruptionTests {
    @Test("A3: kills at any moment lose no result and repeat no step")
    func killsAtAnyMomentLoseNoResultAndRepeatNoStep() throws {
        let site = try Site()
        let repository = try site.countingRepository()
        for round in 0..<24 {
            let running = try site.start(["trigger", "push", "--format", "json"], in: repository)
            usleep(UInt32(5_000 + round * 19_000 + Int.random(in: 0..<15_000)))
            running.signal(SIGKILL)
            try running.wait(seconds: 20)
        }
        try site.expectSoundRuns(in: repository)
        #expect(try site.query("SELECT count(*) FROM runs WHERE reason = 'worker-lost'") != "0")
        let next = try site.push(in: repository)
        #expect(next.status == 0, "\(next.everything)")
        try site.expectSoundRuns(in: repository)
    }

    @Test func theNextLookSettlesALostRunAndEndsItsProcesses() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    steps:
                      - { name: One, run: echo one }
                      - { name: Two, run: 'setsid sleep 600 & echo two; sleep 600' }
                      - { name: Three, run: echo three }
                  b: { needs: a, runs-on: ubuntu-latest, steps: [ { run: echo b } ] }
                """
        )
        let running = try site.start(["trigger", "push", "--format", "json"], in: repository)
        try running.waitFor("\"line\":\"two\"")
        running.signal(SIGKILL)
        try running.wait()
        #expect(!site.leftovers().isEmpty, "a killed flowrun cannot tidy up by itself")
        let run = try site.run(1, in: repository)
        #expect(run["status"].text == "completed" && run["conclusion"].text == "failure")
        #expect(run["reason"].text == "worker-lost")
        let job = try #require(run["jobs"].list.first)
        #expect(job["conclusion"].text == "failure" && job.conclusions["One"] == "success")
        #expect(job.conclusions["Two"] == "failure" && job.conclusions["Three"] != "success")
        #expect(run["jobs"].list.allSatisfy { $0["status"].text == "completed" })
        #expect(try site.flowrun("run", "logs", in: repository).output.contains("two"))
        #expect(site.leftovers().isEmpty)
        #expect(try site.run(1, in: repository) == run, "it is settled once")
    }

    @Test func whatALossOfPowerTookOfALogIsSaidInIt() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: "- { name: One, run: seq 1000 }\n- { name: Two, run: 'echo two; sleep 600' }"
        )
        let running = try site.start(["trigger", "push", "--format", "json"], in: repository)
        try running.waitFor("\"line\":\"two\"")
        usleep(200_000)
        running.signal(SIGKILL)
        try running.wait()
        #expect(truncate("\(site.state)/runs/1/1.log", 100) == 0)
        let log = try site.flowrun("run", "logs", in: repository).output
        #expect(log.contains(#/\[\d{4} bytes lost with the machine's power\]/#), "\(log)")
        #expect(try site.flowrun("run", "logs", in: repository).output == log, "it is said once")
    }

    @Test func aLookDoesNotDisturbARunThatIsUnderWay() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow:
                "on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: 'echo up; until test -e \"$GO\"; do sleep 0.02; done' } ] } }\n"
        )
        let go = "\(site.folder)/go"
        let running = try site.start(
            ["trigger", "push", "--format", "json", "--env", "GO=\(go)"],
            in: repository
        )
        try running.waitFor("\"line\":\"up\"")
        let seen = try site.run(in: repository)
        #expect(seen["status"].text == "in_progress" && seen["conclusion"] == .null)
        #expect(try site.flowrun("run", "logs", in: repository).status == 0)
        try site.write(["go": ""], to: site.folder)
        #expect(try running.wait(seconds: 30).status == 0)
        #expect(try site.run(in: repository)["conclusion"].text == "success")
    }

    @Test("G7: an interrupt ends the set-up of a job")
    func anInterruptEndsTheSetUpOfAJob() throws {
        let site = try Site()
        // The action is fetched while the job is set up.
        let server = try SilentServer(site)
        let repository = try site.repository(steps: "- uses: some/action@v1\n- run: echo never")
        let running = try site.start(
            [
                "trigger", "push", "--format", "json", "--actions-source",
                "https://127.0.0.1:\(server.port)/{owner}/{repo}",
            ],
            in: repository
        )
        try server.process.waitFor("asked")
        let start = ContinuousClock.now
        running.signal(SIGINT)
        let done = try running.wait(seconds: 60)
        #expect(done.status == 130, "\(done.everything)")
        #expect(ContinuousClock.now - start < .seconds(10))
        let run = try site.run(in: repository)
        #expect(run["status"].text == "completed" && run["conclusion"].text == "cancelled", "\(run)")
        #expect(!done.log.contains("never"))
        #expect(site.leftovers().isEmpty)
    }

    @Test func stepsThatFollowAnInterruptDecideForThemselves() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - { name: Sleeps, run: 'trap "echo cleanup; exit 0" INT; echo up; while :; do sleep 0.1; done' }
                - { name: Plain, run: echo plain }
                - { name: Cancelled, if: cancelled(), run: echo told }
                - { name: Failed, if: failure(), run: echo failed }
                - { name: Always, if: always(), run: echo always }
                """
        )
        let running = try site.start(["trigger", "push", "--format", "json"], in: repository)
        try running.waitFor("\"line\":\"up\"")
        running.signal(SIGINT)
        let done = try running.wait(seconds: 30)
        #expect(done.status == 130)
        #expect(done.log.contains("cleanup"), "the step may clean up")
        #expect(done.steps["Sleeps"] == "cancelled", "although it ended with 0")
        #expect(done.steps["Plain"] == "skipped" && done.steps["Failed"] == "skipped")
        #expect(done.steps["Cancelled"] == "success" && done.steps["Always"] == "success")
        let run = try site.run(in: repository)
        #expect(run["conclusion"].text == "cancelled" && run["jobs"][0]["reason"].text == "interrupted")
    }

    @Test("F9: many processes on one state folder give each run its own number")
    func manyProcessesOnOneStateFolderGiveEachRunItsOwnNumber() throws {
        let site = try Site()
        let repository = try site.countingRepository()
        let all = try (0..<10).map { _ in
            try site.start(["trigger", "push", "--format", "json"], in: repository)
        }
        let done = try all.map { try $0.wait(seconds: 120) }
        #expect(done.allSatisfy { $0.status == 0 }, "\(done.map(\.errors))")
        #expect(Set(done.compactMap { $0.runs.first?["id"] as? Int }) == Set(1...10))
        #expect(Set(done.compactMap { $0.runs.first?["run_number"] as? Int }) == Set(1...10))
        #expect(done.allSatisfy { !$0.everything.contains("locked") })
        try site.expectSoundRuns(in: repository)
        #expect(try site.text(of: "\(site.folder)/side").split(separator: "\n").count == 50)
    }
}
