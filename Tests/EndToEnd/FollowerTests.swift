import Foundation
import Testing

/// `workflow_run` of a run that is started by hand.
struct FollowerTests {
    @Test("a run that begins is followed beside it, and one that has ended after it")
    func follows() throws {
        let site = try Site()
        let go = "\(site.folder)/go"
        let repository = try site.repository([
            ".github/workflows/w.yml": """
            name: First
            on: push
            jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: "until test -e '\(go)'; do sleep 0.05; done" } ] } }
            """,
            ".github/workflows/then.yml": """
            on: { workflow_run: { workflows: [First], types: [requested, in_progress, completed] } }
            jobs:
              a:
                runs-on: ubuntu-latest
                steps:
                  - { name: tell, run: 'echo "told ${{ github.event.action }} ${{ github.event.workflow_run.status }}"' }
                  - { if: github.event.action == 'in_progress', run: "touch '\(go)'" }
            """,
        ])
        let ran = try site.flowrun(
            "trigger",
            "push",
            "--format",
            "json",
            "--max-parallel",
            "3",
            in: repository
        )
        #expect(ran.status == 0, "\(ran.everything)")
        let told = ran.log.filter { $0.hasPrefix("told") }.sorted()
        #expect(
            told == ["told completed completed", "told in_progress in_progress", "told requested queued"]
        )
        #expect(ran.runs.count == 4)
        let none = try site.flowrun("trigger", "push", "--no-cascade", "--format", "json", in: repository)
        #expect(none.runs.count == 1)
    }
}
