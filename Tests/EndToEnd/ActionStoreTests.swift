import Foundation
import Testing

/// Where actions of other repositories are kept.
struct ActionStoreTests {
    private func says(_ word: String) -> [String: String] {
        [
            "action.yml":
                "name: says\nruns: { using: composite, steps: [ { shell: bash, run: echo \(word) } ] }\n"
        ]
    }

    @Test func aBranchThatMovesLeavesARunningJobWhatItHas() throws {
        let site = try Site()
        let action = try site.action("acme/says", says("old"))
        let waiting = try site.repository(
            steps: """
                - run: 'echo up; until test -e "$GO"; do sleep 0.02; done'
                - uses: acme/says@main
                """
        )
        let go = "\(site.folder)/go"
        let running = try site.start(
            ["trigger", "push", "--format", "json", "--actions-source", site.mirror, "--env", "GO=\(go)"],
            in: waiting
        )
        try running.waitFor("\"line\":\"up\"")
        try site.write(says("new"), to: action)
        try site.git("commit", "-qam", "second", in: action)
        let other = try site.repository(
            [
                ".github/workflows/w.yml":
                    "on: push\njobs: { a: { runs-on: x, steps: [ uses: acme/says@main ] } }\n"
            ],
            named: "other"
        )
        let second = try site.pushWithActions("--label", "x=host", in: other)
        #expect(second.order(of: "old", "new") == ["new"], "\(second.everything)")
        try site.write(["go": ""], to: site.folder)
        let first = try running.wait(seconds: 60)
        #expect(first.order(of: "old", "new") == ["old"], "\(first.everything)")
    }

    @Test func anActionThatChangesItsOwnFilesChangesItsOwnCopy() throws {
        let site = try Site()
        try site.action(
            "acme/grows",
            [
                "action.yml": """
                name: grows
                runs:
                  using: composite
                  steps:
                    - { shell: bash, run: 'cd "$GITHUB_ACTION_PATH"; echo more >> lines; echo "lines $(wc -l < lines)"; ls -a' }
                """,
                "lines": "one\n",
            ]
        )
        let repository = try site.repository(steps: "- uses: acme/grows@v1\n- uses: acme/grows@v1")
        for _ in 1...2 {
            let run = try site.pushWithActions(in: repository)
            #expect(
                run.order(of: "lines 2", "lines 3", ".git") == ["lines 2", "lines 3"],
                "\(run.everything)"
            )
        }
    }

    @Test func whatNothingUsesIsPrunedAndFetchedAgain() throws {
        let site = try Site()
        try site.action("acme/says", says("word"))
        let repository = try site.repository(steps: "- uses: acme/says@main")
        func actions() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: "\(site.state)/cache/actions").filter {
                $0.count == 40
            }
        }
        #expect(try site.pushWithActions(in: repository).order(of: "word") == ["word"])
        let stored = try actions()
        let folder = "\(site.state)/cache/actions/\(try #require(stored.first))"
        func makeOld() throws {
            let old: [FileAttributeKey: Any] = [.modificationDate: Date(timeIntervalSinceNow: -90_000)]
            try FileManager.default.setAttributes(old, ofItemAtPath: folder)
        }
        try makeOld()
        // What is used is young again.
        #expect(try site.pushWithActions(in: repository).order(of: "word") == ["word"])
        try site.flowrun("cache", "prune", "--older-than", "1d", in: repository)
        #expect(try actions() == stored)
        try makeOld()
        let shown = try site.flowrun("cache", "prune", "--older-than", "1d", "-n", in: repository)
        #expect(shown.status == 0 && shown.everything.contains("1 action"), "\(shown.everything)")
        #expect(try actions() == stored)
        try site.flowrun("cache", "prune", "--older-than", "1d", in: repository)
        #expect(try actions().isEmpty)
        #expect(try site.pushWithActions(in: repository).order(of: "word") == ["word"])
        #expect(try site.flowrun("cache", "prune", "--older-than", "5m", in: repository).status == 64)
    }

    @Test(arguments: ["", "file://"])
    func aSourceOfThisMachineThatLacksTheActionSaysWhatHelps(scheme: String) throws {
        let site = try Site()
        let source = "\(site.folder)/mirror"
        let action = "\(source)/acme/says"
        let repository = try site.repository(steps: "- uses: acme/says@v1")
        func reason() throws -> String {
            let run = try site.start(
                [
                    "trigger", "push", "--format", "json", "--actions-source",
                    "\(scheme)\(source)/{owner}/{repo}",
                ],
                in: repository
            ).wait(seconds: 60)
            #expect(run.status == 1, "\(run.everything)")
            return try #require(run.log.first { $0.contains("Unable to resolve action") })
        }
        let place = "Unable to resolve action `acme/says@v1`: \(scheme)\(action): "
        #expect(try reason().contains(place + "there is no `\(action)`; clone the action's repository there"))
        try FileManager.default.createDirectory(atPath: action, withIntermediateDirectories: true)
        #expect(try reason().contains(place + "`\(action)` is no git repository"))
        try site.write(["README.md": "none\n"], to: action)
        try site.git("init", "-q", in: action)
        try site.git("add", "-A", in: action)
        try site.git("commit", "-qm", "first", in: action)
        #expect(try reason().contains(place + "`\(action)` has no branch, tag or commit `v1`"))
        try site.git("tag", "v1", in: action)
        #expect(
            try reason().contains(
                "Can't find 'action.yml', 'action.yaml' or 'Dockerfile' for action 'acme/says@v1'."
            )
        )
    }
}
