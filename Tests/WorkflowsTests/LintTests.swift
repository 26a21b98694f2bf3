import Testing
import YAML

@testable import Workflows

@Suite struct LintTests {
    private func warnings(_ text: String) -> [String] {
        lint(text, file: "w.yml").map {
            "\($0.location.line):\($0.location.column) \($0.severity.rawValue) \($0.code)"
        }
    }

    @Test(arguments: [
        ("- { shell: perl, run: x }", ["6:18 warning shell"]),
        ("- { shell: 'perl {0}', run: x }", []),
        ("- { shell: perl, run: x } # flowrun: ignore[shell]", []),
        ("# flowrun: ignore[shell, x]\n- { shell: perl, run: x }", []),
        ("- { shell: perl, run: x } # flowrun: ignore[other]", ["6:18 warning shell"]),
        (
            "- { steps: 1 } # flowrun: ignore[step-kind, unknown-key]",
            ["6:9 error step-kind", "6:11 error unknown-key"]
        ),
    ])
    func commentsSilenceWarningsButNoFaults(steps: String, expected: [String]) {
        #expect(warnings(workflow(steps: steps)) == expected)
    }

    @Test func theFilesNameTellsActionsFromWorkflows() {
        let action =
            "name: n\nruns: { using: composite, steps: [ { run: x, shell: '${{ inputs.no }}' } ] }\n"
        #expect(lint(action, file: "some/action.yaml").map(\.code) == ["unknown-property"])
        #expect(!lint(action, file: "w.yml").filter { $0.severity == .error }.isEmpty)
    }
}

@Suite struct CalledWorkflowsTests {
    private func faults(_ caller: String, _ called: [String: String]) -> [String] {
        lint(caller, file: "w.yml") { uses in
            guard uses.hasPrefix("./") else { return .elsewhere }
            let name = String(uses.dropFirst(2))
            return called[name].map { .found(WorkflowReader.read($0, file: name)) } ?? .missing
        }.filter { $0.severity == .error }.map { "\($0.location.file):\($0.location.line) \($0.code)" }
    }

    private func caller(_ keys: String) -> String {
        "on: push\njobs:\n  c:\n    uses: ./c.yml\n    \(keys)\n"
    }

    private static let called = """
        on: { workflow_call: { inputs: { n: { type: number, required: true } }, secrets: { S: { required: true } } } }
        jobs: { x: { runs-on: x, permissions: { contents: write }, steps: [ { run: x } ] } }
        """

    @Test(arguments: [
        ("{ with: { n: 1 }, secrets: inherit }", []),
        ("{ with: { N: 1 }, secrets: { s: '${{ secrets.S }}' } }", []),
        ("{ with: { n: '${{ github.x }}' }, secrets: inherit }", []),
        ("{ secrets: inherit }", ["w.yml:4 call-input"]),
        ("{ with: { n: many }, secrets: inherit }", ["w.yml:4 call-input"]),
        ("{ with: { n: 1, m: 2 }, secrets: inherit }", ["w.yml:4 call-input"]),
        ("{ with: { n: 1 } }", ["w.yml:4 call-secret"]),
        ("{ with: { n: 1 }, secrets: { S: a, T: b } }", ["w.yml:4 call-secret"]),
        (
            "{ with: { n: 1 }, secrets: inherit, permissions: { contents: read } }",
            ["w.yml:4 call-permissions"]
        ),
        ("{ with: { n: 1 }, secrets: inherit, permissions: write-all }", []),
    ])
    func callsAreCheckedAgainstWhatTheyCall(keys: String, expected: [String]) {
        let job = keys.dropFirst(1).dropLast(1)
        #expect(
            faults("on: push\njobs:\n  c: {\n    uses: ./c.yml, \(job)}\n", ["c.yml": Self.called])
                == expected
        )
    }

    @Test func aFetchedWorkflowCallsByPathsOfItsOwn() {
        let leaf = "on: workflow_call\njobs: { x: { runs-on: x, steps: [ { run: x } ] } }\n"
        let middle = "on: workflow_call\njobs: { m: { uses: ./c.yml } }\n"
        let first = "on: workflow_call\njobs: { o: { uses: o/r/m.yml@v1 } }\n"
        /// `./c.yml` is the first file here and `theirs` there.
        func faults(theirs: String) -> [String] {
            let there = CalledWorkflows(home: "o/r@v1") { uses in
                uses == "./c.yml" ? .found(WorkflowReader.read(theirs, file: "theirs")) : .missing
            }
            let here = CalledWorkflows { uses in
                uses == "o/r/m.yml@v1"
                    ? .fetched(WorkflowReader.read(middle, file: "m"), calls: there)
                    : .found(WorkflowReader.read(first, file: "c"))
            }
            let caller = WorkflowReader.read(caller(""), file: "w.yml").value
            return caller.map { here.faults(of: $0) }?.map { "\($0.location.file) \($0.code)" } ?? []
        }
        #expect(faults(theirs: leaf) == [], "files of two repositories with one path are no circle")
        #expect(faults(theirs: middle) == ["theirs call-cycle"])
        let lost = middle.replacing("./c.yml", with: "./d.yml")
        #expect(faults(theirs: lost) == ["theirs call-missing"])
    }

    @Test func aRunCallsFiftyFilesAtMost() {
        let leaf = "on: workflow_call\njobs: { x: { runs-on: x, steps: [ { run: x } ] } }\n"
        func codes(_ count: Int) -> [String] {
            let calls = (1...count).flatMap { [("a\($0)", $0), ("b\($0)", $0)] }
            let jobs = calls.map { "  \($0): { uses: ./\($1).yml }\n" }.joined()
            let finder = CalledWorkflows { .found(WorkflowReader.read(leaf, file: $0)) }
            let caller = WorkflowReader.read("on: push\njobs:\n\(jobs)", file: "w.yml").value
            return caller.map { finder.faults(of: $0).map(\.code) } ?? []
        }
        #expect(codes(50) == [])
        #expect(codes(51) == ["call-count", "call-count"])
    }

    @Test func faultsFarDownTheChainAreFound() {
        let middle = "on: workflow_call\njobs: { m: { uses: ./d.yml } }\n"
        #expect(
            faults(caller(""), ["c.yml": middle, "d.yml": "on: workflow_call\njobs: { x: { run-on: x } }"])
                == ["d.yml:2 missing-key", "d.yml:2 unknown-key"]
        )
        #expect(faults(caller(""), ["c.yml": middle]) == ["c.yml:2 call-missing"])
        #expect(
            faults(caller(""), ["c.yml": middle, "d.yml": "on: push\njobs: { x: { runs-on: x } }"]) == [
                "c.yml:2 call-trigger"
            ]
        )
    }

    @Test func aWorkflowThatCallsItselfIsAFault() {
        #expect(
            faults(caller(""), ["c.yml": "on: workflow_call\njobs: { m: { uses: ./c.yml } }"]) == [
                "c.yml:2 call-cycle"
            ]
        )
    }

    @Test func aWorkflowOfAnotherRepositoryIsTakenOnTrust() {
        #expect(faults("on: push\njobs: { c: { uses: o/r/.github/workflows/x.yml@v1 } }", [:]) == [])
    }
}
