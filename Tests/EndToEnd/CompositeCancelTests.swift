import Foundation
import Testing

/// What a cancellation and a broken condition do inside a composite action: each of its steps is asked itself.
struct CompositeCancelTests {
    private let site: Site

    init() throws { site = try Site() }

    private func repository(_ inner: String, outer: String = "") throws -> String {
        let action =
            "runs:\n  using: composite\n  steps:\n"
            + inner.split(separator: "\n").map { "    \($0)\n" }.joined()
        return try site.repository([
            "act/action.yml": action,
            ".github/workflows/w.yml": """
            on: push
            jobs:
              job:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v4
                  - { name: around, uses: ./act\(outer) }
                  - { if: always(), name: after, run: 'echo "after ${{ job.status }}"' }
            """,
        ])
    }

    /// Triggers a push, asks for the run's end once a line is there, and waits.
    private func cancelled(_ repository: String, at line: String) throws -> SiteResult {
        let running = try site.start(["trigger", "push", "--format", "json"], in: repository)
        try running.waitFor("\"line\":\"\(line)\"")
        try #require(try site.flowrun("run", "cancel", "1", in: repository).status == 0)
        return try running.wait(seconds: 60)
    }

    @Test("the step that runs is ended, and those that run always or after a cancellation still do")
    func cleansUp() throws {
        let repository = try repository(
            """
            - { shell: bash, run: 'echo up; sleep 300' }
            - { shell: bash, run: 'echo never' }
            - { shell: bash, if: always(), run: 'echo "always ${{ github.action_status }}"' }
            - { shell: bash, if: cancelled(), run: 'echo called off' }
            - { shell: bash, if: failure(), run: 'echo no failure' }
            """
        )
        let ended = try cancelled(repository, at: "up")
        #expect(ended.runs.first?["conclusion"] as? String == "cancelled")
        let log = ended.log
        #expect(log.contains("always cancelled") && log.contains("called off"), "\(log)")
        #expect(!log.contains("never") && !log.contains("no failure"), "\(log)")
        #expect(log.contains("after cancelled"))
        #expect(ended.steps["around"] == "cancelled", "\(ended.steps)")
        #expect(site.leftovers().isEmpty)
    }

    @Test("a step that runs always is not ended by a cancellation")
    func goesOn() throws {
        let repository = try repository(
            """
            - shell: bash
              if: always()
              run: |
                echo up
                for i in $(seq 40); do test -e "\(site.folder)/state/runs/1/cancel" && break; sleep 0.1; done
                sleep 0.5
                echo whole
            - { shell: bash, if: always(), run: 'echo next' }
            """
        )
        let ended = try cancelled(repository, at: "up")
        #expect(ended.log.contains("whole") && ended.log.contains("next"), "\(ended.log)")
        #expect(ended.runs.first?["conclusion"] as? String == "cancelled")
    }

    @Test("a step is ended by a cancellation although the one around it runs always")
    func endsWithinAlways() throws {
        let repository = try repository(
            """
            - { shell: bash, run: 'echo up; sleep 300' }
            - { shell: bash, if: always(), run: 'echo tidy' }
            """,
            outer: ", if: always()"
        )
        let start = Date()
        let ended = try cancelled(repository, at: "up")
        #expect(Date().timeIntervalSince(start) < 50)
        #expect(ended.log.contains("tidy"), "\(ended.log)")
    }

    @Test("in an action inside of an action it is the same")
    func nests() throws {
        let repository = try repository(
            """
            - uses: ./inner
            - { shell: bash, run: 'echo never' }
            - { shell: bash, if: always(), run: 'echo outer tidy' }
            """
        )
        try site.write(
            [
                "inner/action.yml": """
                runs:
                  using: composite
                  steps:
                    - { shell: bash, run: 'echo up; sleep 300' }
                    - { shell: bash, if: cancelled(), run: 'echo inner tidy' }
                """
            ],
            to: repository
        )
        try site.git("add", "-A", in: repository)
        try site.git("commit", "-q", "-m", "inner", in: repository)
        let ended = try cancelled(repository, at: "up")
        #expect(ended.log.contains("inner tidy") && ended.log.contains("outer tidy"), "\(ended.log)")
        #expect(!ended.log.contains("never"))
    }

    @Test("a row of a matrix that another one cancels cleans up inside, too")
    func failsFast() throws {
        let repository = try site.repository([
            "act/action.yml": """
            runs:
              using: composite
              steps:
                - { shell: bash, run: 'touch "$SIDE/up"; sleep 300' }
                - { shell: bash, if: always(), run: 'echo tidy' }
            """,
            ".github/workflows/w.yml": """
            on: push
            jobs:
              job:
                runs-on: ubuntu-latest
                strategy: { matrix: { n: [slow, fails] } }
                steps:
                  - uses: actions/checkout@v4
                  - { if: matrix.n == 'fails', run: 'until test -e "$SIDE/up"; do sleep 0.05; done; exit 1' }
                  - uses: ./act
            """,
        ])
        let ran = try site.flowrun(
            "trigger",
            "push",
            "--format",
            "json",
            "--max-parallel",
            "2",
            in: repository,
            environment: ["SIDE": site.folder]
        )
        #expect(ran.status == 1 && ran.log.contains("tidy"), "\(ran.everything)")
        #expect(site.leftovers().isEmpty)
    }

    @Test("a condition that has no value ends the action, and nothing of it runs after that")
    func breaksOff() throws {
        let repository = try repository(
            """
            - { shell: bash, run: 'echo first' }
            - { shell: bash, if: "fromJSON('{')", run: 'echo second' }
            - { shell: bash, if: always(), run: 'echo third' }
            """
        )
        let ended = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(ended.status == 1 && ended.log.contains("first"), "\(ended.everything)")
        #expect(!ended.log.contains("second") && !ended.log.contains("third"), "\(ended.log)")
    }
}
