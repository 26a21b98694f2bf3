import Foundation
import Testing

/// The options of `run list`, `view`, `logs` and `download` that people know from `gh`.
struct RunOptionsTests {
    private let site: Site
    private let repository: String

    /// A run whose first attempt has failed in `b`, and whose second has too.
    init() throws {
        site = try Site()
        repository = try site.repository([
            ".github/workflows/my-ci.yml": """
            name: Nightly Training
            on: push
            jobs:
              a:
                runs-on: ubuntu-latest
                steps:
                  - run: echo of a; for n in log-1 log-2 model; do mkdir $n; echo $n > $n/$n.txt; done
                  - { uses: actions/upload-artifact@v4, with: { name: log-1, path: log-1 } }
                  - { uses: actions/upload-artifact@v4, with: { name: log-2, path: log-2 } }
                  - { uses: actions/upload-artifact@v4, with: { name: model, path: model } }
              b:
                needs: a
                name: Second one
                runs-on: ubuntu-latest
                steps: [ { run: 'echo attempt ${{ github.run_attempt }}; exit 1' } ]
            """
        ])
        #expect(try site.flowrun("trigger", "push", in: repository).status == 1)
        #expect(try site.flowrun("run", "rerun", "1", "--failed", in: repository).status == 1)
    }

    private func flowrun(_ words: String...) throws -> SiteResult {
        try site.start(["run"] + words, in: repository).wait()
    }

    @Test(
        "a workflow is found by its name and file as everywhere",
        arguments: [
            "nightly-training", "Nightly Training", "my_ci", "MY-CI.yml", ".github/workflows/my-ci.yml",
        ]
    )
    func workflowNames(_ name: String) throws {
        let listed = try JSON(try flowrun("list", "--json", "-w", name).output).list
        #expect(listed.count == 2)
    }

    @Test("what a filter cannot mean is refused, with what it can")
    func refusals() throws {
        let unknown = try flowrun("list", "-w", "nothing")
        #expect(unknown.status == 2, "\(unknown.everything)")
        #expect(unknown.errors.contains("there is no workflow `nothing`; there is"), "\(unknown.errors)")
        let state = try flowrun("list", "-s", "failed")
        #expect(state.status == 64 && state.errors.contains("timed_out") && state.errors.contains("run list"))
        #expect(try flowrun("list", "-L", "0").status == 64)
        #expect(try flowrun("list", "--created", "2026-13-01").status == 64)
        let none = try flowrun("list", "-b", "other")
        #expect(none.status == 0 && none.errors == "no runs of this kind\n", "\(none.everything)")
    }

    @Test("the states and times that gh knows are understood")
    func states() throws {
        for state in ["failure", "completed"] {
            #expect(try JSON(try flowrun("list", "--json", "-s", state).output).list.count == 2, "\(state)")
        }
        for state in ["waiting", "pending", "requested", "stale", "startup_failure", "success"] {
            #expect(try flowrun("list", "--json", "-s", state).output == "[]\n", "\(state)")
        }
        for (span, count) in [
            (">2026-01-01T00:00:00Z", 2), ("<2026-01-01T00:00:00Z", 0), ("2026-01-01T00:00:00+02:00..*", 2),
        ] {
            #expect(
                try JSON(try flowrun("list", "--json", "--created", span).output).list.count == count,
                "\(span)"
            )
        }
    }

    @Test("--json prints the fields that are named, and all where it stands alone")
    func fields() throws {
        #expect(
            try flowrun("list", "--json", "id,conclusion,head_branch", "-L", "1").output
                == #"[{"conclusion":"failure","head_branch":"main","id":2}]"# + "\n"
        )
        #expect(
            try flowrun("view", "1", "--json", "status,parent_run_id").output
                == #"{"parent_run_id":null,"status":"completed"}"# + "\n"
        )
        #expect(try flowrun("view", "--json", "1").output == (try flowrun("view", "1", "--json").output))
        #expect(try JSON(try flowrun("view", "--json").output)["id"].int == 2)
        for words in [["list", "--json", "id,nonsense"], ["view", "1", "--json", "nonsense"]] {
            let refused = try site.start(["run"] + words, in: repository).wait()
            #expect(refused.status == 64, "\(refused.everything)")
            #expect(refused.errors.contains("no field `nonsense`; it has completed_at, conclusion"))
        }
    }

    @Test("a run's view shows one attempt, one job, and ends as the run where that is wanted")
    func view() throws {
        #expect(
            try flowrun("view", "2", "--attempt", "1", "--log", "--job", "b").output.contains("attempt 1")
        )
        #expect(try flowrun("view", "1", "-a", "2", "--log-failed").output.contains("attempt 2"))
        let missing = try flowrun("view", "1", "-a", "9")
        #expect(missing.status == 2 && missing.errors == "error: run 1 has no attempt 9; it has 1, 2\n")
        let job = try flowrun("view", "1", "--job", "Second one")
        #expect(job.output.contains("Second one") && !job.output.contains("log-1"), "\(job.output)")
        for words in [["view", "1", "--job", "c"], ["logs", "1", "--job", "c"]] {
            let refused = try site.start(["run"] + words, in: repository).wait()
            #expect(refused.status == 2, "\(refused.everything)")
            #expect(refused.errors == "error: run 1 has no job `c`; it has `a`, `Second one`\n")
        }
        #expect(try flowrun("view", "1").status == 0)
        #expect(try flowrun("view", "1", "--exit-status").status == 1)
        #expect(try flowrun("watch", "1", "--exit-status").status == 1)
    }

    @Test("an event that there is not is an error, with the nearest")
    func unknownEvent() throws {
        let ran = try site.flowrun("trigger", "psuh", in: repository)
        #expect(ran.status == 2, "\(ran.everything)")
        #expect(ran.errors == "error: there is no event `psuh`; did you mean `push`?\n", "\(ran.errors)")
    }

    @Test(
        "what is run again in part is not handed over, and says so",
        arguments: [["rerun", "--failed"], ["rerun", "--job", "b"], ["resume"]]
    )
    func noDetach(_ words: [String]) throws {
        let ran = try site.start(["run"] + words + ["1", "--detach"], in: repository).wait()
        #expect(ran.status == 64 && ran.errors.contains("--detach"), "\(ran.everything)")
        #expect(try JSON(try flowrun("list", "--json").output).list.count == 2)
    }

    @Test("a variable's value may be given as gh takes it")
    func variableBody() throws {
        #expect(try site.flowrun("variable", "set", "REGION", "--body", "west", in: repository).status == 0)
        #expect(try site.flowrun("variable", "get", "REGION", in: repository).output == "west\n")
        let both = try site.flowrun("variable", "set", "REGION", "east", "-b", "west", in: repository)
        #expect(both.status == 64, "\(both.everything)")
    }

    @Test("artifacts are unpacked by their names and by patterns")
    func download() throws {
        let folder = "\(site.folder)/out"
        func found() -> [String] { site.names(under: folder) }
        #expect(try flowrun("download", "1", "-p", "log-*", "-D", folder).status == 0)
        #expect(found() == ["log-1/log-1.txt", "log-2/log-2.txt"])
        #expect(try flowrun("download", "1", "-n", "model", "-D", folder).status == 0)
        #expect(found() == ["log-1/log-1.txt", "log-2/log-2.txt", "model.txt"])
        let both = "\(site.folder)/both"
        #expect(try flowrun("download", "1", "-n", "model", "-n", "log-1", "-D", both).status == 0)
        #expect(site.names(under: both) == ["log-1/log-1.txt", "model/model.txt"])
        let none = try flowrun("download", "1", "-p", "nothing*", "-D", folder)
        #expect(none.status == 2 && none.errors.contains("no artifacts whose names fit `nothing*`"))
    }
}

extension Site {
    /// The files under a folder, as paths from there, sorted.
    fileprivate func names(under folder: String) -> [String] {
        let all = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return all.filter { $0.hasSuffix(".txt") }.sorted()
    }
}
