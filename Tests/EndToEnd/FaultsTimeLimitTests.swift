import Foundation
import Testing

/// What takes longer than its workflow lets it; a minute is the least that GitHub knows.
struct FaultsTimeLimitTests {
    private func run(_ workflow: String, _ files: [String: String] = [:]) throws -> SiteResult {
        let site = try Site()
        let repository = try site.repository(files.merging([".github/workflows/w.yml": workflow]) { $1 })
        let start = Date()
        let ran = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        let seconds = Date().timeIntervalSince(start)
        #expect(seconds >= 60 && seconds < 100, "\(seconds) s")
        #expect(site.leftovers().isEmpty)
        return ran
    }

    private func annotations(_ ran: SiteResult) -> [String] {
        ran.events.filter { $0["event"] as? String == "annotation" }.compactMap { $0["message"] as? String }
    }

    @Test("B8: a step that takes longer than its minutes fails, and the next ones decide for themselves")
    func step() throws {
        let ran = try run(
            """
            on: push
            jobs:
              a:
                runs-on: ubuntu-latest
                steps:
                  - { name: slow, timeout-minutes: 1, run: 'echo begun; sleep 300' }
                  - { name: never, run: 'echo never' }
                  - { name: after, if: failure(), run: 'echo afterwards' }
            """
        )
        #expect(ran.status == 1 && ran.steps["slow"] == "failure" && ran.steps["never"] == "skipped")
        #expect(ran.log.contains("begun") && ran.log.contains("afterwards"))
        #expect(
            annotations(ran).contains("The action 'slow' has timed out after 1 minutes."),
            "\(annotations(ran))"
        )
    }

    @Test("B8: a job that takes longer than its minutes is cancelled, and cleans up")
    func job() throws {
        let ran = try run(
            """
            on: push
            jobs:
              a:
                runs-on: ubuntu-latest
                timeout-minutes: 1
                steps:
                  - { name: slow, run: 'sleep 300' }
                  - { name: after, if: always(), run: 'echo afterwards' }
            """
        )
        #expect(ran.status == 1 && ran.steps["slow"] == "cancelled" && ran.log.contains("afterwards"))
        let told = annotations(ran)
        #expect(
            told.contains { $0.contains("has exceeded the maximum execution time of 1 minutes") },
            "\(told)"
        )
    }

    @Test("B8: the time of a step that uses a composite action ends what runs inside")
    func composite() throws {
        let ran = try run(
            """
            on: push
            jobs:
              a:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v4
                  - { name: around, timeout-minutes: 1, uses: ./act }
                  - { name: after, if: failure(), run: 'echo afterwards' }
            """,
            [
                "act/action.yml": """
                runs:
                  using: composite
                  steps:
                    - { shell: bash, run: 'echo begun; sleep 300' }
                    - { shell: bash, run: 'echo never' }
                """
            ]
        )
        #expect(ran.status == 1 && ran.steps["around"] == "failure", "\(ran.steps)")
        #expect(ran.log.contains("begun") && ran.log.contains("afterwards") && !ran.log.contains("never"))
    }
}
