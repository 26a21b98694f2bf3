import Foundation
import Testing

/// JavaScript actions: what the conformance cases do not ask.
@Suite(.enabled(if: Site.node != nil, "Node.js is not on this machine"))
struct JavaScriptActionTests {
    /// Tells its stage and what the stages before it have saved.
    private static let telling = [
        "action.yml": """
        name: telling
        inputs: { n: { default: none } }
        runs: { using: node20, pre: pre.js, main: main.js, post: post.js }
        """,
        "pre.js": """
        require("fs").appendFileSync(process.env.GITHUB_STATE, `seen=pre ${process.env.INPUT_N}\\n`);
        console.log(`pre ${process.env.INPUT_N}`);
        """,
        "main.js": """
        console.log(`main ${process.env.INPUT_N} after <${process.env.STATE_seen}>`);
        console.log(`::save-state name=seen::main ${process.env.INPUT_N}`);
        """,
        "post.js": "console.log(`post ${process.env.INPUT_N} after <${process.env.STATE_seen}>`);",
    ]

    @Test func stagesOfNestedActionsRunInGitHubsOrderWithTheirOwnState() throws {
        let site = try Site()
        try site.action("acme/telling", Self.telling)
        try site.action(
            "acme/inner",
            [
                "action.yml": """
                name: inner
                inputs: { n: { required: true } }
                runs:
                  using: composite
                  steps:
                    - { uses: acme/telling@v1, with: { n: '${{ inputs.n }}-1' } }
                    - { id: made, shell: bash, run: 'echo "n=${{ inputs.n }}-2" >> "$GITHUB_OUTPUT"' }
                    - { uses: acme/telling@v1, with: { n: "${{ steps.made.outputs.n || 'unknown' }}" } }
                """
            ]
        )
        try site.action(
            "acme/outer",
            [
                "action.yml": """
                name: outer
                runs:
                  using: composite
                  steps:
                    - { uses: acme/inner@v1, with: { n: a } }
                    - { uses: acme/inner@v1, with: { n: b } }
                """
            ]
        )
        let repository = try site.repository(
            steps: """
                - { name: first, run: echo first }
                - { name: outer, uses: acme/outer@v1 }
                - { name: alone, uses: acme/telling@v1, with: { n: c } }
                """
        )
        let run = try site.pushWithActions(in: repository)
        #expect(run.status == 0, "\(run.everything)")
        let told = run.log.filter { $0 == "first" || $0.hasPrefix("pre ") || $0.contains("after <") }
        #expect(
            told == [
                "pre a-1", "pre unknown", "pre b-1", "pre unknown", "pre c", "first",
                "main a-1 after <pre a-1>", "main a-2 after <pre unknown>", "main b-1 after <pre b-1>",
                "main b-2 after <pre unknown>", "main c after <pre c>",
                "post c after <main c>", "post b-2 after <main b-2>", "post b-1 after <main b-1>",
                "post a-2 after <main a-2>", "post a-1 after <main a-1>",
            ],
            "\(told)"
        )
        let record = try site.run(1, in: repository)
        let names = record["jobs"][0]["steps"].list.map { $0["name"].text }
        #expect(
            names == [
                "Set up job", "Pre outer", "Pre alone", "first", "outer", "alone", "Post alone", "Post outer",
                "Complete job",
            ]
        )
    }

    @Test func aPreStageThatFailsFailsTheJobAndIsCleanedUpAfter() throws {
        let site = try Site()
        try site.action(
            "acme/broken",
            [
                "action.yml": """
                name: broken
                runs: { using: node20, pre: pre.js, main: main.js, post: post.js }
                """,
                "pre.js": "process.exit(3)", "main.js": "console.log('main ran')",
                "post.js": "console.log('post ran')",
            ]
        )
        try site.action(
            "acme/careful",
            [
                "action.yml": """
                name: careful
                runs: { using: node20, pre: pre.js, pre-if: success(), main: main.js }
                """,
                "pre.js": "console.log('careful pre')", "main.js": "console.log('careful main')",
            ]
        )
        let repository = try site.repository(
            steps: """
                - { name: broken, uses: acme/broken@v1 }
                - { name: careful, uses: acme/careful@v1 }
                - { name: late, if: failure(), run: echo late }
                """
        )
        let run = try site.pushWithActions(in: repository)
        #expect(run.status == 1, "\(run.everything)")
        #expect(
            run.steps == [
                "Set up job": "success", "Pre broken": "failure", "Pre careful": "skipped",
                "broken": "skipped", "careful": "skipped", "late": "success", "Post broken": "success",
                "Complete job": "success",
            ]
        )
        #expect(
            run.order(of: "main ran", "careful pre", "careful main", "late", "post ran") == [
                "late", "post ran",
            ]
        )
    }

    @Test func aCancelledMainStageIsFollowedByThePostStepsThatWantToRun() throws {
        let site = try Site()
        try site.action(
            "acme/late",
            [
                "action.yml": "name: late\nruns: { using: node20, main: m.js }\n",
                "m.js": "console.log('fetched late')",
            ]
        )
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  job:
                    runs-on: ubuntu-latest
                    steps:
                      - uses: actions/checkout@v5
                      - { name: one, uses: ./one }
                      - { name: two, uses: ./two }
                      - { name: never, run: echo never }
                      - { name: always, if: always(), uses: ./group }
                """,
            [
                "one/action.yml":
                    "name: one\nruns: { using: node20, main: m.js, post: p.js, post-if: success() }\n",
                "one/m.js": "console.log('one')", "one/p.js": "console.log('post one')",
                "two/action.yml":
                    "name: two\nruns: { using: node20, main: m.js, post: p.js, post-if: cancelled() }\n",
                "two/m.js": """
                require("fs").appendFileSync(process.env.GITHUB_STATE, "mine=kept\\n");
                console.log("two waits");
                setTimeout(() => {}, 60000);
                """,
                "two/p.js": "console.log(`post two has ${process.env.STATE_mine}`)",
                "group/action.yml": """
                name: group
                runs: { using: composite, steps: [ { if: always(), uses: acme/late@v1 } ] }
                """,
            ]
        )
        let running = try site.start(
            ["trigger", "push", "--format", "json", "--actions-source", site.mirror],
            in: repository
        )
        try running.waitFor("\"line\":\"two waits\"")
        running.signal(SIGINT)
        let run = try running.wait(seconds: 60)
        #expect(run.status == 130, "\(run.everything)")
        #expect(run.steps["two"] == "cancelled" && run.steps["never"] == "skipped")
        #expect(run.steps["Post two"] == "success" && run.steps["Post one"] == "skipped")
        #expect(run.log.contains("post two has kept"))
        #expect(run.log.contains("fetched late"), "what still runs may still be fetched\n\(run.everything)")
        #expect(site.leftovers().isEmpty)
    }

    @Test func whatNeverRanIsNotCleanedUp() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  job:
                    runs-on: ubuntu-latest
                    steps:
                      - uses: actions/checkout@v5
                      - { name: off, if: false, uses: ./act }
                      - { name: group, uses: ./group }
                      - { name: soft, uses: ./act, continue-on-error: true }
                """,
            [
                "act/action.yml": "name: act\nruns: { using: node20, pre: p.js, main: m.js, post: p.js }\n",
                "act/m.js": "console.log('main')", "act/p.js": "console.log('post'); process.exit(1)",
                "group/action.yml": """
                name: group
                runs: { using: composite, steps: [ { if: failure(), uses: ./act } ] }
                """,
            ]
        )
        let run = try site.pushWithActions(in: repository)
        #expect(run.status == 0, "continue-on-error holds for the post step too\n\(run.everything)")
        #expect(run.order(of: "main", "post") == ["main", "post"])
        #expect(run.steps["Post soft"] == "success")
        #expect(
            run.steps["Post off"] == nil && run.steps["Post group"] == nil && run.steps["Pre soft"] == nil
        )
        #expect(run.annotations == ["`pre` execution is not supported for local action from './act'"])
    }

    @Test func anActionSeesItsInputsItsPlaceAndNothingOfOthers() throws {
        let site = try Site()
        let show = """
            for (const name of ["INPUT_SOME_TEXT", "INPUT_MORE-TEXT", "INPUT_NOT_DECLARED", "INPUT_EMPTY", "OWN",
                "GITHUB_ACTION", "GITHUB_ACTION_REPOSITORY", "GITHUB_ACTION_REF", "GITHUB_ACTION_PATH"])
              console.log(`${name}=${JSON.stringify(process.env[name])}`);
            console.log(`in ${process.cwd() === process.env.GITHUB_WORKSPACE}`);
            """
        try site.action(
            "acme/tools",
            [
                "show/action.yml": """
                name: show
                inputs:
                  some text: { deprecationMessage: use more-text }
                  more-text: { default: '${{ github.ref_name }}' }
                  empty: {}
                runs: { using: node20, main: ../show.js }
                """,
                "show.js": show,
                "all/action.yml": """
                name: all
                runs: { using: composite, steps: [ { id: inner, uses: $/show, with: { some text: inner } } ] }
                """,
            ]
        )
        let repository = try site.repository(
            steps: """
                - id: shown
                  uses: acme/tools/show@v1
                  env: { OWN: mine }
                  with: { some text: "two\\nlines ", not declared: 1 }
                - uses: acme/tools/all@v1
                - run: 'echo "[$INPUT_MORE_TEXT][$STATE_x][$GITHUB_ACTION_REPOSITORY]"'
                """
        )
        let run = try site.pushWithActions(in: repository)
        #expect(run.status == 0, "\(run.everything)")
        let told = run.log.filter { $0.hasPrefix("INPUT_") || $0.hasPrefix("OWN") || $0.hasPrefix("GITHUB_") }
        #expect(
            told.prefix(9) == [
                #"INPUT_SOME_TEXT="two\nlines ""#, #"INPUT_MORE-TEXT="main""#, #"INPUT_NOT_DECLARED="1""#,
                #"INPUT_EMPTY="""#, #"OWN="mine""#, #"GITHUB_ACTION="shown""#,
                #"GITHUB_ACTION_REPOSITORY="acme/tools""#, #"GITHUB_ACTION_REF="v1""#,
                "GITHUB_ACTION_PATH=undefined",
            ],
            "\(told)"
        )
        #expect(told.dropFirst(9).first == #"INPUT_SOME_TEXT="inner""#, "\(told)")
        #expect(told.dropFirst(9).contains(#"GITHUB_ACTION_REPOSITORY="acme/tools""#))
        #expect(told.last?.hasSuffix("/all\"") == true, "the path is the composite action's: \(told)")
        #expect(run.log.contains("in true") && run.log.contains("[][][]"))
        #expect(run.log.contains("  some text: two") && run.log.contains("  OWN: mine"))
        #expect(
            run.annotations == [
                "Input 'some text' has been deprecated with message: use more-text",
                "Unexpected input(s) 'not declared', valid inputs are ['some text', 'more-text', 'empty']",
                "Input 'some text' has been deprecated with message: use more-text",
            ]
        )
    }

    @Test func aBackgroundStepsActionIsCleanedUpToo() throws {
        let site = try Site()
        try site.action("acme/telling", Self.telling)
        let repository = try site.repository(
            steps: """
                - { id: b, name: back, background: true, uses: acme/telling@v1, with: { n: b } }
                - parallel:
                    - { name: side, uses: acme/telling@v1, with: { n: p } }
                - wait-all:
                """
        )
        let run = try site.pushWithActions(in: repository)
        #expect(run.status == 0, "\(run.everything)")
        #expect(
            run.order(of: "pre b", "pre p", "post b after <main b>", "post p after <main p>").prefix(2) == [
                "pre b", "pre p",
            ]
        )
        #expect(run.log.contains("post b after <main b>") && run.log.contains("post p after <main p>"))
        #expect(run.steps["Post back"] == "success" && run.steps["Post side"] == "success")
    }

    // MARK: The Node.js that runs them

    private func repository(in site: Site, using: String) throws -> String {
        try site.action(
            "acme/act",
            [
                "action.yml": "name: act\nruns: { using: \(using), main: m.js, post: m.js }\n",
                "m.js": "console.log('ran')",
            ]
        )
        return try site.repository(steps: "- { name: act, uses: acme/act@v1 }")
    }

    @Test func withoutNodeTheStepNamesTheRemedy() throws {
        let site = try Site()
        let repository = try repository(in: site, using: "node20")
        let run = try site.pushWithActions(in: repository, environment: ["PATH": try site.programs()])
        #expect(run.status == 1, "\(run.everything)")
        #expect(
            run.annotations == [
                "'act' asks for node20, and no Node.js is on this machine: "
                    + "install Node.js 20 or newer (https://nodejs.org)"
            ]
        )
        #expect(run.steps["act"] == "failure" && run.steps["Post act"] == nil)
    }

    @Test func aNodeThatIsMuchTooOldIsRefused() throws {
        let site = try Site()
        let repository = try repository(in: site, using: "node20")
        let path = try site.programs(["node": "#!/bin/sh\necho v14.21.3\n"])
        let run = try site.pushWithActions(in: repository, environment: ["PATH": path])
        #expect(run.status == 1, "\(run.everything)")
        #expect(
            run.annotations == [
                "'act' asks for node20, and Node.js v14.21.3 (\(path)/node) is too old for it: "
                    + "install Node.js 20 or newer (https://nodejs.org)"
            ]
        )
    }

    @Test func aNodeThatIsALittleOlderRunsTheActionAndTheLogSaysSo() throws {
        let site = try Site()
        let repository = try repository(in: site, using: "node24")
        let node = try #require(Site.node)
        let script = "#!/bin/sh\n[ \"$1\" = --version ] && echo v20.1.0 || exec \(node) \"$@\"\n"
        let path = try site.programs(["node": script])
        let run = try site.pushWithActions(in: repository, environment: ["PATH": path])
        #expect(run.status == 0, "\(run.everything)")
        #expect(run.log.filter { $0 == "ran" }.count == 2 && run.annotations.isEmpty)
        let warnings = run.log.filter {
            $0.contains("asks for node24 and runs on Node.js v20.1.0 (\(path)/node)")
        }
        #expect(warnings.count == 1, "\(run.log)")
    }

    @Test func aNodeOfTheToolCacheIsTakenWhereTheOneOnThePathIsTooOld() throws {
        let site = try Site()
        let repository = try repository(in: site, using: "node20")
        let node = try #require(Site.node)
        let path = try site.programs(["node": "#!/bin/sh\necho v12.22.9\n"])
        let processor = ["arm64", "aarch64"].contains(Site.processor) ? "arm64" : "x64"
        let cached = "\(site.state)/tools/cache/node/99.1.0/\(processor)/bin"
        try site.write(
            [
                "node":
                    "#!/bin/sh\n[ \"$1\" = --version ] && echo v99.1.0 || { echo cached; exec \(node) \"$@\"; }\n"
            ],
            to: cached
        )
        #expect(chmod("\(cached)/node", 0o755) == 0)
        let run = try site.pushWithActions(in: repository, environment: ["PATH": path])
        #expect(run.status == 0, "\(run.everything)")
        #expect(run.order(of: "cached", "ran") == ["cached", "ran", "cached", "ran"])
    }
}

extension Site {
    fileprivate static var processor: String {
        var facts = utsname()
        guard uname(&facts) == 0 else { return "" }
        return withUnsafeBytes(of: &facts.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
