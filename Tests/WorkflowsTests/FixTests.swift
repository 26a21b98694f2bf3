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

    @Test(arguments: [
        (
            "- run: echo \"t ${{ github.event.issue.title }}\" # title",
            "- env:\n    ISSUE_TITLE: ${{ github.event.issue.title }}\n  run: echo \"t ${ISSUE_TITLE}\" # title"
        ),
        (
            "- name: x\n  env:\n    A: b\n  run: |\n    # don't\n    echo ${{github.head_ref}}",
            "- name: x\n  env:\n    HEAD_REF: ${{ github.head_ref }}\n    A: b\n  run: |\n    # don't\n    echo \"${HEAD_REF}\""
        ),
        (
            "- env:\n    HEAD_REF: ${{ github.head_ref }}\n  run: echo ${{ github.head_ref }}",
            "- env:\n    HEAD_REF: ${{ github.head_ref }}\n  run: echo \"${HEAD_REF}\""
        ),
    ])
    func whatStrangersWriteIsHandedOver(steps: String, expected: String) {
        #expect(mended(workflow(steps: steps)) == workflow(steps: expected))
    }

    @Test(arguments: [
        "- run: echo '${{ github.head_ref }}'", "- { run: 'echo ${{ github.head_ref }}' }",
        "- run: |\n    cat << X\n    ${{ github.head_ref }}\n    X",
        "- run: echo ${{ github.head_ref || 'x' }}",
        "- run: echo \"$(x '${{ github.head_ref }}')\"",
        "- shell: python\n  run: print(\"${{ github.head_ref }}\")",
        "- env: { HEAD_REF: other }\n  run: echo ${{ github.head_ref }}",
    ])
    func whatIsNotCertainStays(steps: String) {
        #expect(mended(workflow(steps: steps)) == workflow(steps: steps))
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
