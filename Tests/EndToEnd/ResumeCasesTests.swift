import Foundation
import Testing

/// `flowrun run resume`: the ways in which a job may have ended, and whose job it may be.
struct ResumeCasesTests {
    private let house: DaemonSite
    private var site: Site { house.site }

    init() throws {
        house = try DaemonSite()
        house.site.environment["SIDE"] = "\(house.site.folder)/side"
    }

    private static let path = ".github/workflows/w.yml"

    private func mend(_ text: String, in repository: String) throws {
        try site.write([Self.path: text], to: repository)
        try site.git("commit", "-qam", "mend", in: repository)
    }

    private func resume(_ options: String..., in repository: String) throws -> SiteResult {
        try site.start(["run", "resume"] + options + ["--format", "json"], in: repository).wait(seconds: 120)
    }

    /// What steps have noted in the file of side effects, sorted.
    private func side() throws -> [String] {
        try site.text(of: "\(site.folder)/side").split(separator: "\n").map(String.init).sorted()
    }

    private func job(_ last: String, keys: String = "") -> String {
        """
        on: [push, workflow_dispatch]
        jobs:
          job:
            runs-on: ubuntu-latest\(keys)
            steps:
              - { id: first, name: first, run: 'echo first >> "$SIDE"; echo "v=1" >> "$GITHUB_OUTPUT"' }
              - { id: last, name: last, run: '\(last); echo "last ${{ steps.first.outputs.v }}"' }
        """
    }

    @Test("B8: a job that took longer than its minutes goes on from the step that its time ended")
    func timedOut() throws {
        let repository = try site.repository([
            Self.path: job("sleep 300", keys: "\n    timeout-minutes: 1")
        ])
        let failed = try site.start(["trigger", "push", "--format", "json"], in: repository).wait(
            seconds: 200
        )
        #expect(
            failed.status == 1 && failed.steps["last"] == "cancelled",
            "\(failed.everything)"
        )
        try mend(job("true", keys: "\n    timeout-minutes: 5"), in: repository)
        let resumed = try resume(in: repository)
        #expect(resumed.status == 0 && resumed.log.contains("last 1"), "\(resumed.everything)")
        #expect(try side() == ["first"])
    }

    @Test("a job of a called workflow goes on in its workspace, and its outputs come back up")
    func called() throws {
        let repository = try site.repository([
            Self.path: """
            on: push
            jobs:
              call: { uses: ./.github/workflows/called.yml, with: { word: given } }
              after:
                needs: call
                runs-on: ubuntu-latest
                steps: [ { run: 'echo "after ${{ needs.call.outputs.all }}"' } ]
            """,
            ".github/workflows/called.yml": """
            on: { workflow_call: { inputs: { word: { type: string } }, outputs: { all: { value: '${{ jobs.inner.outputs.all }}' } } } }
            jobs:
              inner:
                runs-on: ubuntu-latest
                outputs: { all: '${{ steps.last.outputs.all }}' }
                steps:
                  - { id: first, run: 'echo first >> "$SIDE"; touch here; echo "v=1" >> "$GITHUB_OUTPUT"' }
                  - { id: last, run: 'test -e mended; echo "all=${{ inputs.word }} ${{ steps.first.outputs.v }}" >> "$GITHUB_OUTPUT"' }
            """,
        ])
        let failed = try site.flowrun("trigger", "push", in: repository)
        #expect(failed.status == 1, "\(failed.everything)")
        let file = try #require(site.files(in: "work").first { $0.hasSuffix("/here") })
        try site.write(["mended": ""], to: "\(site.state)/work/\(file.dropLast("/here".count))")
        let resumed = try resume(in: repository)
        #expect(resumed.status == 0 && resumed.log.contains("after given 1"), "\(resumed.everything)")
        #expect(try side() == ["first"])
        #expect(site.files(in: "work").isEmpty, "\(site.files(in: "work"))")
    }

    @Test("of two rows of a matrix that failed, the one that is named goes on, and the other begins anew")
    func row() throws {
        let text = { (last: String) in
            """
            on: push
            jobs:
              m:
                runs-on: ubuntu-latest
                strategy: { fail-fast: false, matrix: { n: [1, 2] } }
                steps:
                  - { run: 'echo "first ${{ matrix.n }}" >> "$SIDE"' }
                  - { run: '\(last); echo "last ${{ matrix.n }}" >> "$SIDE"' }
            """
        }
        let repository = try site.repository([Self.path: text("exit 1")])
        #expect(try site.flowrun("trigger", "push", in: repository).status == 1)
        try mend(text("true"), in: repository)
        let unknown = try resume("--job", "m (3)", in: repository)
        #expect(
            unknown.status == 2 && unknown.errors.contains("there failed `m (1)`, `m (2)`"),
            "\(unknown.everything)"
        )
        let resumed = try resume("--job", "m (2)", in: repository)
        #expect(resumed.status == 0, "\(resumed.everything)")
        #expect(try side() == ["first 1", "first 1", "first 2", "last 1", "last 2"])
        // The place of the one that began anew belongs to the first attempt, and goes with it.
        #expect(try site.flowrun("run", "delete", "1", "2", in: repository).status == 0)
        #expect(site.files(in: "work").isEmpty, "\(site.files(in: "work"))")
    }

    @Test("A2: a job whose worker was killed under a daemon goes on beside it, from the step that ran")
    func workerOfADaemon() throws {
        let repository = try site.repository([Self.path: job("echo begun; sleep 600")])
        try house.up()
        let id = try house.detach("w", in: repository)
        try Wait.until("the last step begins") { try house.log(id).contains("begun") }
        for worker in house.workers() { kill(worker, SIGKILL) }
        #expect(try house.ended(id)["conclusion"] as? String == "failure")
        try mend(job("true"), in: repository)
        let resumed = try resume(id, in: repository)
        #expect(resumed.status == 0 && resumed.log.contains("last 1"), "\(resumed.everything)")
        #expect(try side() == ["first"])
        // Its next run works as ever.
        let next = try house.detach("w", in: repository)
        #expect(try house.ended(next)["conclusion"] as? String == "success")
        #expect(site.files(in: "work").isEmpty, "\(site.files(in: "work"))")
    }

    @Test(
        "attempts may follow each other, each from an earlier step or the one that failed; steps that are not there are named"
    )
    func again() throws {
        let repository = try site.repository([Self.path: job("exit 1")])
        #expect(try site.flowrun("trigger", "push", in: repository).status == 1)
        let unknown = try resume("--from", "nothing", in: repository)
        #expect(
            unknown.status == 2
                && unknown.errors.contains("cannot go on from `nothing`: it can from `first`, `last`"),
            "\(unknown.everything)"
        )
        let second = try resume("1", "--from", "first", in: repository)
        #expect(second.status == 1, "\(second.everything)")
        #expect(try side() == ["first", "first"])
        let third = try resume("2", in: repository)
        #expect(third.status == 1, "\(third.everything)")
        try mend(job("true"), in: repository)
        let fourth = try resume("3", "--from", "last", in: repository)
        #expect(fourth.status == 0 && fourth.log.contains("last 1"), "\(fourth.everything)")
        #expect(fourth.runs.first?["run_attempt"] as? Int == 4)
        #expect(try side() == ["first", "first"])
        #expect(site.files(in: "work").isEmpty, "\(site.files(in: "work"))")
    }

    @Test("what a resumed run keeps goes when the run is deleted, or pruned", arguments: ["delete", "prune"])
    func removal(how: String) throws {
        let repository = try site.repository([Self.path: job("touch file; exit 1")])
        #expect(try site.flowrun("trigger", "push", in: repository).status == 1)
        #expect(try resume("1", in: repository).status == 1)
        let kept = site.files(in: "work").filter { $0.hasSuffix("/file") }
        #expect(kept.count == 1, "\(kept)")
        // The first attempt has given its place to the second one.
        #expect(try site.flowrun("run", "delete", "1", in: repository).status == 0)
        #expect(site.files(in: "work").filter { $0.hasSuffix("/file") } == kept)
        let words = how == "delete" ? ["run", "delete", "2"] : ["run", "prune", "--keep", "0"]
        let removed = try site.start(words, in: repository).wait(seconds: 60)
        #expect(removed.status == 0, "\(removed.everything)")
        #expect(site.files(in: "work").isEmpty, "\(site.files(in: "work"))")
        #expect(site.files(in: "runs").isEmpty, "\(site.files(in: "runs"))")
    }
}
