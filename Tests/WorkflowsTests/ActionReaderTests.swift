import Testing
import YAML

@testable import Workflows

@Suite struct ActionReaderTests {
    private func faults(_ text: String) -> [String] {
        ActionReader.read(text, file: "action.yml").errors.map {
            "\($0.location.line):\($0.location.column) \($0.code)"
        }
    }

    @Test func aCompositeActionIsRead() throws {
        let text = """
            name: n
            author: a
            branding: { icon: zap, color: blue }
            inputs:
              who: { description: d, required: 'true', default: Ann, type: whatever }
              flag: { default: false, deprecationMessage: old }
              bare:
            outputs:
              o: { value: '${{ steps.s.outputs.o }}' }
            runs:
              using: composite
              steps:
                - { id: s, if: '${{ inputs.flag }}', shell: bash, run: 'echo ${{ inputs.who }}' }
                - uses: a/b@v1
            """
        let reading = ActionReader.read(text, file: "action.yml")
        let manifest = try #require(reading.value, "\(reading.diagnostics)")
        #expect(reading.diagnostics.isEmpty)
        #expect(manifest.inputs.map(\.name) == ["who", "flag", "bare"])
        #expect(manifest.inputs.map(\.isRequired) == [true, false, false])
        #expect(manifest.inputs[1].defaultValue?.literalText == "false")
        #expect(manifest.inputs[1].deprecationMessage == "old")
        guard case .composite(let steps) = manifest.runs else {
            Issue.record("it is no composite action")
            return
        }
        #expect(steps.map(\.id) == ["s", "__a_b"])
    }

    @Test func aJavaScriptActionIsRead() throws {
        let text = "name: n\nruns: { using: node20, main: m.js, post: p.js, post-if: success() }\n"
        let manifest = try #require(ActionReader.read(text, file: "action.yml").value)
        guard case .javascript(let using, let main, let pre, _, let post, let postIf) = manifest.runs else {
            Issue.record("it is no JavaScript action")
            return
        }
        #expect([using, main, pre, post] == ["node20", "m.js", nil, "p.js"])
        #expect(postIf?.source == "success()")
    }

    @Test func aContainerActionIsRead() {
        let text =
            "name: n\nruns: { using: docker, image: Dockerfile, args: ['${{ inputs.x }}'], env: { A: b } }\n"
        #expect(faults(text) == [])
    }

    @Test func whatTheRunnerOverlooksIsAWarning() {
        let reading = ActionReader.read(
            "flavour: x\nruns: { using: composite, steps: [] }\n",
            file: "action.yml"
        )
        #expect(reading.value != nil)
        #expect(reading.diagnostics.map(\.code).sorted() == ["missing-key", "unknown-key"])
    }

    @Test(arguments: [
        ("name: n", ["1:1 missing-key"]), ("name: n\nruns: {}", ["2:7 missing-key"]),
        ("name: n\nruns: { using: cobol }", ["2:16 unknown-using"]),
        ("name: n\nruns: { using: node20 }", ["2:7 missing-key"]),
        ("name: n\nruns: { using: composite, steps: [ { run: x } ] }", ["2:36 missing-key"]),
        (
            "name: n\nruns: { using: composite, steps: [ { run: x, shell: sh, background: true } ] }",
            ["2:57 unknown-key"]
        ),
        (
            "name: n\nruns: { using: composite, steps: [ { run: '${{ secrets.x }}', shell: sh } ] }",
            ["2:48 expression"]
        ),
        ("name: n\nruns: { using: composite, main: x, steps: [] }", ["2:27 unknown-key"]),
        ("name: n\nruns: { using: docker, image: x, args: ['${{ github.x }}'] }", ["2:46 expression"]),
    ])
    func manifestsAreChecked(text: String, expected: [String]) {
        #expect(faults(text) == expected)
    }
}
