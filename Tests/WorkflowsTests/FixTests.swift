import Testing
import YAML

@testable import Workflows

/// Faults that mend themselves.
@Suite struct FixTests {
    private func mended(_ text: String) -> String {
        applying(lint(text, file: "w.yml", notes: true).compactMap(\.fix), to: text)
    }

    @Test(arguments: [
        ("- { run: a, timeout-minutes: '5' } # five", "- { run: a, timeout-minutes: 5 } # five"),
        ("- { run: a, continue-on-error: \"true\" }", "- { run: a, continue-on-error: true }"),
        ("- { run: a, continue-on-error: \"often\" }", "- { run: a, continue-on-error: \"often\" }"),
        ("- { rnu: a }", "- { rnu: a }"),
        ("- { run: a, timeout_minutes: 5 }", "- { run: a, timeout-minutes: 5 }"),
        ("- { run: a, Name: b }", "- { run: a, name: b }"),
        ("- { run: a, name: c, nme: b }", "- { run: a, name: c, nme: b }"),
        (
            "- run: |\n    x\n    echo \"::set-output name=a::$B\"",
            "- run: |\n    x\n    echo \"a=$B\" >> \"$GITHUB_OUTPUT\""
        ),
        ("- run: echo '::save-state name=a::b'", "- run: echo 'a=b' >> \"$GITHUB_STATE\""),
        ("- run: x && echo \"::set-output name=a::b\"", "- run: x && echo \"::set-output name=a::b\""),
        ("- if: ${{ github.ref }} == 'x'\n  run: a", "- if: github.ref == 'x'\n  run: a"),
        ("- run: x ${{ github.ref == \"a b\" }}", "- run: x ${{ github.ref == 'a b' }}"),
        ("- if: github.ref == \"a\"\n  run: x", "- if: github.ref == 'a'\n  run: x"),
        ("- if: github.ref == \"it's\"\n  run: x", "- if: github.ref == \"it's\"\n  run: x"),
        ("- if: ${{ github.ref }} is x\n  run: a", "- if: ${{ github.ref }} is x\n  run: a"),
        (
            "- uses: actions/checkout@v4\n  with: { fetch_depth: 0 }",
            "- uses: actions/checkout@v4\n  with: { fetch-depth: 0 }"
        ),
    ])
    func onlyWhatIsCertainIsChanged(steps: String, expected: String) {
        #expect(mended(workflow(steps: steps)) == workflow(steps: expected))
    }

    @Test func theRestOfTheFileStaysAsItIs() {
        let text =
            "\u{FEFF}on: pussh  # é\r\njobs: # all\r\n  a:\r\n    runs_on:   x\r\n    steps: [ {run: a} ]\r\n"
        let expected =
            "\u{FEFF}on: push  # é\r\njobs: # all\r\n  a:\r\n    runs-on:   x\r\n    steps: [ {run: a} ]\r\n"
        #expect(mended(text) == expected)
    }

    @Test func fixesThatTouchAreNotBothMade() {
        let place = SourceLocation(file: "f", line: 1, column: 1)
        let fixes = [Fix(at: place, length: 2, text: "x"), Fix(at: place, length: 3, text: "y")]
        #expect(applying(fixes, to: "abcd") == "xcd")
        #expect(applying([Fix(at: place, length: 9, text: "x")], to: "abcd") == "abcd")
    }
}
