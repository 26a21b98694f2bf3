import Foundation
import Testing

/// `flowrun.lock`, `--locked` and `--offline`.
struct LockTests {
    private func says(_ word: String) -> [String: String] {
        [
            "action.yml":
                "name: says\nruns: { using: composite, steps: [ { shell: bash, run: echo \(word) } ] }\n"
        ]
    }

    private func outer(_ inner: String) -> [String: String] {
        ["action.yml": "name: outer\nruns: { using: composite, steps: [ uses: \(inner) ] }\n"]
    }

    private func move(_ action: String, to files: [String: String], in site: Site) throws {
        try site.write(files, to: action)
        try site.git("commit", "-qam", "moved", in: action)
        try site.git("tag", "-f", "v1", in: action)
    }

    private func lock(_ arguments: String..., in repository: String, of site: Site) throws -> SiteResult {
        try site.start(["lock", "--actions-source", site.mirror] + arguments, in: repository).wait(
            seconds: 60
        )
    }

    private func commit(_ repository: String, _ site: Site) throws {
        try site.git("add", "-A", in: repository)
        try site.git("commit", "-qm", "lock", in: repository)
    }

    @Test func calledWorkflowsAreLockedWithWhatTheyUse() throws {
        let site = try Site()
        try site.action("acme/inner", says("inner"))
        let flows = ".github/workflows"
        let step = "{ runs-on: ubuntu-latest, steps: [ { uses: acme/inner@v1 } ] }"
        try site.action(
            "acme/flows",
            [
                "\(flows)/one.yml": "on: workflow_call\njobs: { c: { uses: ./\(flows)/two.yml } }\n",
                "\(flows)/two.yml": "on: workflow_call\njobs: { x: \(step) }\n",
            ]
        )
        let repository = try site.repository(
            workflow: "on: push\njobs:\n  c:\n    uses: acme/flows/\(flows)/one.yml@v1\n"
        )
        let refused = try site.pushWithActions("--locked", in: repository)
        #expect(refused.status == 2, "\(refused.everything)")
        #expect(refused.errors.contains("ci.yml:4:11: error: unable to resolve"), "\(refused.everything)")
        let done = try lock(in: repository, of: site)
        #expect(done.errors == "flowrun.lock has 2 actions\n", "\(done.everything)")
        #expect(done.output.contains("+ acme/flows@v1 ") && done.output.contains("+ acme/inner@v1 "))
        try commit(repository, site)
        let locked = try site.pushWithActions("--locked", in: repository)
        #expect(locked.status == 0 && locked.log.contains("inner"), "\(locked.everything)")
    }

    @Test func runsUseTheLockedCommitsWhereverATagLeads() throws {
        let site = try Site()
        let inner = try site.action("acme/inner", says("old"))
        try site.action("acme/outer", outer("acme/inner@v1"))
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    steps:
                      - uses: actions/checkout@v5
                      - uses: ./.github/actions/own
                """,
            [".github/actions/own/action.yml": outer("acme/outer@v1")["action.yml"] ?? ""]
        )
        let innerCommit = try site.git("rev-parse", "HEAD", in: inner)
        let outerCommit = try site.git("rev-parse", "HEAD", in: "\(site.folder)/mirror/acme/outer")
        let first = try lock(in: repository, of: site)
        #expect(first.status == 0, "\(first.everything)")
        #expect(first.output == "+ acme/inner@v1 \(innerCommit)\n+ acme/outer@v1 \(outerCommit)\n")
        #expect(first.errors == "flowrun.lock has 2 actions\n")
        #expect(try lock("--check", in: repository, of: site).status == 0)
        try commit(repository, site)
        try move(inner, to: says("new"), in: site)

        let locked = try site.pushWithActions("--locked", in: repository)
        #expect(locked.order(of: "old", "new") == ["old"], "\(locked.everything)")
        #expect(try site.pushWithActions(in: repository).order(of: "old", "new") == ["old"])

        let stale = try lock("--check", in: repository, of: site)
        let moved = try site.git("rev-parse", "HEAD", in: inner)
        #expect(stale.status == 1 && stale.output == "~ acme/inner@v1 \(innerCommit) -> \(moved)\n")
        #expect(try lock(in: repository, of: site).status == 0)
        try commit(repository, site)
        #expect(try site.pushWithActions("--locked", in: repository).order(of: "old", "new") == ["new"])
    }

    @Test func lockedRefusesWhatTheLockDoesNotHave() throws {
        let site = try Site()
        try site.action("acme/says", says("word"))
        let repository = try site.repository(steps: "- run: echo never\n- uses: acme/says@v1")
        let without = try site.pushWithActions("--locked", in: repository)
        #expect(without.status == 1 && !without.log.contains("never"), "\(without.everything)")
        let reason = "--locked was given, and"
        #expect(without.annotations.contains { $0.contains("\(reason) the commit has no flowrun.lock") })
        try site.write(["flowrun.lock": "# nothing\n"], to: repository)
        try commit(repository, site)
        let empty = try site.pushWithActions("--locked", in: repository)
        #expect(
            empty.annotations.contains {
                $0.contains("`acme/says@v1`: \(reason) flowrun.lock does not have it")
            }
        )
        let free = try site.pushWithActions(in: repository)
        #expect(free.status == 0 && free.log.contains("word"), "\(free.everything)")
    }

    @Test func filesThatDifferFromTheLockAreRefused() throws {
        let site = try Site()
        try site.action("acme/says", says("word"))
        let repository = try site.repository(steps: "- uses: acme/says@v1")
        #expect(try lock(in: repository, of: site).status == 0)
        try commit(repository, site)
        let stored = try #require(
            try FileManager.default.contentsOfDirectory(atPath: "\(site.state)/cache/actions").first
        )
        try site.write(says("evil"), to: "\(site.state)/cache/actions/\(stored)")
        let run = try site.pushWithActions(in: repository)
        #expect(run.status == 1 && !run.log.contains("evil"), "\(run.everything)")
        #expect(
            run.annotations.contains { $0.contains("its files are not those that flowrun.lock tells of") }
        )
    }

    @Test(arguments: ["acme/says@v1 abc sha256:00", "<<<<<<< HEAD", "acme/says@v1"])
    func aFileThatIsNoLockStartsNothing(_ line: String) throws {
        let site = try Site()
        let repository = try site.repository(steps: "- run: echo never")
        try site.write(["flowrun.lock": "# by hand\n\(line)\n"], to: repository)
        try commit(repository, site)
        let run = try site.pushWithActions(in: repository)
        #expect(run.status == 2, "\(run.everything)")
        #expect(run.errors.contains("flowrun.lock:2:1: error: a line is"))
    }

    @Test func offlineFetchesNothingAndNamesWhatIsMissing() throws {
        let site = try Site()
        let action = try site.action("acme/says", says("old"))
        let server = try GitServer(site, folder: "\(site.folder)/mirror")
        let repository = try site.repository(steps: "- uses: acme/says@v1")
        func push(_ arguments: String...) throws -> SiteResult {
            try site.start(
                ["trigger", "push", "--format", "json", "--actions-source", server.source] + arguments,
                in: repository
            ).wait(seconds: 60)
        }
        let early = try push("--offline")
        #expect(early.status == 1 && server.requests == 0, "\(early.everything)")
        #expect(
            early.annotations.contains {
                $0.contains("`acme/says@v1`") && $0.contains("it is not here, and --offline fetches nothing")
            }
        )
        let online = try push()
        #expect(online.status == 0 && online.log.contains("old"), "\(online.everything)")
        let asked = server.requests
        #expect(asked > 0)
        try move(action, to: says("new"), in: site)
        let offline = try push("--offline")
        #expect(offline.status == 0 && offline.order(of: "old", "new") == ["old"], "\(offline.everything)")
        #expect(server.requests == asked)
        #expect(try push().order(of: "old", "new") == ["new"])
    }
}
