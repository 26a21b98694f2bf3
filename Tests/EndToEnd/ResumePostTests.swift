import Foundation
import Testing

/// `flowrun run resume`: post steps of actions inside others that ran before the stop.
struct ResumePostTests {
    private let site: Site

    init() throws { site = try Site() }

    private static let path = ".github/workflows/w.yml"

    private func workflow(_ steps: String, then last: String) -> String {
        let indented = (steps + "\n- run: '\(last)'").split(separator: "\n").map { "      \($0)" }
        return "on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n"
            + indented.joined(separator: "\n") + "\n"
    }

    /// Lets the last step fail, and resumes the run with a last step that does not.
    private func failAndResume(
        _ steps: String,
        files: [String: String] = [:],
        _ options: String...
    ) throws -> (failed: SiteResult, resumed: SiteResult) {
        var files = files
        files[Self.path] = workflow(steps, then: "exit 1")
        let repository = try site.repository(files)
        let more = ["--format", "json", "--actions-source", site.mirror] + options
        let failed = try site.start(["trigger", "push"] + more, in: repository).wait(seconds: 120)
        #expect(failed.status == 1, "\(failed.everything)")
        try site.write([Self.path: workflow(steps, then: "echo mended")], to: repository)
        try site.git("commit", "-qam", "mend", in: repository)
        let resumed = try site.start(["run", "resume"] + more, in: repository).wait(seconds: 120)
        #expect(resumed.status == 0, "\(resumed.everything)")
        #expect(resumed.log.contains("mended"), "\(resumed.log)")
        return (failed, resumed)
    }

    /// Tells in its post step what its main stage was given and has saved.
    private static let telling = [
        "action.yml": """
        name: telling
        inputs: { n: { default: none } }
        runs: { using: node20, main: main.js, post: post.js, post-if: "env.QUIET != 'yes'" }
        """,
        "main.js": """
        console.log(`main ${process.env.INPUT_N}`);
        require("fs").appendFileSync(process.env.GITHUB_STATE, `seen=main ${process.env.INPUT_N}\\n`);
        """,
        "post.js": "console.log(`post ${process.env.INPUT_N} after <${process.env.STATE_seen}>`);",
    ]

    @Test(
        "post steps of nested actions run again, the last one first, with their state and their conditions",
        .enabled(if: Site.node != nil, "Node.js is not on this machine")
    )
    func nested() throws {
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
                    - { uses: acme/telling@v1, with: { n: '${{ steps.made.outputs.n }}' } }
                    - { if: "inputs.n == 'b'", uses: acme/telling@v1, env: { QUIET: 'yes' }, with: { n: quiet } }
                    - { if: false, uses: acme/telling@v1, with: { n: never } }
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
                  steps: [ { uses: acme/inner@v1, with: { n: a } }, { uses: acme/inner@v1, with: { n: b } } ]
                """
            ]
        )
        let (_, resumed) = try failAndResume(
            """
            - { name: outer, uses: acme/outer@v1 }
            - { name: alone, uses: acme/telling@v1, with: { n: c } }
            """
        )
        let told = resumed.log.filter { $0.hasPrefix("main ") || $0.contains("after <") }
        #expect(
            told == [
                "post c after <main c>", "post b-2 after <main b-2>", "post b-1 after <main b-1>",
                "post a-2 after <main a-2>", "post a-1 after <main a-1>",
            ],
            "\(told)"
        )
        #expect(
            resumed.steps["Post outer"] == "success" && resumed.steps["Post alone"] == "success",
            "\(resumed.steps)"
        )
        #expect(site.files(in: "work").isEmpty, "\(site.files(in: "work"))")
    }

    @Test(
        "post steps of actions of the workspace run again, also inside a composite one",
        .enabled(if: Site.node != nil, "Node.js is not on this machine")
    )
    func ofTheWorkspace() throws {
        var files = Dictionary(
            uniqueKeysWithValues: Self.telling.map { ("tell/\($0.key)", $0.value) }
        )
        files["both/action.yml"] = """
            name: both
            runs: { using: composite, steps: [ { uses: ./tell, with: { n: inside } } ] }
            """
        let (_, resumed) = try failAndResume(
            "- uses: actions/checkout@v4\n- { uses: ./tell, with: { n: own } }\n- uses: ./both",
            files: files
        )
        let told = resumed.log.filter { $0.hasPrefix("main ") || $0.contains("after <") }
        #expect(told == ["post inside after <main inside>", "post own after <main own>"], "\(told)")
    }

    @Test(
        "post steps inside an action that ran beside others run again, those of one that is started again only once",
        .enabled(if: Site.node != nil, "Node.js is not on this machine")
    )
    func beside() throws {
        try site.action("acme/telling", Self.telling)
        try site.action(
            "acme/around",
            [
                "action.yml": """
                name: around
                inputs: { n: { required: true }, code: { default: '0' } }
                runs:
                  using: composite
                  steps:
                    - { uses: acme/telling@v1, with: { n: '${{ inputs.n }}' } }
                    - { shell: bash, run: 'test -e "$AGAIN" || exit ${{ inputs.code }}' }
                """
            ]
        )
        site.environment["AGAIN"] = "\(site.folder)/again"
        let repository = try site.repository([
            Self.path: workflow(
                """
                - { id: b, name: beside, background: true, uses: acme/around@v1, with: { n: green } }
                - wait: b
                - parallel:
                    - { name: left, uses: acme/around@v1, with: { n: left } }
                    - { name: right, uses: acme/around@v1, with: { n: right, code: '3' } }
                """,
                then: "echo over"
            )
        ])
        let more = ["--format", "json", "--actions-source", site.mirror]
        let failed = try site.start(["trigger", "push"] + more, in: repository).wait(seconds: 120)
        #expect(failed.status == 1, "\(failed.everything)")
        try site.write(["again": ""], to: site.folder)
        let resumed = try site.start(["run", "resume"] + more, in: repository).wait(seconds: 120)
        #expect(resumed.status == 0 && resumed.log.contains("over"), "\(resumed.everything)")
        let told = resumed.log.filter { $0.hasPrefix("main ") || $0.contains("after <") }
        #expect(
            told == [
                "main right", "post right after <main right>", "post left after <main left>",
                "post green after <main green>",
            ],
            "\(told)"
        )
    }

    @Test(
        "A2: what was green stays done where the process is killed, or the job cancelled, before or while it is taken over",
        .enabled(if: Site.node != nil, "Node.js is not on this machine"),
        // What the action of the workspace uses is fetched when its step is taken over, the other one in `Set up job`.
        arguments: [SIGKILL, SIGINT],
        ["./act", "acme/telling@v1"]
    )
    func endedWhileItIsTakenOver(signal: Int32, action: String) throws {
        try site.action("acme/telling", Self.telling)
        site.environment["SIDE"] = "\(site.folder)/side"
        let text = { (last: String) in
            self.workflow(
                """
                - uses: actions/checkout@v4
                - { name: first, run: 'echo first >> "$SIDE"' }
                - { uses: \(action), with: { n: given } }
                - { name: second, run: 'echo second >> "$SIDE"' }
                """,
                then: last
            )
        }
        let repository = try site.repository([
            Self.path: text("exit 1"),
            "act/action.yml":
                """
            name: act
            inputs: { n: { required: true } }
            runs: { using: composite, steps: [ { uses: acme/telling@v1, with: { n: '${{ inputs.n }}' } } ] }
            """,
        ])
        let json = ["--format", "json", "--actions-source"]
        let failed = try site.start(["trigger", "push"] + json + [site.mirror], in: repository).wait(
            seconds: 120
        )
        #expect(failed.status == 1, "\(failed.everything)")
        let server = try SilentServer(site)
        let address = "http://127.0.0.1:\(server.port)/{owner}/{repo}"
        let stuck = try site.start(["run", "resume", "1"] + json + [address], in: repository)
        try server.process.waitFor("asked")
        stuck.signal(signal)
        try stuck.wait(seconds: 60)
        try site.write([Self.path: text("echo mended")], to: repository)
        try site.git("commit", "-qam", "mend", in: repository)
        let resumed = try site.start(["run", "resume", "2"] + json + [site.mirror], in: repository).wait(
            seconds: 120
        )
        #expect(resumed.status == 0, "\(resumed.everything)")
        #expect(resumed.log.contains("post given after <main given>"), "\(resumed.log)")
        #expect(try site.text(of: "\(site.folder)/side") == "first\nsecond\n")
        #expect(site.files(in: "work").isEmpty, "\(site.files(in: "work"))")
    }

    @Test(
        "a cache that an action inside asked for is kept under the key of its time, and a hit is not kept again"
    )
    func cacheInside() throws {
        try site.action(
            "acme/cached",
            [
                "action.yml": """
                name: cached
                inputs: { key: { required: true } }
                runs:
                  using: composite
                  steps:
                    - { uses: actions/cache@v4, with: { path: deps, key: "${{ inputs.key }}-${{ hashFiles('lock') }}" } }
                    - { shell: bash, run: 'mkdir -p deps; echo made > deps/it; echo changed > lock' }
                """
            ]
        )
        let steps = """
            - run: echo first > lock
            - { uses: acme/cached@v1, with: { key: k } }
            """
        let (failed, resumed) = try failAndResume(steps)
        let missed = try #require(failed.log.first { $0.hasPrefix("Cache not found for input keys: ") })
        let key = missed.dropFirst("Cache not found for input keys: ".count)
        #expect(!failed.log.contains { $0.hasPrefix("Cache saved") })
        #expect(resumed.log.contains("Cache saved with key: \(key)"), "\(resumed.log)")
        let (_, hit) = try failAndResume(steps)
        #expect(
            hit.log.contains("Cache hit occurred on the primary key \(key), not saving cache."),
            "\(hit.log)"
        )
    }

    @Test(
        "a secret that an action inside is given is the one of the resumed attempt, and is not written down"
    )
    func secretInside() throws {
        try site.action(
            "acme/login",
            [
                "action.yml": """
                name: login
                inputs: { key: { required: true } }
                runs:
                  using: composite
                  steps: [ { uses: google-github-actions/auth@v2, with: { credentials_json: '${{ inputs.key }}' } } ]
                """
            ]
        )
        let text = { (last: String) in
            self.workflow("- { uses: acme/login@v1, with: { key: '${{ secrets.KEY }}' } }", then: last)
        }
        let repository = try site.repository([Self.path: text("exit 1")])
        let more = ["--format", "json", "--actions-source", site.mirror, "-s"]
        let failed = try site.start(
            ["trigger", "push"] + more + ["KEY=\(ServiceAccount.key("xyzzy-old"))"],
            in: repository
        ).wait(seconds: 120)
        #expect(failed.status == 1, "\(failed.everything)")
        #expect(!site.holds("xyzzy-old", under: site.state))
        try site.write(
            [Self.path: text("grep -c xyzzy-n $GOOGLE_APPLICATION_CREDENTIALS")],
            to: repository
        )
        try site.git("commit", "-qam", "mend", in: repository)
        let resumed = try site.start(
            ["run", "resume"] + more + ["KEY=\(ServiceAccount.key("xyzzy-new"))"],
            in: repository
        ).wait(seconds: 120)
        #expect(resumed.status == 0 && resumed.log.contains("1"), "\(resumed.everything)")
        #expect(!site.holds("xyzzy-new", under: site.state))
        #expect(site.files(in: "work").isEmpty, "\(site.files(in: "work"))")
    }
}
