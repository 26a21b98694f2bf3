import Foundation
import Testing

/// Runs of the daemon before they begin, and after they have ended.
@Suite struct DaemonRunsTests {
    private let house: DaemonSite
    private var site: Site { house.site }

    init() throws { house = try DaemonSite() }

    @Test("a run that waits for a daemon can be cancelled and deleted without one, and does not begin")
    func cancelledBeforeItBegan() throws {
        let side = "\(site.folder)/side"
        site.environment["SIDE"] = side
        let repository = try site.repository(steps: "- run: 'echo ran >> \"$SIDE\"'")
        let id = try house.detach("w", in: repository)
        let next = try house.detach("w", in: repository)
        let cancelled = try site.flowrun("run", "cancel", id, in: repository)
        #expect(
            cancelled.status == 0 && cancelled.errors.contains("had not begun"),
            "\(cancelled.everything)"
        )
        let run = try house.run(id)
        #expect(run["status"] as? String == "completed" && run["conclusion"] as? String == "cancelled")
        #expect(try site.flowrun("run", "cancel", id, in: repository).status == 2)
        try house.up()
        #expect(try house.ended(next)["conclusion"] as? String == "success")
        try house.down()
        #expect(try String(contentsOfFile: side, encoding: .utf8) == "ran\n")
        let deleted = try site.flowrun("run", "delete", id, in: repository)
        #expect(deleted.status == 0, "\(deleted.everything)")
        #expect(!(try site.flowrun("run", "list", in: repository).output.contains("cancelled")))
    }

    @Test("a rerun is handed over, and the daemon runs all of it as the next attempt")
    func rerun() throws {
        let repository = try site.repository(
            steps: "- run: 'echo attempt $GITHUB_RUN_ATTEMPT of $GITHUB_RUN_ID'"
        )
        #expect(try site.flowrun("trigger", "push", in: repository).status == 0)
        let handed = try site.flowrun("run", "rerun", "1", "--detach", in: repository)
        #expect(handed.status == 0 && handed.output == "2\n", "\(handed.everything)")
        #expect(try house.run("2")["status"] as? String == "queued")
        try house.up()
        let run = try house.ended("2")
        #expect(run["conclusion"] as? String == "success" && run["run_attempt"] as? Int == 2, "\(run)")
        #expect(try house.log("2").contains("attempt 2 of 1"))
        try house.down()
    }

    @Test("a repository whose folder is gone is named once, and taken from the list by its path from here")
    func goneRepository() throws {
        let repository = try site.repository(steps: "- run: 'true'")
        #expect(try site.flowrun("repo", "add", in: repository).status == 0)
        try FileManager.default.removeItem(atPath: repository)
        try house.up()
        // It looks at its repositories every five seconds.
        sleep(6)
        let said = try house.down().errors
        #expect(said.components(separatedBy: "the folder is gone").count == 2, "\(said)")
        let removed = try site.flowrun("repo", "remove", "repo", in: site.folder)
        #expect(removed.status == 0 && removed.output == "removed \(repository)\n", "\(removed.everything)")
        #expect(
            try site.flowrun("repo", "list", in: site.folder).errors
                == "no repositories yet: flowrun repo add\n"
        )
    }

    @Test("a daemon whose address is taken says so, and how to give another")
    func takenAddress() throws {
        try house.up()
        let address = house.address.replacing("http://", with: "")
        let other = try site.flowrun(
            "daemon",
            "run",
            "--listen",
            address,
            in: site.folder,
            environment: ["FLOWRUN_HOME": "\(site.folder)/other"]
        )
        #expect(other.status == 2, "\(other.everything)")
        #expect(
            other.errors == "error: nothing can answer at `\(address)`: Address already in use; "
                + "give another HOST:PORT with --listen\n"
        )
    }

    @Test("the daemon removes what a repository does not want to keep, and nothing of others")
    func removesOldRuns() throws {
        let repository = try site.repository(steps: "- run: 'true'")
        let other = try site.repository([".github/workflows/w.yml": Self.plain], named: "other")
        try site.write(["flowrun.yaml": "retention: { keep: 1 }\n"], to: repository)
        for _ in 1...3 { #expect(try site.flowrun("trigger", "push", in: repository).status == 0) }
        for _ in 1...2 { #expect(try site.flowrun("trigger", "push", in: other).status == 0) }
        #expect(try site.flowrun("repo", "add", repository, other, in: site.folder).status == 0)
        try house.up()
        try Wait.until("old runs are gone") {
            try site.query("SELECT group_concat(id) FROM (SELECT id FROM runs ORDER BY id)") == "3,4,5"
        }
        #expect(Set(site.files(in: "runs").compactMap { $0.split(separator: "/").first }) == ["3", "4", "5"])
        try house.down()
    }

    private static let plain =
        "on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: 'true' } ] } }\n"
}
