import Foundation
import Testing

/// Background and parallel steps: what the conformance cases do not ask.
struct BackgroundTests {
    @Test func eachStepHasAWholeLogAndItsPlaceInTheOrder() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - { id: b, name: back, background: true, run: 'for i in $(seq 40); do echo "back $i"; sleep 0.02; done' }
                - { name: front, run: 'for i in $(seq 40); do echo "front $i"; sleep 0.02; done' }
                - { name: waits, wait: b }
                """
        )
        let run = try site.push(in: repository)
        #expect(run.status == 0, "\(run.everything)")
        let told = run.log
        let firstFront = try #require(told.firstIndex(of: "front 1"))
        let lastBack = try #require(told.lastIndex(of: "back 40"))
        #expect(firstFront < lastBack, "they run side by side")
        let record = try site.run(1, in: repository)
        let names = record["jobs"][0]["steps"].list.map { $0["name"].text }
        #expect(names == ["Set up job", "back", "front", "waits", "Complete job"])
        let logs = try site.flowrun("run", "logs", in: repository).output
        for name in ["back", "front"] {
            let whole = (1...40).map { "  \(name) \($0)\n" }.joined()
            #expect(logs.contains("job › \(name)\n\(whole)"), "\(logs)")
        }
    }

    @Test func waitingIsToldInGitHubsWords() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - { id: a, name: A, background: true, run: echo a }
                - { id: b, name: B, background: true, run: exit 1, continue-on-error: true }
                - wait: [a]
                - wait-all:
                - wait-all:
                - { id: c, name: C, background: true, run: 'echo running; sleep 60' }
                - run: sleep 0.3
                - cancel: c
                - { name: D, background: true, run: exit 3 }
                """
        )
        let run = try site.push(in: repository)
        #expect(run.status == 1, "\(run.everything)")
        let words = ["background step", "  A:", "  B:", "  C:", "  D:"]
        #expect(
            run.log.filter { line in words.contains { line.contains($0) } } == [
                "Waiting for background step(s) to complete: A", "Finished waiting for background step(s).",
                "  A: Succeeded",
                "Waiting for all background step(s) to complete: B",
                "Finished waiting for all background step(s).", "  B: Succeeded",
                "No background steps remaining to wait for.", "Finished waiting for all background step(s).",
                "Cancelling background step(s): C", "Finished cancelling background step(s).",
                "  C: Canceled",
                "Waiting for all background step(s) to complete: D",
                "Finished waiting for all background step(s).", "  D: Failed",
            ]
        )
    }

    @Test func tenRunAtATime() throws {
        let site = try Site()
        let steps = (1...13).map {
            "- { id: s\($0), background: true, run: 'touch \"$D/in-\($0)\"; ls \"$D\" | grep -c in- > \"$D/seen-\($0)\"; "
                + "sleep 0.4; rm \"$D/in-\($0)\"' }"
        }
        let repository = try site.repository(steps: (steps + ["- wait-all:"]).joined(separator: "\n"))
        let folder = "\(site.folder)/marks"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let run = try site.flowrun(
            "trigger",
            "push",
            "--format",
            "json",
            in: repository,
            environment: ["D": folder]
        )
        #expect(run.status == 0, "\(run.everything)")
        let seen = try (1...13).map {
            Int(try site.text(of: "\(folder)/seen-\($0)").trimmingCharacters(in: .whitespacesAndNewlines))
                ?? 0
        }
        #expect(seen.max() == 10, "\(seen)")
    }

    @Test func aCompositeBesideSeesItsOwnVariablesAndTheJobNoneYet() throws {
        let site = try Site()
        let repository = try site.repository([
            "act/action.yml": """
            name: act
            runs:
              using: composite
              steps:
                - { shell: bash, run: 'echo "INNER=1" >> "$GITHUB_ENV"; mkdir -p "$RUNNER_TEMP/x"; echo "$RUNNER_TEMP/x" >> "$GITHUB_PATH"' }
                - { shell: bash, run: 'echo "inside [$INNER] ${{ env.INNER }} ${PATH%%:*}"; until test -e "$GO"; do sleep 0.02; done' }
            """,
            ".github/workflows/w.yml": """
            on: push
            jobs:
              job:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v4
                  - { id: b, background: true, uses: ./act }
                  - run: sleep 0.5; echo "outside [$INNER]"; touch "$GO"
                  - wait: b
                  - run: echo "later [$INNER] ${PATH%%:*}"
            """,
        ])
        let run = try site.flowrun(
            "trigger",
            "push",
            "--format",
            "json",
            in: repository,
            environment: ["GO": "\(site.folder)/go"]
        )
        #expect(run.status == 0, "\(run.everything)")
        #expect(run.log.contains("outside []"))
        #expect(run.log.contains { $0.hasPrefix("inside [1] 1 ") && $0.hasSuffix("/x") }, "\(run.log)")
        #expect(run.log.contains { $0.hasPrefix("later [1] ") && $0.hasSuffix("/x") }, "\(run.log)")
    }

    @Test(arguments: [
        ("- { id: b, background: true, continue-on-error: true, run: exit 3 }\n- wait: b", "success"),
        ("- { id: b, background: true, run: exit 3 }\n- { wait: b, continue-on-error: true }", "failure"),
        ("- { id: b, background: true, run: exit 3 }\n- { run: sleep 0.5 }\n- cancel: b", "failure"),
        ("- { id: b, if: false, background: true, run: exit 3 }\n- wait: b", "success"),
        ("- parallel:\n    - run: exit 3\n    - run: echo two", "failure"),
    ])
    func whatAFailureComesTo(steps: String, conclusion: String) throws {
        let site = try Site()
        let repository = try site.repository(steps: steps)
        let run = try site.push(in: repository)
        #expect(run.runs.first?["conclusion"] as? String == conclusion, "\(run.everything)")
    }

    @Test func aStepThatIgnoresItsEndHoldsUpACancelForAWhileOnly() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - { id: s, name: stubborn, background: true, run: 'trap "" INT; echo up; while true; do sleep 0.1; done' }
                - { name: ready, run: sleep 1 }
                - { name: stops, cancel: s }
                - { name: after, run: 'echo "after ${{ steps.s.outcome }}"' }
                """
        )
        let begun = Date()
        let run = try site.push(in: repository)
        #expect(run.status == 0, "\(run.everything)")
        #expect(run.log.contains("after cancelled"))
        let taken = Date().timeIntervalSince(begun)
        #expect(taken > 8 && taken < 30, "\(taken)")
        #expect(run.steps["stubborn"] == "cancelled" && run.steps["stops"] == "success")
        #expect(site.leftovers().isEmpty)
    }

    @Test func aCancelledJobEndsWhatRunsBesideIt() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - { name: server, background: true, if: always(), run: 'echo up; exec sleep 600' }
                - { name: front, run: 'sleep 0.5; echo ready; exec sleep 600' }
                - { name: last, if: always(), run: echo last words }
                """
        )
        let running = try site.start(["trigger", "push", "--format", "json"], in: repository)
        try running.waitFor("\"line\":\"ready\"")
        running.signal(SIGINT)
        let run = try running.wait(seconds: 60)
        #expect(run.runs.first?["conclusion"] as? String == "cancelled", "\(run.everything)")
        #expect(run.steps["server"] == "cancelled" && run.steps["front"] == "cancelled")
        #expect(run.steps["last"] == "success" && run.log.contains("last words"))
        #expect(site.leftovers().isEmpty)
    }
}
