import Foundation
import Testing

/// Concurrency groups across processes.
struct FaultsConcurrencyTests {
    /// A run that says when it is up, waits for a file of its own name, and leaves a mark before and after.
    private func repository(_ site: Site, cancels: Bool = false) throws -> String {
        try site.repository(
            workflow: """
                on: push
                concurrency: { group: 'deploy-${{ github.ref }}', cancel-in-progress: \(cancels) }
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    steps:
                      - run: |
                          echo "begin $NAME" >> "$SIDE/side"; echo up
                          until test -e "$SIDE/go-$NAME"; do sleep 0.02; done
                          echo "end $NAME" >> "$SIDE/side"
                      - if: cancelled()
                        run: echo "cancelled $NAME" >> "$SIDE/side"
                """
        )
    }

    private func start(_ name: String, _ site: Site, in path: String) throws -> SiteProcess {
        try site.start(
            ["trigger", "push", "--format", "json", "--env", "NAME=\(name)", "--env", "SIDE=\(site.folder)"],
            in: path
        )
    }

    private func side(_ site: Site) -> [String] {
        ((try? site.text(of: "\(site.folder)/side")) ?? "").split(separator: "\n").map(String.init)
    }

    /// Waits until this many runs are queued.
    private func waitForQueued(_ count: Int, of total: Int, _ site: Site) throws {
        for _ in 0..<1000 {
            let queued = try site.query("SELECT count(*) FROM runs WHERE status = 'queued'")
            let all = try site.query("SELECT count(*) FROM runs")
            if queued == "\(count)", all == "\(total)" { return }
            usleep(20_000)
        }
        throw SiteError(
            message: "no \(count) queued of \(total) runs: \(try site.query("SELECT id, status FROM runs"))"
        )
    }

    @Test func runsOfOneGroupGoOneAfterTheOther() throws {
        let site = try Site()
        let path = try repository(site)
        let one = try start("one", site, in: path)
        try one.waitFor("\"line\":\"up\"")
        let two = try start("two", site, in: path)
        try waitForQueued(1, of: 2, site)
        #expect(side(site) == ["begin one"])
        try site.write(["go-one": "", "go-two": ""], to: site.folder)
        #expect(try one.wait(seconds: 60).status == 0)
        #expect(try two.wait(seconds: 60).status == 0)
        #expect(side(site) == ["begin one", "end one", "begin two", "end two"])
    }

    @Test func aNewcomerTakesThePlaceOfTheOneThatWaits() throws {
        let site = try Site()
        let path = try repository(site)
        let one = try start("one", site, in: path)
        try one.waitFor("\"line\":\"up\"")
        let two = try start("two", site, in: path)
        try waitForQueued(1, of: 2, site)
        let three = try start("three", site, in: path)
        let replaced = try two.wait(seconds: 30)
        #expect(replaced.status == 1, "\(replaced.everything)")
        #expect(replaced.runs.first?["conclusion"] as? String == "cancelled")
        #expect((replaced.runs.first?["reason"] as? String)?.contains("newer run") ?? false)
        try site.write(["go-one": "", "go-three": ""], to: site.folder)
        #expect(try one.wait(seconds: 60).status == 0)
        #expect(try three.wait(seconds: 60).status == 0)
        #expect(side(site) == ["begin one", "end one", "begin three", "end three"])
    }

    @Test func aNewcomerCancelsTheOneThatRunsWhereTheWorkflowSaysSo() throws {
        let site = try Site()
        let path = try repository(site, cancels: true)
        let one = try start("one", site, in: path)
        try one.waitFor("\"line\":\"up\"")
        try site.write(["go-two": ""], to: site.folder)
        let two = try start("two", site, in: path)
        let cancelled = try one.wait(seconds: 60)
        #expect(cancelled.status == 1, "\(cancelled.everything)")
        #expect(cancelled.runs.first?["conclusion"] as? String == "cancelled")
        #expect(try two.wait(seconds: 60).status == 0)
        #expect(side(site) == ["begin one", "cancelled one", "begin two", "end two"])
        #expect(site.leftovers().isEmpty)
        // Something newer does its work: nobody goes on with it, and its workspace is not kept.
        #expect(site.files(in: "work").isEmpty, "\(site.files(in: "work"))")
    }

    @Test func aGroupIsFreeOnceItsHolderWasKilled() throws {
        let site = try Site()
        let path = try repository(site)
        let one = try start("one", site, in: path)
        try one.waitFor("\"line\":\"up\"")
        let two = try start("two", site, in: path)
        try waitForQueued(1, of: 2, site)
        one.signal(SIGKILL)
        try one.wait(seconds: 10)
        try site.write(["go-two": ""], to: site.folder)
        #expect(try two.wait(seconds: 60).status == 0)
        #expect(try site.run(1, in: path)["reason"].text == "worker-lost")
        #expect(site.leftovers().isEmpty)
    }

    @Test func aRunThatWaitsForItsGroupCanBeInterrupted() throws {
        let site = try Site()
        let path = try repository(site)
        let one = try start("one", site, in: path)
        try one.waitFor("\"line\":\"up\"")
        let two = try start("two", site, in: path)
        try waitForQueued(1, of: 2, site)
        two.signal(SIGINT)
        #expect(try two.wait(seconds: 10).status == 130)
        #expect(try site.run(2, in: path)["conclusion"].text == "cancelled")
        try site.write(["go-one": ""], to: site.folder)
        #expect(try one.wait(seconds: 60).status == 0)
        #expect(side(site) == ["begin one", "end one"])
    }

    @Test func jobsOfOneGroupGoOneAfterTheOther() throws {
        let site = try Site()
        let job = { (name: String) in
            """
              \(name):
                runs-on: ubuntu-latest
                concurrency: one-at-a-time
                steps: [ { run: 'echo "begin \(name)" >> "$SIDE/side"; sleep 0.3; echo "end \(name)" >> "$SIDE/side"' } ]

            """
        }
        let path = try site.repository(workflow: "on: push\njobs:\n" + job("a") + job("b"))
        let done = try site.push("--max-parallel", "2", "--env", "SIDE=\(site.folder)", in: path)
        #expect(done.status == 0, "\(done.everything)")
        let marks = side(site).map { $0.prefix { $0 != " " } }
        #expect(marks == ["begin", "end", "begin", "end"], "\(side(site))")
    }
}
