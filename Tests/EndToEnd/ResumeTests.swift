import Foundation
import Testing

/// `flowrun run resume`: a run that failed goes on where it failed.
struct ResumeTests {
    private let site: Site

    init() throws { site = try Site() }

    private static let path = ".github/workflows/w.yml"

    private func commit(_ workflow: String, in repository: String) throws {
        try site.write([Self.path: workflow], to: repository)
        try site.git("commit", "-qam", "mend", in: repository)
    }

    private func resume(_ options: String..., in repository: String) throws -> SiteResult {
        try site.start(["run", "resume"] + options + ["--format", "json"], in: repository).wait()
    }

    /// A job whose third step fails, with what the first two leave for it.
    private static func workflow(third: String, second: String = "echo two >> side.txt") -> String {
        """
        on: push
        jobs:
          green: { runs-on: ubuntu-latest, steps: [ { run: 'echo green >> "$SIDE"' } ] }
          job:
            runs-on: ubuntu-latest
            outputs: { all: '${{ steps.third.outputs.all }}' }
            steps:
              - uses: actions/checkout@v4
              - id: first
                name: First
                run: |
                  echo first >> "$SIDE"
                  echo "word=from-first" >> "$GITHUB_OUTPUT"
                  echo "VARIABLE=kept" >> "$GITHUB_ENV"
                  echo "$PWD/tools" >> "$GITHUB_PATH"
                  mkdir tools; printf '#!/bin/sh\\necho tool runs\\n' > tools/mytool; chmod +x tools/mytool
                  echo "::add-mask::$(echo ssecr3t | cut -c2-)et-word"
              - { id: second, name: Second, run: '\(second)' }
              - { id: tolerated, name: Tolerated, run: 'exit 7', continue-on-error: true }
              - id: third
                name: Third
                run: \(third)
              - { id: last, name: Last, run: 'echo "last ${{ steps.third.outputs.all }}"' }
          after:
            needs: [job, green]
            runs-on: ubuntu-latest
            steps: [ { run: 'echo "after ${{ needs.job.outputs.all }}"' } ]
        """
    }

    private static let mended =
        #"'mytool; echo "all=${{ steps.first.outputs.word }} $VARIABLE ${{ steps.tolerated.outcome }} $(tail -n1 side.txt)" >> "$GITHUB_OUTPUT"; echo the secr3tet-word'"#

    private func side() throws -> String {
        try String(contentsOfFile: "\(site.folder)/side", encoding: .utf8)
    }

    private func failedRun(_ workflow: String) throws -> String {
        site.environment["SIDE"] = "\(site.folder)/side"
        let repository = try site.repository([Self.path: workflow])
        let failed = try site.flowrun("trigger", "push", "--format", "plain", in: repository)
        #expect(failed.status == 1, "\(failed.everything)")
        return repository
    }

    @Test("a mended workflow goes on in the workspace, with variables, outputs and masks of the steps before")
    func mendedWorkflow() throws {
        site.environment["SIDE"] = "\(site.folder)/side"
        let repository = try site.repository([Self.path: Self.workflow(third: "'exit 3'")])
        let failed = try site.flowrun("trigger", "push", "--format", "plain", in: repository)
        #expect(
            failed.status == 1 && failed.errors.contains("`flowrun run resume 1`"),
            "\(failed.everything)"
        )
        #expect(!site.holds("secr3tet-word", under: "\(site.state)/runs"))
        #expect(!site.holds("secr3tet-word", under: "\(site.state)/store"))
        // Other runs do not disturb what is kept.
        let other = try site.flowrun("trigger", "push", "-j", "green", in: repository)
        #expect(other.status == 0, "\(other.everything)")
        try commit(Self.workflow(third: Self.mended), in: repository)
        let resumed = try resume("1", in: repository)
        #expect(resumed.status == 0, "\(resumed.everything)")
        let log = resumed.log
        #expect(log.contains("tool runs") && log.contains("the ***"), "\(log)")
        #expect(log.contains("last from-first kept failure two"), "\(log)")
        #expect(log.contains("after from-first kept failure two"), "\(log)")
        let done = try side().split(separator: "\n").sorted()
        #expect(done == ["first", "green", "green"])
        let run = try #require(resumed.runs.first)
        #expect(run["run_attempt"] as? Int == 2 && run["conclusion"] as? String == "success")
        // All of it is used up.
        #expect(site.files(in: "work").isEmpty, "\(site.files(in: "work"))")
        #expect(try resume("1", in: repository).status == 2)
    }

    @Test("a run that fails again can be resumed again, and one that is resumed cannot")
    func failsAgain() throws {
        let repository = try failedRun(Self.workflow(third: "'exit 3'"))
        try commit(Self.workflow(third: "'echo again; exit 4'"), in: repository)
        let again = try resume("1", in: repository)
        #expect(again.status == 1 && again.log.contains("again"), "\(again.everything)")
        try commit(Self.workflow(third: Self.mended), in: repository)
        let stale = try resume("1", in: repository)
        #expect(
            stale.status == 2 && stale.errors.contains("`flowrun run resume 2`, its attempt 2,"),
            "\(stale.everything)"
        )
        let resumed = try resume("2", in: repository)
        #expect(resumed.status == 0 && resumed.log.contains("tool runs"), "\(resumed.everything)")
        #expect(resumed.runs.first?["run_attempt"] as? Int == 3)
    }

    @Test("the workflow is that of the run's branch, wherever HEAD is")
    func takesTheBranchsWorkflow() throws {
        let repository = try failedRun(Self.workflow(third: "'exit 3'"))
        try site.git("checkout", "-q", "--orphan", "elsewhere", in: repository)
        try site.git("commit", "-q", "-m", "another history", in: repository)
        let same = try resume("1", in: repository)
        #expect(same.status == 1, "\(same.everything)")
        try site.git("checkout", "-q", "main", in: repository)
        try commit(Self.workflow(third: Self.mended), in: repository)
        try site.git("checkout", "-q", "elsewhere", in: repository)
        let resumed = try resume("2", in: repository)
        #expect(resumed.status == 0 && resumed.log.contains("tool runs"), "\(resumed.everything)")
    }

    @Test("a file that is mended in the workspace is what the step finds")
    func mendedFile() throws {
        let repository = try failedRun(Self.workflow(third: "'test -e mended && echo found'"))
        let places = ["1", "2"].map { "\(site.state)/work/\($0)/repo/repo" }
        let place = try #require(places.first { FileManager.default.fileExists(atPath: "\($0)/tools") })
        try site.write(["mended": ""], to: place)
        let resumed = try resume(in: repository)
        #expect(resumed.status == 0 && resumed.log.contains("found"), "\(resumed.everything)")
    }

    @Test("--from goes back to an earlier step, and never beyond what was reached")
    func fromAStep() throws {
        let repository = try failedRun(Self.workflow(third: "'exit 3'"))
        let beyond = try resume("--from", "last", in: repository)
        #expect(
            beyond.status == 2 && beyond.errors.contains("it can from `Run actions/checkout@v4`"),
            "\(beyond.everything)"
        )
        #expect(beyond.errors.contains("`first`, `second`, `tolerated`, `third`"), "\(beyond.everything)")
        try commit(Self.workflow(third: Self.mended, second: "echo changed >> side.txt"), in: repository)
        let changed = try resume(in: repository)
        #expect(changed.status == 2 && changed.errors.contains("`Second`"), "\(changed.everything)")
        let resumed = try resume("--from", "second", in: repository)
        #expect(resumed.status == 0, "\(resumed.everything)")
        #expect(resumed.log.contains("last from-first kept failure changed"), "\(resumed.log)")
        #expect(try side().components(separatedBy: "first").count == 2)
    }

    @Test("each failed row of a matrix goes on, and a green one is taken over")
    func matrix() throws {
        site.environment["SIDE"] = "\(site.folder)/side"
        let workflow = { (condition: String) in
            """
            on: push
            jobs:
              m:
                runs-on: ubuntu-latest
                strategy: { fail-fast: false, matrix: { n: [1, 2, 3] } }
                steps:
                  - run: 'echo "begin ${{ matrix.n }}" >> "$SIDE"; echo ${{ matrix.n }} > own'
                  - run: '\(condition); echo "done $(cat own)"'
            """
        }
        let repository = try site.repository([Self.path: workflow("test ${{ matrix.n }} = 2")])
        #expect(try site.flowrun("trigger", "push", in: repository).status == 1)
        try commit(workflow("true"), in: repository)
        let resumed = try resume(in: repository)
        #expect(resumed.status == 0, "\(resumed.everything)")
        #expect(
            resumed.log.filter { $0.hasPrefix("done") }.sorted() == ["done 1", "done 3"],
            "\(resumed.log)"
        )
        #expect(try side().split(separator: "\n").count == 3)
    }

    @Test("credentials that the end of the job took away are given again, and taken away again")
    func credentials() throws {
        let key = try ServiceAccount.key("xyzzy-key")
        let workflow = { (command: String) in
            """
            on: push
            jobs:
              job:
                runs-on: ubuntu-latest
                steps:
                  - { uses: google-github-actions/auth@v2, with: { credentials_json: '${{ secrets.KEY }}' } }
                  - run: '\(command)'
            """
        }
        let repository = try site.repository([Self.path: workflow("exit 1")])
        #expect(try site.flowrun("trigger", "push", "-s", "KEY=\(key)", in: repository).status == 1)
        #expect(!site.holds("xyzzy-key", under: "\(site.state)/work"))
        try commit(workflow("grep -c xyzzy $GOOGLE_APPLICATION_CREDENTIALS"), in: repository)
        let resumed = try resume("-s", "KEY=\(key)", in: repository)
        #expect(resumed.status == 0 && resumed.log.contains("1"), "\(resumed.everything)")
        #expect(resumed.steps["Post Run google-github-actions/auth@v2"] == "success", "\(resumed.steps)")
        #expect(site.files(in: "work").isEmpty)
    }

    @Test("what cannot be resumed is refused by name, and nothing is kept where nobody wants it")
    func refusals() throws {
        let green = try site.repository(steps: "- run: 'true'")
        #expect(try site.flowrun("trigger", "push", in: green).status == 0)
        let none = try resume("1", in: green)
        #expect(none.status == 2 && none.errors.contains("no job that failed"), "\(none.everything)")
        try site.write(["flowrun.yaml": "retention: { kept-workspaces: 0 }\n"], to: green)
        try commit(
            "on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: 'exit 1' } ] } }\n",
            in: green
        )
        let failed = try site.flowrun("trigger", "push", in: green)
        #expect(failed.status == 1 && !failed.errors.contains("resume"), "\(failed.everything)")
        #expect(site.files(in: "work").isEmpty)
        let gone = try resume(in: green)
        #expect(gone.status == 2 && gone.errors.contains("nothing of run 2 is kept"), "\(gone.everything)")
    }

    @Test("kept workspaces are bounded, and go with their run")
    func isBounded() throws {
        let repository = try site.repository(steps: "- run: 'echo big > file; exit 1'")
        try site.write(["flowrun.yaml": "retention: { kept-workspaces: 2 }\n"], to: repository)
        for _ in 1...4 { #expect(try site.flowrun("trigger", "push", in: repository).status == 1) }
        let kept = site.files(in: "work").filter { $0.hasSuffix("/file") }
        #expect(kept.count == 2, "\(kept)")
        #expect(try resume("1", in: repository).status == 2)
        #expect(try site.flowrun("run", "delete", "3", "4", in: repository).status == 0)
        #expect(site.files(in: "work").isEmpty, "\(site.files(in: "work"))")
    }

    /// Starts a run whose third step waits, and returns once it does.
    private func waiting(_ options: String..., killing signal: Int32) throws -> (String, SiteResult) {
        site.environment["SIDE"] = "\(site.folder)/side"
        let repository = try site.repository([
            Self.path: Self.workflow(third: "'echo wai\"\"ts ${{ secrets.WORD }}; exec sleep 600'")
        ])
        let arguments = ["trigger", "push", "-j", "job", "--format", "plain", "-s", "WORD=xyzzy-plugh"]
        let process = try site.start(arguments, in: repository)
        try process.waitFor("waits")
        process.signal(signal)
        return (repository, try process.wait(seconds: 60))
    }

    private func resumesWhole(_ repository: String) throws {
        try commit(Self.workflow(third: Self.mended), in: repository)
        let resumed = try resume("1", "-s", "WORD=xyzzy-plugh", in: repository)
        #expect(resumed.status == 0, "\(resumed.everything)")
        #expect(resumed.log.contains("the ***"), "\(resumed.log)")
        #expect(resumed.log.contains("last from-first kept failure two"), "\(resumed.log)")
        #expect(try side().split(separator: "\n").filter { $0 == "first" }.count == 1)
        #expect(site.files(in: "work").isEmpty, "\(site.files(in: "work"))")
        #expect(site.files(in: "runs").filter { $0.hasSuffix(".kept") }.isEmpty)
    }

    @Test("A2: a job whose process was killed goes on from the step that ran, and none of its scripts stays")
    func killed() throws {
        let (repository, _) = try waiting(killing: SIGKILL)
        #expect(try site.flowrun("run", "view", "1", in: repository).output.contains("worker-lost"))
        #expect(site.leftovers().isEmpty)
        #expect(!site.holds("xyzzy-plugh", under: site.state))
        // Another run takes another place.
        #expect(try site.flowrun("trigger", "push", "-j", "green", in: repository).status == 0)
        try resumesWhole(repository)
    }

    @Test("a job that was cancelled goes on from the step that it was cancelled in")
    func cancelled() throws {
        let (repository, cancelled) = try waiting(killing: SIGINT)
        #expect(
            cancelled.status == 130 && cancelled.errors.contains("`flowrun run resume 1`"),
            "\(cancelled.everything)"
        )
        #expect(!site.holds("xyzzy-plugh", under: site.state))
        try resumesWhole(repository)
    }

    @Test("what was resumed can be killed and resumed again")
    func killedAgain() throws {
        let (repository, _) = try waiting(killing: SIGKILL)
        let again = try site.start(
            ["run", "resume", "1", "--format", "plain", "-s", "WORD=xyzzy-plugh"],
            in: repository
        )
        try again.waitFor("waits")
        again.signal(SIGKILL)
        try again.wait(seconds: 60)
        try commit(Self.workflow(third: Self.mended), in: repository)
        let resumed = try resume("2", in: repository)
        #expect(
            resumed.status == 0 && resumed.log.contains("last from-first kept failure two"),
            "\(resumed.everything)"
        )
        #expect(try side().split(separator: "\n").filter { $0 == "first" }.count == 1)
        #expect(site.files(in: "work").isEmpty, "\(site.files(in: "work"))")
    }
}
