import Foundation
import Testing

/// `flowrun run cancel`, from another process than the one that runs.
struct RunCancelTests {
    @Test(arguments: [false, true])
    func aRunIsEndedFromElsewhere(force: Bool) throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - { name: long, run: 'echo up; exec sleep 600' }
                - { name: last, if: always(), run: echo last words }
                """
        )
        let running = try site.start(["trigger", "push", "--format", "json"], in: repository)
        try running.waitFor("\"line\":\"up\"")
        let asked = try site.start(["run", "cancel", "1"] + (force ? ["--force"] : []), in: repository).wait()
        #expect(asked.status == 0 && asked.errors.contains("run 1"), "\(asked.everything)")
        let ended = try running.wait(seconds: 60)
        #expect(ended.status == 1, "\(ended.everything)")
        #expect(ended.runs.first?["conclusion"] as? String == "cancelled", "\(ended.everything)")
        #expect(ended.log.contains("last words") != force)
        #expect(site.leftovers().isEmpty)
        let late = try site.flowrun("run", "cancel", "1", in: repository)
        #expect(late.status == 2 && late.errors.contains("has ended already"), "\(late.everything)")
    }

    @Test func aRunThatWaitsForItsGroupIsEndedToo() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: push
                concurrency: { group: g, queue: max }
                jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: 'echo up; until test -e "$GO"; do sleep 0.05; done' } ] } }
                """
        )
        let go = "\(site.folder)/go"
        let first = try site.start(
            ["trigger", "push", "--format", "json"],
            in: repository,
            environment: ["GO": go]
        )
        try first.waitFor("\"line\":\"up\"")
        let second = try site.start(
            ["trigger", "push", "--format", "json"],
            in: repository,
            environment: ["GO": go]
        )
        let limit = Date() + 20
        while try site.query("SELECT count(*) FROM runs") != "2", Date() < limit { usleep(50_000) }
        #expect(try site.flowrun("run", "cancel", "2", in: repository).status == 0)
        let ended = try second.wait(seconds: 30)
        #expect(ended.runs.first?["conclusion"] as? String == "cancelled", "\(ended.everything)")
        try site.write(["go": ""], to: site.folder)
        #expect(try first.wait(seconds: 30).status == 0)
    }
}
