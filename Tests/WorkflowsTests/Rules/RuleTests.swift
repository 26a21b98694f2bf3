import Testing
import YAML

@testable import Workflows

/// Rules where an example alone does not say enough: what they follow, and what they leave alone.
@Suite struct RuleTests {
    private func found(_ code: String, _ text: String) -> [String] {
        let source = RuleExample.whole(text)
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        return lint(source, file: "w.yml", notes: true).filter { $0.code == code }.map { diagnostic in
            let place = diagnostic.location
            let marked = lines[place.line - 1].dropFirst(place.column - 1).prefix(diagnostic.length)
            return "\(diagnostic.severity.rawValue) \(marked)"
        }
    }

    @Test(arguments: [
        ("- run: echo '${{ github.event.issue.title }}'", ["warning github.event.issue.title"]),
        ("- run: echo ${{ github.event.commits[0].message }}", ["warning github.event.commits[0].message"]),
        ("- run: echo ${{ github.event.commits.*.message }}", ["warning github.event.commits.*.message"]),
        ("- run: echo '${{ toJSON(github.event) }}'", ["warning github.event"]),
        ("- run: |\n    x\n    echo ${{ github.head_ref }}", ["warning github.head_ref"]),
        ("- run: echo ${{ github.event.issue.number }} ${{ github.sha }}", []),
        ("- run: echo ${{ contains(github.head_ref, 'x') }} ${{ github.head_ref == 'x' }}", []),
        ("- run: echo ${{ github.head_ref && 'a' || 'b' }}", []),
        ("- run: echo ${{ github.head_ref || 'b' }}", ["warning github.head_ref"]),
        ("- { env: { T: '${{ github.head_ref }}' }, run: 'echo $T' }", []),
        ("- { env: { T: '${{ github.head_ref }}' }, run: 'echo ${{ env.T }}' }", ["warning env.T"]),
        ("- { env: { T: fixed }, run: 'echo ${{ env.T }}' }", []),
        (
            "- { id: s, env: { T: '${{ github.head_ref }}' }, run: 'echo \"b=$T\" >> $GITHUB_OUTPUT' }\n"
                + "- run: echo ${{ steps.s.outputs.b }}${{ steps.s.outputs.c }}",
            ["warning steps.s.outputs.b"]
        ),
        (
            "- { id: s, uses: tj-actions/changed-files@v1 }\n- run: echo ${{ steps.s.outputs.all }}",
            ["warning steps.s.outputs.all"]
        ),
        (
            "- { uses: actions/github-script@v7, with: { script: 'x(${{ github.event.comment.body }})' } }",
            ["warning github.event.comment.body"]
        ),
        ("- run: echo ${{ github.ref_name }}", ["note github.ref_name"]),
        (
            "- run: echo ${{ github.event.client_payload.x.y }}", ["note github.event.client_payload.x.y"]
        ),
        (
            "- { id: s, uses: nobody/knows@v1 }\n- run: echo ${{ steps.s.outputs.x }}",
            ["note steps.s.outputs.x"]
        ),
        ("- { id: s, uses: actions/checkout@v4 }\n- run: echo ${{ steps.s.outputs.commit }}", []),
        ("- run: echo ${{ secrets.X }} ${{ vars.Y }} ${{ runner.os }}", []),
    ])
    func whatStrangersWriteIsFollowedIntoScripts(text: String, expected: [String]) {
        #expect(found("template-injection", text) == expected)
    }

    @Test func taintPassesThroughJobsAndMatrices() {
        let text = """
            on: pull_request
            jobs:
              a:
                runs-on: x
                outputs: { b: '${{ github.head_ref }}', c: fixed }
                steps: [ { run: x } ]
              b:
                runs-on: x
                needs: a
                strategy: { matrix: { b: ['${{ needs.a.outputs.b }}'], c: [1, 2] } }
                steps: [ { run: 'x ${{ needs.a.outputs.b }} ${{ needs.a.outputs.c }} ${{ matrix.b }} ${{ matrix.c }}' } ]
            """
        #expect(found("template-injection", text) == ["warning needs.a.outputs.b", "warning matrix.b"])
    }

    @Test(arguments: [
        ("string", ["note inputs.x"]), ("boolean", []), ("number", []),
    ])
    func inputsOfTextAreNoted(kind: String, expected: [String]) {
        let text = """
            on: { workflow_dispatch: { inputs: { x: { type: \(kind) } } } }
            jobs: { a: { runs-on: x, steps: [ { run: 'x ${{ inputs.x }}' } ] } }
            """
        #expect(found("template-injection", text) == expected)
    }

    @Test(arguments: [
        ("- { if: '${{ true }} && false', run: x }", 1), ("- { if: '!${{ true }}', run: x }", 1),
        ("- { if: \"${{ format('a') }}\", run: x }", 0), ("- { if: ' ${{ github.ref }}', run: x }", 1),
        ("- { if: github.ref, run: x }", 0), ("- if: |\n    ${{ github.ref }}\n  run: x", 1),
        ("- if: |\n    github.ref == 'x' &&\n    success()\n  run: x", 0),
    ])
    func textBesideBracesIsAlwaysTrue(text: String, count: Int) {
        #expect(found("unsound-condition", text).count == count)
    }

    @Test(arguments: [
        ("echo \"A=$B\" >> $GITHUB_ENV", ["note GITHUB_ENV"]), ("echo A=b >> $GITHUB_ENV", []),
        ("echo $(pwd)/bin >> \"$GITHUB_PATH\"", ["note GITHUB_PATH"]), ("cat x | tee -a $GITHUB_ENV", []),
        ("echo \"${{ github.event.issue.title }}\" >> ${GITHUB_ENV}", ["warning GITHUB_ENV"]),
        ("# echo $A >> $GITHUB_ENV", []), ("cat $GITHUB_ENV", []),
        ("echo A=%B% >> %GITHUB_ENV%", ["note GITHUB_ENV"]), ("echo A=b >> %GITHUB_ENV%", []),
    ])
    func writesToTheEnvironmentAreJudgedByTheirValue(line: String, expected: [String]) {
        #expect(found("github-env", "- run: |\n    \(line)") == expected)
    }

    @Test(arguments: [
        ("git push\n    dvc push", ["warning dvc push"]), ("dvc push && git push", []),
        ("echo git push\n    dvc push", []), ("sudo git push; dvc push", ["warning dvc push"]),
    ])
    func dataGoesOutBeforeItsCommit(script: String, expected: [String]) {
        #expect(found("dvc-push-order", "- run: |\n    \(script)") == expected)
    }

    @Test func anActionThatPushesCountsAsAPush() {
        let text = "- uses: ad-m/github-push-action@v1\n- run: dvc push -r store"
        #expect(found("dvc-push-order", text) == ["warning dvc push"])
    }

    @Test(arguments: [
        ("uses: actions/checkout@v4\n  with: { fetch-dept: 0 }", "unknown-input", ["warning fetch-dept"]),
        ("uses: actions/checkout@v4\n  with: { FETCH-DEPTH: 0 }", "unknown-input", []),
        ("uses: docker/build-push-action@v6\n  with: { args: x }", "unknown-input", []),
        ("uses: nobody/knows@v4\n  with: { x: 0 }", "unknown-input", []),
        (
            "uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683\n  with: { tomorrow: 0, fetch-dept: 0 }",
            "unknown-input", ["note tomorrow", "warning fetch-dept"]
        ),
        ("uses: actions/cache@v4\n  with: '${{ fromJSON(vars.W) }}'", "missing-input", []),
        (
            "uses: actions/upload-artifact@v4\n  with: { name: x }", "missing-input",
            ["warning actions/upload-artifact@v4"]
        ),
    ])
    func inputsOfKnownActionsAreChecked(step: String, code: String, expected: [String]) {
        #expect(found(code, "- \(step)") == expected)
    }

    @Test(arguments: [
        ("* * * * *", ["cron-interval"]), ("0,30 * * * *", []), ("0-10/5 * * * *", []), ("7 4 * * 1", []),
        ("0 0 30 2 *", ["cron-never"]), ("0 0 30 2 1", []), ("0 0 31 */2 *", []),
        ("0 0 31 4,6 *", ["cron-never"]), ("0 0 31 2 */2", ["cron-never"]), ("0 0 31 2 0-6", []),
        ("0 0 29 2 *", []),
    ])
    func schedulesAreCalculated(cron: String, codes: [String]) {
        let text =
            "on: { schedule: [ { cron: '\(cron)' } ] }\njobs: { a: { runs-on: x, steps: [ { run: x } ] } }"
        #expect(lint(text, file: "w.yml").map(\.code) == codes)
    }

    @Test(
        "E9: a schedule that is none is an error, one that never fires a warning since GitHub takes it, each with its place",
        arguments: [
            ("0 0 31 2 *", "cron-never", "'0 0 31 2 *' never fires: none of its months has such a day"),
            (
                "*/61 * * * *", "cron",
                "'*/61 * * * *' is no cron line; `61` is no step of the minute: a number between 1 and 59"
            ),
            (
                "5-1 * * * *", "cron",
                "'5-1 * * * *' is no cron line; the range `5-1` of the minute ends before it starts"
            ),
            (
                "@reboot", "cron",
                "'@reboot' is no cron line; `@reboot` is no schedule that GitHub knows: "
                    + "write five fields (minute, hour, day, month, weekday)"
            ),
        ]
    )
    func impossibleSchedulesAreErrors(cron: String, code: String, words: String) throws {
        let text = """
            on:
              schedule:
                - cron: '\(cron)'
            jobs: { a: { runs-on: x, steps: [ { run: x } ] } }
            """
        let found = try #require(lint(text, file: "w.yml").first)
        #expect(found.severity == (code == "cron" ? .error : .warning) && found.code == code)
        // A fault is marked where it is in the line, behind the quote.
        #expect(found.location.line == 3 && found.location.column == (code == "cron" ? 14 : 13))
        #expect(([found.message] + [found.hint].compactMap { $0 }).joined(separator: "; ") == words)
    }

    @Test func faultsDoNotHideWhatIsUnsafe() {
        let text = "- { nme: x, run: a }\n- run: echo ${{ github.head_ref }}"
        #expect(
            lint(workflow(steps: text), file: "w.yml").map(\.code) == ["unknown-key", "template-injection"]
        )
    }

    @Test func zizmorsCommentsSilenceToo() {
        let text = "- run: echo ${{ github.head_ref }} # zizmor: ignore[template-injection]"
        #expect(lint(workflow(steps: text), file: "w.yml").isEmpty)
    }

    @Test func everyPlaceOfAStrangersTextIsNamed() {
        let text = "- run: |\n    a ${{ github.head_ref }}\n    b ${{ format('{0}', github.head_ref) }}"
        #expect(found("template-injection", text) == ["warning github.head_ref", "warning github.head_ref"])
    }

    @Test(arguments: [
        ("github.actor == 'dependabot[bot]'", 1), ("github.actor_id == 49699333", 1),
        ("github['ACTOR_ID'] == '49699333'", 1), ("github.actor_id == 1", 0), ("github.actor == 'a'", 0),
    ])
    func conditionsOnBotsAreFound(condition: String, count: Int) {
        #expect(found("bot-conditions", "- { if: \"\(condition)\", run: x }").count == count)
    }

    @Test(arguments: [("'true'", 1), ("TRUE", 1), ("${{ vars.X }}", 1), ("yes", 0), ("1", 0), ("false", 0)])
    func onlyTrueAllowsTheCommands(value: String, count: Int) {
        let text = "- run: x\n  env:\n    ACTIONS_ALLOW_UNSECURE_COMMANDS: \(value)"
        #expect(found("insecure-commands", text).count == count)
    }

    @Test func outputsOfScriptsOfActionsAreNotKnown() {
        let text =
            "- { id: s, uses: actions/github-script@v8, with: { script: x } }\n- run: echo ${{ steps.s.outputs.mine }}"
        #expect(found("unknown-property", text).isEmpty)
    }

    @Test func pagesHoldNoGitFolder() {
        let upload = "- uses: actions/checkout@v4\n- uses: actions/upload-%-artifact@v3\n  with: { path: . }"
        #expect(found("artipacked", upload.replacing("%", with: "pages")).allSatisfy { $0.hasPrefix("note") })
        let plain = upload.replacing("-%-", with: "-")
        #expect(found("artipacked", plain) == ["warning actions/checkout@v4"])
    }
}
