import Testing

@testable import Workflows

@Suite struct WorkflowFaultsTests {
    @Test func anUnknownKeyIsNamedWithWhatWasProbablyMeant() {
        let text = "on: push\njobs:\n  train:\n    runs-on: x\n    step: []\n"
        let reading = WorkflowReader.read(text, file: "w.yml")
        #expect(reading.value == nil)
        #expect(
            reading.errors.map(\.summary) == [
                "w.yml:5:5: error: unknown key 'step' in job 'train'; did you mean 'steps'? [unknown-key]"
            ]
        )
    }

    @Test func allFaultsAreReported() {
        let text = """
            on: [push, pushed]
            flavour: sweet
            jobs:
              a:
                runs-on: x
                speed: high
                env: [A]
                steps:
                  - run: echo
                    colour: red
              b: {}
            """
        #expect(
            faults(text) == [
                "1:12 unknown-event", "2:1 unknown-key", "6:5 unknown-key", "7:10 wrong-type",
                "10:9 unknown-key",
                "11:3 missing-key",
            ]
        )
    }

    @Test(arguments: [
        ("{}", ["1:1 missing-key", "1:1 missing-key"]), ("on: push", ["1:1 missing-key"]),
        ("on:\njobs: {a: {runs-on: x}}", ["1:4 empty-value"]), ("on: push\njobs: {}", ["2:7 no-jobs"]),
        ("- a", ["1:1 wrong-type"]),
        ("name: ${{ github.ref }}\non: push\njobs: {a: {runs-on: x}}", ["1:7 expression-not-allowed"]),
        ("on: push\nenv: { A: '${{ env.B }}' }\njobs: {a: {runs-on: x}}", ["2:16 expression"]),
        ("on: push\njobs: { '${{ 1 }}': {runs-on: x} }", ["2:9 expression-not-allowed"]),
    ])
    func theRootHasItsRules(text: String, expected: [String]) {
        #expect(faults(text) == expected)
    }

    @Test(arguments: [
        ("1st", "identifier"), ("-a", "identifier"), ("a.b", "identifier"), ("__a", "identifier"),
        (String(repeating: "a", count: 100), "identifier"), ("A", "duplicate-key"),
    ])
    func jobIdsAreChecked(id: String, code: String) {
        #expect(faults("on: push\njobs:\n  a: {runs-on: x}\n  \(id): {runs-on: x}\n") == ["4:3 \(code)"])
    }

    @Test(arguments: [
        ("a: {runs-on: x}\n  b: {runs-on: x, needs: [a, nowhere]}", ["4:30 unknown-need"]),
        ("a: {runs-on: x, needs: b}\n  b: {runs-on: x, needs: a}", ["3:26 needs-cycle"]),
        ("a: {runs-on: x, needs: A}", ["3:26 needs-cycle"]),
        (
            "s: {runs-on: x}\n  a: {runs-on: x, needs: [s, b]}\n  b: {runs-on: x, needs: a}",
            ["4:30 needs-cycle"]
        ),
        ("a: {runs-on: x}\n  b: {runs-on: x, needs: A}", []),
    ])
    func needsAreChecked(jobs: String, expected: [String]) {
        #expect(faults("on: push\njobs:\n  \(jobs)\n") == expected)
    }

    @Test(arguments: [
        ("steps: []", ["3:3 missing-key"]), ("runs-on: []", []), ("runs-on: ''", ["4:14 empty-value"]),
        ("runs-on: { group: asdf/g }", ["4:23 runner-group"]), ("runs-on: { group: ent/g, labels: x }", []),
        ("uses: ./w.yml\nruns-on: x", ["5:5 unknown-key"]), ("runs-on: x\nwith: {}", ["5:5 unknown-key"]),
        ("uses: ./w.yml@v1", ["4:11 uses-format"]), ("uses: a/b@v1", ["4:11 uses-format"]),
        ("uses: a/b/c.yml@v1\nsecrets: inherit\nwith: {x: 1}", []),
        ("uses: ./w.yml\nsecrets: all", ["5:14 wrong-type"]),
        ("runs-on: x\nif: env.A", ["5:9 expression"]), ("runs-on: x\nif: needs.b.result == 'success'", []),
        ("runs-on: x\nif: success('b') && failure()", []),
        ("runs-on: x\nname: ${{ hashFiles('x') }}", ["5:15 expression"]),
        ("runs-on: x\nenv: { A: '${{ steps.x }}' }", ["5:20 expression"]),
        ("runs-on: x\ntimeout-minutes: soon", ["5:22 wrong-type"]),
        ("runs-on: x\ntimeout-minutes: '5'", ["5:22 wrong-type"]),
        ("runs-on: x\ncontinue-on-error: ${{ matrix.x }}", []),
        ("runs-on: x\npermissions: read", ["5:18 permission"]),
        ("runs-on: x\npermissions: { id-token: read }", ["5:30 permission"]),
        ("runs-on: x\npermissions: { kitchen: read }", ["5:20 unknown-key"]),
        (
            "runs-on: x\nconcurrency: { queue: max, cancel-in-progress: true }",
            ["5:18 missing-key", "5:27 concurrency"]
        ),
        ("runs-on: x\nconcurrency: ''", []),
        ("runs-on: x\nsnapshot: { image-name: i, version: '1.2' }", ["5:41 snapshot-version"]),
        ("runs-on: x\nservices: { db: { image: '' } }", ["5:30 image"]),
        ("runs-on: x\nservices: { db: {} }", ["5:21 image"]),
        ("runs-on: x\ncontainer: { image: '' }", []),
        ("runs-on: x\ncontainer: { entrypoint: x }", ["5:18 unknown-key"]),
        ("runs-on: x\ncontainer: { image: i, credentials: { password: '${{ secrets.P }}' } }", []),
        ("runs-on: x\ndefaults: { run: { shell: '${{ matrix.s }}' } }", []),
        ("runs-on: x\nenv:", ["5:9 wrong-type"]),
    ])
    func theKeysOfJobsAreChecked(keys: String, expected: [String]) {
        #expect(faults(workflow(job: keys)) == expected)
    }

    @Test(arguments: [
        ("{ v: [] }", ["6:20 matrix"]), ("{ v: x }", ["6:20 wrong-type"]), ("{}", ["6:15 matrix"]),
        ("{ include: [] }", ["6:15 matrix"]),
        ("{ include: [ {} ] }", ["6:28 matrix"]), ("{ v: [1], exclude: [ { w: 1 } ] }", ["6:38 matrix"]),
        ("{ v: '${{ fromJSON(inputs.v) }}', exclude: [ { w: 1 } ] }", []),
        ("${{ fromJSON(needs.b.outputs.m) }}", []),
        ("{ v: [1], V: [2] }", ["6:25 duplicate-key"]), ("{ v: ['${{ matrix.x }}'] }", ["6:26 expression"]),
    ])
    func matricesAreChecked(matrix: String, expected: [String]) {
        #expect(faults(workflow(job: "runs-on: x\nstrategy:\n  matrix: \(matrix)")) == expected)
    }

    @Test(arguments: [
        ("- run: a\n  uses: b/c@d", ["7:9 unknown-key"]), ("- name: a", ["6:9 step-kind"]),
        ("- {}", ["6:9 step-kind"]),
        ("- Run: a", ["6:9 step-kind", "6:9 unknown-key"]), ("- uses: checkout", ["6:15 uses-format"]),
        ("- uses: ./${{ github.job }}", ["6:15 expression-not-allowed"]),
        ("- uses: a/b@c\n  working-directory: x", ["7:9 unknown-key"]),
        ("- { id: same, run: a }\n- { id: SAME, run: b }", ["7:15 duplicate-id"]),
        ("- { id: 1st, run: a }", ["6:15 identifier"]),
        ("- if: secrets.K\n  run: a", ["6:13 expression"]),
        ("- if: ${{ success('a') }}\n  run: a", ["6:17 expression"]),
        ("- run: echo ${{ success() }}", ["6:23 expression"]), ("- run: echo ${{ }}", ["6:19 expression"]),
        ("- run: echo ${{ github.sha", ["6:19 expression"]),
        ("- run: |\n    echo\n    echo ${{ nope }}", ["8:20 expression"]),
        ("- run: a\n  continue-on-error: often", ["7:28 wrong-type"]),
        ("- run: a\n  env: { A: { B: c } }", ["7:19 wrong-type"]),
        ("- { id: b, background: true, run: a }\n- wait: b\n- cancel: [b]", ["8:17 wrong-type"]),
        ("- { id: b, run: a }\n- wait: b", ["7:15 wait-target"]),
        ("- wait: later\n- { id: later, background: true, run: a }", ["6:15 wait-target"]),
        ("- wait-all: false", ["6:19 wrong-type"]), ("- wait-all:", []),
        ("- parallel: [ { parallel: [] } ]", ["6:23 step-kind"]),
        ("- parallel: [ { run: a, background: true } ]", ["6:31 unknown-key"]),
        ("- parallel: [ { run: a }, { uses: a/b@c } ]", []),
        ("- run: a\n  shell: ${{ matrix.shell }}", []),
    ])
    func stepsAreChecked(steps: String, expected: [String]) {
        #expect(faults(workflow(steps: steps)) == expected)
    }

    @Test func aLongScriptMayHoldNoExpression() {
        let long = String(repeating: "x", count: 21_000)
        #expect(faults(workflow(steps: "- run: \(long)")) == [])
        #expect(faults(workflow(steps: "- run: \(long) ${{ github.sha }}")) == ["6:14 expression"])
    }

    @Test func aFaultInAnAnchorIsReportedOnceAtItsPlace() {
        let text =
            "on: push\nx: 1\njobs:\n  a: &a { runs-on: x, env: &e { A: '${{ nope }}' } }\n  b: { runs-on: x, env: *e }\n"
        #expect(faults(text) == ["2:1 unknown-key", "4:41 expression"])
    }
}
