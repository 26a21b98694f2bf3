import Foundation
import Testing

/// `flowrun run rerun`: what has succeeded is kept, what depends on a job that runs again runs again.
struct RerunTests {
    private let site: Site
    private let marks: String

    init() throws {
        site = try Site()
        marks = "\(site.folder)/marks"
        try FileManager.default.createDirectory(atPath: marks, withIntermediateDirectories: true)
        site.environment["MARKS"] = marks
    }

    /// A `run` that notes that it ran.
    private func note(_ name: String, then more: String = "true") -> String {
        "[ { id: s, run: 'echo x >> \"$MARKS/\(name)\"; echo \"ran \(name)\"; \(more)' } ]"
    }

    private func count(_ name: String) -> Int {
        ((try? site.text(of: "\(marks)/\(name)")) ?? "").split(separator: "\n").count
    }

    @Test func onlyWhatFailedAndWhatDependsOnItRunsAgain() throws {
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  green:
                    runs-on: ubuntu-latest
                    outputs: { v: '${{ steps.s.outputs.v }}' }
                    steps: \(note("green", then: "echo \"v=7\" >> \"$GITHUB_OUTPUT\"; echo \"## kept\" >> \"$GITHUB_STEP_SUMMARY\""))
                  red:
                    runs-on: ubuntu-latest
                    strategy: { fail-fast: false, matrix: { n: [1, 2] } }
                    steps: \(note("red-${{ matrix.n }}", then: "test ${{ matrix.n }} = 1 || test -e \"$MARKS/mended\""))
                  last:
                    needs: [green, red]
                    runs-on: ubuntu-latest
                    steps: \(note("last", then: "echo \"v is ${{ needs.green.outputs.v }}, id ${{ github.run_id }}, attempt ${{ github.run_attempt }}\""))
                  apart: { needs: green, runs-on: ubuntu-latest, steps: \(note("apart")) }
                """
        )
        let first = try site.push(in: repository)
        #expect(first.status == 1, "\(first.everything)")
        try site.write(["mended": ""], to: marks)
        let again = try site.flowrun("run", "rerun", "1", "--failed", "--format", "json", in: repository)
        #expect(again.status == 0, "\(again.everything)")
        #expect(again.log.contains("v is 7, id 1, attempt 2"), "\(again.log)")
        #expect(["green", "red-1", "red-2", "last", "apart"].map(count) == [1, 1, 2, 1, 1])
        let run = try site.run(2, in: repository)
        #expect(run["run_number"].int == 1 && run["run_attempt"].int == 2)
        #expect(run["jobs"].list.allSatisfy { $0["conclusion"].text == "success" })
        let kept = run["jobs"].list.filter { $0["reason"].text == "kept from attempt 1" }.map {
            $0["name"].text
        }
        #expect(Set(kept) == ["green", "red (1)", "apart"])
        let logs = try site.flowrun("run", "logs", "2", in: repository).output
        #expect(logs.contains("ran green") && logs.contains("ran red-1") && logs.contains("ran last"))
        let view = try site.flowrun("run", "view", "2", in: repository).output
        #expect(view.contains("attempt 2") && view.contains("kept"), "\(view)")
        let nothing = try site.flowrun("run", "rerun", "2", "--failed", in: repository)
        #expect(nothing.status == 2 && nothing.errors.contains("no job that failed"), "\(nothing.everything)")
    }

    @Test func aNamedJobAndWhatDependsOnItRunAgain() throws {
        let repository = try site.repository(
            workflow: """
                on: { workflow_dispatch: { inputs: { n: { type: number } } } }
                jobs:
                  a: { runs-on: ubuntu-latest, steps: \(note("a", then: "test ${{ inputs.n == 3 }} = true")) }
                  b: { needs: a, runs-on: ubuntu-latest, steps: \(note("b", then: "exit 1")) }
                  c: { if: always(), needs: b, runs-on: ubuntu-latest, steps: \(note("c")) }
                """
        )
        let first = try site.flowrun("dispatch", "ci", "-f", "n=3", in: repository)
        #expect(first.status == 1, "\(first.everything)")
        let again = try site.flowrun("run", "rerun", "--job", "c", "--format", "json", in: repository)
        #expect(again.status == 1, "the failure of `b` is kept: \(again.everything)")
        #expect(["a", "b", "c"].map(count) == [1, 1, 2])
        let third = try site.flowrun("run", "rerun", "1", "-j", "b", in: repository)
        #expect(third.status == 1 && ["a", "b", "c"].map(count) == [1, 2, 3], "\(third.everything)")
        #expect(try site.run(3, in: repository)["run_attempt"].int == 3)
        let all = try site.flowrun("run", "rerun", "1", in: repository)
        #expect(all.status == 1 && ["a", "b", "c"].map(count) == [2, 3, 4], "\(all.everything)")
        let wrong = try site.flowrun("run", "rerun", "1", "-j", "nosuch", in: repository)
        #expect(wrong.status == 2 && wrong.errors.contains("`c`"), "\(wrong.everything)")
        let odd = try site.flowrun("run", "rerun", "1", "--worktree", in: repository)
        #expect(odd.status == 64, "\(odd.everything)")
    }

    @Test func jobsOfCalledWorkflowsAreKeptOneByOne() throws {
        let repository = try site.repository([
            ".github/workflows/called.yml": """
            on: { workflow_call: { outputs: { v: { value: '${{ jobs.good.outputs.v }}' } } } }
            jobs:
              good:
                runs-on: ubuntu-latest
                outputs: { v: '${{ steps.s.outputs.v }}' }
                steps: \(note("good", then: "echo \"v=8\" >> \"$GITHUB_OUTPUT\""))
              bad: { runs-on: ubuntu-latest, steps: \(note("bad", then: "test -e \"$MARKS/mended\"")) }
            """,
            ".github/workflows/w.yml": """
            on: push
            jobs:
              call: { uses: ./.github/workflows/called.yml }
              after: { needs: call, runs-on: ubuntu-latest, steps: \(note("after", then: "echo \"v ${{ needs.call.outputs.v }}\"")) }
            """,
        ])
        #expect(try site.push(in: repository).status == 1)
        try site.write(["mended": ""], to: marks)
        let again = try site.flowrun("run", "rerun", "--failed", "--format", "json", in: repository)
        #expect(again.status == 0 && again.log.contains("v 8"), "\(again.everything)")
        #expect(["good", "bad", "after"].map(count) == [1, 2, 1])
    }

    @Test func aRunOfTheWorkingTreeThatIsGoneIsRefused() throws {
        let repository = try site.repository(steps: "- run: exit 1")
        try site.write(["new.txt": "uncommitted"], to: repository)
        #expect(try site.flowrun("trigger", "push", "--worktree", in: repository).status == 1)
        let again = try site.flowrun("run", "rerun", in: repository)
        #expect(again.status == 2 && again.errors.contains("--worktree"), "\(again.everything)")
    }
}
