import Foundation
import Testing

/// Ends that come from outside, at any moment: what ran is known, what did not is told, nothing goes on.
struct FaultsInterruptionTests {
    /// Five steps that each say so in a file beside the repository, and take a moment.
    private func counting(_ site: Site) throws -> String {
        let steps = (1...5).map { number in
            "      - { name: 'Step \(number)', run: 'echo \"run $GITHUB_RUN_ID step \(number)\"; echo \"$GITHUB_RUN_ID.\(number)\" >> \(site.folder)/side; sleep 0.05' }\n"
        }
        return try site.repository(
            workflow: "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n" + steps.joined()
        )
    }

    /// What must hold of every run that ended in any way: each step that the store says ran has its log, and its side
    /// effect once; every run and job is at its end.
    private func expectSound(_ site: Site, in repository: String) throws {
        let listed = try site.flowrun("run", "list", "--json", "-L", "1000", in: repository)
        #expect(listed.status == 0, "\(listed.everything)")
        #expect(try site.query("PRAGMA integrity_check") == "ok")
        #expect(try site.query("SELECT count(*) FROM runs WHERE status <> 'completed'") == "0")
        #expect(try site.query("SELECT count(*) FROM jobs WHERE status <> 'completed'") == "0")
        #expect(try site.query("SELECT count(*) FROM steps WHERE status <> 'completed'") == "0")
        let side = (try? site.text(of: "\(site.folder)/side")) ?? ""
        let done = side.split(separator: "\n").map(String.init)
        #expect(Set(done).count == done.count, "no step ran twice")
        for entry in try JSON(listed.output).list {
            let run = try site.run(entry["id"].int, in: repository)
            #expect(["success", "failure", "cancelled"].contains(run["conclusion"].text))
            for job in run["jobs"].list {
                let path = "\(site.state)/runs/\(run["id"].int)/\(job["id"].int).log"
                let log =
                    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
                    ?? ""
                for step in job["steps"].list where step["name"].text.hasPrefix("Step ") {
                    let number = step["name"].text.dropFirst(5)
                    guard step["conclusion"].text == "success" else { continue }
                    #expect(done.contains("\(run["id"].int).\(number)"))
                    #expect(log.contains("run \(run["id"].int) step \(number)\n"), "\(step)\n\(log)")
                }
            }
        }
        #expect(site.leftovers().isEmpty)
    }

    @Test func killsAtAnyMomentLoseNoResultAndRepeatNoStep() throws {
        let site = try Site()
        let repository = try counting(site)
        for round in 0..<24 {
            let running = try site.start(["trigger", "push", "--format", "json"], in: repository)
            usleep(UInt32(5_000 + round * 19_000 + Int.random(in: 0..<15_000)))
            running.signal(SIGKILL)
            try running.wait(seconds: 20)
        }
        try expectSound(site, in: repository)
        #expect(try site.query("SELECT count(*) FROM runs WHERE reason = 'worker-lost'") != "0")
        let next = try site.push(in: repository)
        #expect(next.status == 0, "\(next.everything)")
        try expectSound(site, in: repository)
    }

    @Test func interruptsAtAnyMomentCancelCleanly() throws {
        let site = try Site()
        let repository = try counting(site)
        for round in 0..<16 {
            let running = try site.start(["trigger", "push", "--format", "json"], in: repository)
            // Before this the program is not yet its own master, and the signal ends it as it ends any other.
            usleep(UInt32(25_000 + round * 12_000))
            running.signal(round.isMultiple(of: 2) ? SIGINT : SIGTERM)
            let done = try running.wait(seconds: 20)
            #expect([0, 130, SIGINT, SIGTERM].contains(done.status), "\(done.everything)")
        }
        try expectSound(site, in: repository)
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

    @Test func anInterruptEndsTheSetUpOfAJob() throws {
        let site = try Site()
        // A remote that takes the connection and never answers: the action is fetched while the job is set up.
        let server = try SiteProcess(
            "/usr/bin/env",
            [
                "python3", "-uc",
                """
                import socket, time
                s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(8); open('port', 'w').write(str(s.getsockname()[1])); print('ready', flush=True)
                held = []
                while True: held.append(s.accept()); print('asked', flush=True)
                """,
            ],
            in: site.folder,
            environment: ["PATH": site.environment["PATH"] ?? ""]
        )
        defer { server.signal(SIGKILL) }
        try server.waitFor("ready")
        let port = try site.text(of: "\(site.folder)/port")
        let repository = try site.repository(steps: "- uses: some/action@v1\n- run: echo never")
        let running = try site.start(
            [
                "trigger", "push", "--format", "json", "--actions-source",
                "https://127.0.0.1:\(port)/{owner}/{repo}",
            ],
            in: repository
        )
        try server.waitFor("asked")
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

    @Test func manyProcessesOnOneStateFolderGiveEachRunItsOwnNumber() throws {
        let site = try Site()
        let repository = try counting(site)
        let all = try (0..<10).map { _ in
            try site.start(["trigger", "push", "--format", "json"], in: repository)
        }
        let done = try all.map { try $0.wait(seconds: 120) }
        #expect(done.allSatisfy { $0.status == 0 }, "\(done.map(\.errors))")
        #expect(Set(done.compactMap { $0.runs.first?["id"] as? Int }) == Set(1...10))
        #expect(Set(done.compactMap { $0.runs.first?["run_number"] as? Int }) == Set(1...10))
        #expect(done.allSatisfy { !$0.everything.contains("locked") })
        try expectSound(site, in: repository)
        #expect(try site.text(of: "\(site.folder)/side").split(separator: "\n").count == 50)
    }
}
