import Foundation
import Testing

/// Environments with rules: approval, a wait, branches.
struct ApprovalTests {
    private let site: Site
    private let repository: String

    init() throws {
        site = try Site()
        repository = try site.repository([
            ".github/workflows/w.yml": """
            on: [push, workflow_dispatch]
            jobs:
              build: { runs-on: ubuntu-latest, steps: [ { run: 'echo built' } ] }
              deploy:
                needs: build
                environment: Production
                runs-on: ubuntu-latest
                steps: [ { run: 'echo deployed' } ]
            """,
            "flowrun.yaml":
                "environments:\n  production: { approval: true, branches: [main, 'releases/**'] }\n",
        ])
    }

    @Test("a job waits for its approval, and others do not wait with it")
    func approves() throws {
        let running = try site.start(["trigger", "push", "--format", "plain"], in: repository)
        try running.waitFor("flowrun run approve 1")
        #expect(running.outputSoFar.contains("built") && !running.outputSoFar.contains("deployed"))
        let other = try site.flowrun("run", "approve", "--environment", "staging", in: repository)
        #expect(other.status == 2 && other.errors.contains("nothing of run 1 waits"), "\(other.everything)")
        let approved = try site.flowrun("run", "approve", in: repository)
        #expect(
            approved.status == 0 && approved.errors.contains("deploy: Production approved"),
            "\(approved.everything)"
        )
        let ran = try running.wait(seconds: 30)
        #expect(ran.status == 0 && ran.output.contains("deployed"), "\(ran.everything)")
        #expect(try site.flowrun("run", "approve", in: repository).status == 2)
    }

    @Test("a job that is rejected fails, and one that waits can be cancelled")
    func rejects() throws {
        let running = try site.start(["trigger", "push", "--format", "plain"], in: repository)
        try running.waitFor("flowrun run approve 1")
        #expect(try site.flowrun("run", "approve", "1", "--reject", in: repository).status == 0)
        let ran = try running.wait(seconds: 30)
        #expect(ran.status == 1 && ran.output.contains("The deployment was rejected"), "\(ran.everything)")
        #expect(!ran.output.contains("deployed"))
        let waiting = try site.start(["trigger", "push", "--format", "json"], in: repository)
        try waiting.waitFor("flowrun run approve 2")
        #expect(try site.flowrun("run", "cancel", "2", in: repository).status == 0)
        #expect(try waiting.wait(seconds: 30).runs.first?["conclusion"] as? String == "cancelled")
    }

    @Test("a branch that may not deploy fails at once, in GitHub's words")
    func branches() throws {
        try site.git("checkout", "-q", "-b", "feature/x", in: repository)
        let ran = try site.flowrun("trigger", "push", "--format", "plain", in: repository)
        #expect(ran.status == 1, "\(ran.everything)")
        let words =
            "Branch \"feature/x\" is not allowed to deploy to Production due to environment protection rules."
        #expect(ran.output.contains(words), "\(ran.output)")
        try site.git("checkout", "-q", "-b", "releases/1/2", in: repository)
        try site.write(
            ["flowrun.yaml": "environments: { PRODUCTION: { branches: 'releases/**', wait-timer: 1s } }\n"],
            to: repository
        )
        let start = Date()
        let released = try site.flowrun("trigger", "push", "--format", "plain", in: repository)
        #expect(released.status == 0 && released.output.contains("deployed"), "\(released.everything)")
        #expect(Date().timeIntervalSince(start) >= 1)
        #expect(released.output.contains("waits until 20"), "\(released.output)")
        try site.write(["flowrun.yaml": "environments:\n  production: { approvals: true }\n"], to: repository)
        let wrong = try site.flowrun("trigger", "push", in: repository)
        #expect(
            wrong.status == 2 && wrong.errors.contains("flowrun.yaml:2:17: error: unknown key `approvals`"),
            "\(wrong.errors)"
        )
    }

    @Test("in the daemon a job goes on waiting after a restart, and is let in once")
    func survives() throws {
        let house = try DaemonSite()
        let repository = "\(house.site.folder)/repo"
        try house.site.git("clone", "-q", self.repository, repository, in: house.site.folder)
        try house.up()
        let id = try house.detach("w", in: repository)
        try Wait.until("it waits") {
            !house.site.files(in: "runs/\(id)").filter { $0.hasSuffix(".waiting") }.isEmpty
        }
        try house.down(SIGKILL)
        try house.up()
        #expect(try house.run(id)["status"] as? String == "in_progress")
        #expect(try house.site.flowrun("run", "approve", id, in: repository).status == 0)
        #expect(try house.ended(id)["conclusion"] as? String == "success")
        #expect(try house.log(id).contains("deployed"))
    }
}
