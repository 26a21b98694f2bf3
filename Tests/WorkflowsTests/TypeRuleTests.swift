import Testing
import YAML

@testable import Workflows

/// Expressions against what their file says of the contexts.
@Suite struct TypeRuleTests {
    private func found(_ text: String, actions: @escaping ActionFinder = { _ in nil }) -> [String] {
        lint(text, file: "w.yml", actions: actions).filter {
            ["unknown-property", "type-mismatch"].contains($0.code)
        }
        .map { "\($0.location.line):\($0.location.column)+\($0.length) \($0.code)" }
    }

    @Test(arguments: [
        ("- run: echo ${{ github.evnt }}", ["6:30+4 unknown-property"]),
        ("- run: |\n    echo\n    echo ${{ github.evnt }}", ["8:27+4 unknown-property"]),
        ("- run: echo ${{ steps.x.outputs.y }}", ["6:29+1 unknown-property"]),
        ("- { id: x, run: a }\n- run: echo ${{ steps.x.outputs.y }}", []),
        ("- run: echo ${{ steps.x.outputs.y }}\n- { id: x, run: a }", ["6:23+17 unknown-property"]),
        ("- { id: x, run: a }\n- run: echo ${{ steps.x.output }}", ["7:31+6 unknown-property"]),
        (
            "- { id: c, uses: actions/checkout@v4 }\n- run: echo ${{ steps.c.outputs.nope }}",
            ["7:39+4 unknown-property"]
        ),
        ("- { id: c, uses: actions/checkout@v4 }\n- run: echo ${{ steps.c.outputs.commit }}", []),
        ("- { id: c, uses: some/thing@v4 }\n- run: echo ${{ steps.c.outputs.any }}", []),
        ("- run: echo ${{ matrix.os }}", ["6:30+2 unknown-property"]),
        ("- run: echo ${{ needs.other.result }}", ["6:29+5 unknown-property"]),
        ("- run: echo ${{ inputs.x }}", ["6:30+1 unknown-property"]),
        ("- run: echo ${{ env.ANY }} ${{ vars.ANY }} ${{ secrets.ANY }}", []),
        ("- run: echo ${{ github.event }}", []),
        ("- run: echo ${{ github }}", ["6:23+6 type-mismatch"]),
        ("- if: github.event.issue && runner.so == 'Linux'\n  run: a", ["6:42+2 unknown-property"]),
        ("- { run: a, timeout-minutes: '${{ vars.MINUTES }}' }", ["6:36+21 type-mismatch"]),
        ("- { run: a, timeout-minutes: '${{ fromJSON(vars.MINUTES) }}' }", []),
        ("- { run: a, continue-on-error: '${{ env.SOFT }}' }", ["6:38+17 type-mismatch"]),
        ("- { run: a, continue-on-error: \"${{ env.SOFT == 'y' }}\" }", []),
        ("- { run: 'echo ${{ job.services.db.id }}' }", ["6:39+2 unknown-property"]),
    ])
    func stepsAreChecked(steps: String, expected: [String]) {
        #expect(found(workflow(steps: steps)) == expected)
    }

    @Test(arguments: [
        ("[ { os: a }, { ps: 1 } ]", "matrix: { include: &R }", "matrix.os, matrix.ps", []),
        ("[a, b]", "matrix: { os: &R }", "matrix.so", ["so"]),
        ("${{ fromJSON(vars.R) }}", "matrix: { os: &R }", "matrix.os", []),
        ("${{ fromJSON(vars.R) }}", "matrix: { include: &R }", "matrix.any", []),
        ("${{ fromJSON(vars.R) }}", "matrix: &R", "matrix.any", []),
        ("[ { name: x } ]", "matrix: { os: &R }", "matrix.os.nam", ["nam"]),
    ])
    func rowsOfAMatrixAreKnown(rows: String, strategy: String, names: String, expected: [String]) {
        let text = strategy.replacing("&R", with: rows)
        let echo = names.split(separator: ", ").map { "${{ \($0) }}" }.joined()
        let source = workflow(job: "runs-on: x\nstrategy: { \(text) }\nsteps:\n  - run: echo \(echo)")
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        let marked = lint(source, file: "w.yml").filter { $0.code == "unknown-property" }.map {
            String(lines[$0.location.line - 1].dropFirst($0.location.column - 1).prefix($0.length))
        }
        #expect(marked == expected)
    }

    @Test func outputsOfJobsAreKnownWhereTheyAreNeeded() {
        let text = """
            on: push
            jobs:
              a:
                runs-on: x
                outputs: { model: '${{ steps.s.outputs.m }}' }
                steps: [ { id: s, run: x } ]
              b:
                runs-on: x
                needs: a
                if: needs.a.outputs.model && needs.a.outputs.modle
                steps: [ { run: 'echo ${{ needs.a.output }}' } ]
            """
        #expect(found(text) == ["10:50+5 unknown-property", "11:39+6 unknown-property"])
    }

    @Test(arguments: [
        ("inputs.flag == 'true'", ["==".count]), ("inputs.flag", []),
        ("github.event.inputs.flag == 'true'", []),
        ("inputs.falg", [4]), ("github.event.inputs.nope", [4]),
    ])
    func dispatchInputsHaveTypes(condition: String, lengths: [Int]) {
        let text = """
            on: { workflow_dispatch: { inputs: { flag: { type: boolean } } } }
            jobs: { a: { runs-on: x, steps: [ { run: x, if: "\(condition)" } ] } }
            """
        #expect(lint(text, file: "w.yml").filter { $0.severity == .warning }.map(\.length) == lengths)
    }

    @Test func outputsOfLocalActionsAreRead() {
        let manifest = ActionReader.read(
            "name: n\noutputs: { good: { value: x } }\nruns: { using: composite, steps: [] }",
            file: "act/action.yml"
        )
        let steps =
            "- { id: l, uses: ./act }\n- run: echo ${{ steps.l.outputs.good }}${{ steps.l.outputs.bad }}"
        #expect(found(workflow(steps: steps)) { $0 == "act" ? manifest : nil } == ["7:66+3 unknown-property"])
    }

    @Test(arguments: [
        ("node20\n  main: a.js\n  pre: b.js\n  pre-if: runner.so == 'Linux'", ["unknown-property 7:18+2"]),
        ("node20\n  main: a.js\n  post: b.js\n  post-if: success() && inputs.z", ["unknown-property 7:32+1"]),
        ("node20\n  main: a.js\n  post: b.js\n  post-if: github.event.x && job.status == inputs.a", []),
        ("node20\n  main: a.js\n  post: b.js\n  post-if: steps.x.outputs.y", ["expression 7:12+5"]),
        ("node20\n  main: a.js\n  post: b.js\n  post-if: secrets.T == ''", ["expression 7:12+7"]),
        (
            "docker\n  image: Dockerfile\n  pre-entrypoint: a\n  pre-if: runner.oss",
            ["unknown-property 7:18+3"]
        ),
    ])
    func hooksOfActionsAreChecked(runs: String, expected: [String]) {
        let text = "name: x\ninputs: { a: {} }\nruns:\n  using: \(runs)\n"
        let found = lint(text, file: "action.yml").map {
            "\($0.code) \($0.location.line):\($0.location.column)+\($0.length)"
        }
        #expect(found == expected)
    }

    @Test func theConditionOfASnapshotIsChecked() {
        let text = workflow(
            job: """
                runs-on: x
                snapshot: { image-name: a, if: "github.evnt == 'push' && steps.s.outputs.v" }
                steps: [ { id: s, run: e } ]
                """
        )
        #expect(found(text).map { $0.split(separator: " ").last } == ["unknown-property"])
        let secret = text.replacing("github.evnt", with: "secrets.x")
        #expect(lint(secret, file: "w.yml").map(\.code) == ["expression"])
    }
}
