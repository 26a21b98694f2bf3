import Foundation
import Testing

/// Results of jobs that go back to the forge that a webhook came from.
struct CheckRunTests {
    private let house: DaemonSite
    private var site: Site { house.site }
    private let clone: String
    private let tip: String

    private static let secret = "s3cret of the forge"
    private static let workflow = """
        name: Tests
        on: { push: {}, pull_request: {} }
        jobs:
          good:
            runs-on: ubuntu-latest
            steps:
              - run: echo '## all is well, tok-4711' >> "$GITHUB_STEP_SUMMARY"
              - run: |
                  for n in $(seq 1 8); do echo "::warning file=src/a.py,line=$n,col=2,title=spelling::word $n of ${{ secrets.WORD }}"; done
          bad:
            needs: good
            runs-on: ubuntu-latest
            steps: [ { name: break, run: exit 3 } ]
          never:
            needs: bad
            runs-on: ubuntu-latest
            steps: [ { run: 'true' } ]
        """
    private static let sender = """
        import hashlib, hmac, json, sys, urllib.request
        url, secret, header, name = sys.argv[1:]
        body = sys.stdin.read().encode()
        digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Gitlab-Token": secret} if "Gitlab" in header else \
            {"X-Hub-Signature-256": "sha256=" + digest, "X-Gitea-Signature": digest, "X-GitHub-Delivery": "d1",
             "X-Gitea-Delivery": "d1"}
        headers[header] = name
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=60) as answer: print(answer.status)
        """

    init() throws {
        house = try DaemonSite()
        let site = house.site
        clone = try site.repository([".github/workflows/w.yml": Self.workflow], named: "r")
        tip = try site.git("rev-parse", "HEAD", in: clone)
        try site.git("clone", "-q", "--bare", clone, "\(site.folder)/forge.git", in: site.folder)
        let added = try site.flowrun(
            "repo",
            "add",
            clone,
            "--webhook-secret-from-file",
            "-",
            in: site.folder,
            input: Self.secret + "\n"
        )
        try #require(added.status == 0, "\(added.everything)")
        try site.flowrun("secret", "set", "GITHUB_TOKEN", in: clone, input: "forge-token-1")
        try site.flowrun("secret", "set", "WORD", in: clone, input: "tok-4711")
    }

    private func come(from hub: FakeHub) throws {
        try site.git("remote", "add", "origin", "\(hub.address)/o/r", in: clone)
    }

    private func push(_ kind: FakeHub.Kind = .github) throws {
        let before = String(repeating: "0", count: 40)
        var body = """
            {"ref":"refs/heads/main","before":"\(before)","after":"\(tip)","deleted":false,
             "head_commit":{"message":"m"},"repository":{"full_name":"o/r"},"sender":{"login":"octo"}}
            """
        if kind == .gitlab {
            body = """
                {"object_kind":"push","ref":"refs/heads/main","before":"\(before)","after":"\(tip)","checkout_sha":"\(tip)",
                 "user_username":"octo","project":{"path_with_namespace":"o/r"},"commits":[]}
                """
        }
        let (header, name) =
            switch kind {
            case .github: ("X-GitHub-Event", "push")
            case .gitea: ("X-Gitea-Event", "push")
            case .gitlab: ("X-Gitlab-Event", "Push Hook")
            }
        let done = try SiteProcess(
            "/usr/bin/env",
            [
                "python3", "-c", Self.sender, "\(house.address)/hooks/\(kind.rawValue)", Self.secret, header,
                name,
            ],
            in: site.folder,
            environment: site.environment,
            input: body
        ).wait(seconds: 60)
        try #require(done.output == "202\n", "\(done.everything)")
    }

    private func waitUntilAllIsTold() throws {
        try Wait.until("all is told") {
            try house.rows("SELECT tells_jobs, next_at FROM statuses") == ["0|"]
        }
    }

    private func checks(of hub: FakeHub) throws -> [FakeHub.Request] {
        try hub.requests().filter { $0.line.contains("/check-runs") }
    }

    /// What a check run was told last of all, by its name.
    private func last(_ name: String, _ told: [FakeHub.Request]) throws -> [String: Any] {
        try #require(told.last { $0.text("name") == name }, "\(told.map(\.line))").fields
    }

    @Test("GitHub has a check run of each job, with its end, its summary and its annotations, masked")
    func results() throws {
        let hub = try FakeHub(site)
        try come(from: hub)
        try house.up()
        try push()
        try house.ended("1")
        try waitUntilAllIsTold()
        let told = try checks(of: hub)
        #expect(told.allSatisfy { $0.authorization == "Authorization: Bearer forge-token-1" })
        let made = told.filter { $0.line.hasPrefix("POST ") }.compactMap { $0.text("name") }
        #expect(made.sorted() == ["Tests / bad", "Tests / good", "Tests / never"], "one each")
        #expect(told.allSatisfy { !$0.line.hasPrefix("GET ") }, "nothing is looked up that was never tried")
        let good = try last("Tests / good", told)
        #expect(good["status"] as? String == "completed" && good["conclusion"] as? String == "success")
        #expect(good["head_sha"] as? String == tip)
        let stamp = try Regex("[0-9-]{10}T[0-9:]{8}Z")
        for field in ["started_at", "completed_at"] {
            #expect((good[field] as? String)?.wholeMatch(of: stamp) != nil, "\(good)")
        }
        let output = try #require(good["output"] as? [String: Any])
        #expect((output["title"] as? String)?.hasPrefix("Run 1: success after ") == true, "\(output)")
        #expect((output["summary"] as? String)?.hasPrefix("## all is well, ***") == true, "\(output)")
        let annotations = try #require(output["annotations"] as? [[String: Any]])
        #expect(annotations.count == 8 && annotations[2]["message"] as? String == "word 3 of ***")
        #expect(
            annotations[2]["path"] as? String == "src/a.py" && annotations[2]["start_line"] as? Int == 3
                && annotations[2]["end_line"] as? Int == 3 && annotations[2]["start_column"] as? Int == 2
                && annotations[2]["annotation_level"] as? String == "warning"
                && annotations[2]["title"] as? String == "spelling",
            "\(annotations[2])"
        )
        let bad = try last("Tests / bad", told)
        #expect(bad["conclusion"] as? String == "failure")
        let failed = try #require(bad["output"] as? [String: Any])
        #expect((failed["summary"] as? String)?.contains("✗ `break`: failure") == true, "\(failed)")
        let exits = try #require(failed["annotations"] as? [[String: Any]])
        #expect(exits.map { $0["message"] as? String } == ["Process completed with exit code 3."])
        #expect(exits.map { $0["path"] as? String } == [".github"])
        #expect(exits.map { $0["annotation_level"] as? String } == ["failure"])
        let never = try last("Tests / never", told)
        #expect(never["conclusion"] as? String == "skipped" && never["status"] as? String == "completed")
        #expect(!"\(told)".contains("tok-4711"))
    }

    @Test("the forge is told of a further attempt, whoever runs it")
    func attempts() throws {
        let hub = try FakeHub(site)
        try come(from: hub)
        try house.up()
        try push()
        try house.ended("1")
        try waitUntilAllIsTold()
        let before = try hub.writes().count
        #expect(try site.flowrun("run", "rerun", "1", "--failed", in: clone).status == 1)
        try Wait.until("the attempt is told") {
            try house.rows("SELECT tells_jobs, next_at FROM statuses") == ["0|", "0|"]
        }
        let since = try hub.writes().dropFirst(before)
        #expect(since.last { $0.line.contains("/statuses/") }?.text("state") == "failure")
        let made = since.filter { $0.line.hasSuffix("/check-runs") }.compactMap { $0.text("name") }
        #expect(made.sorted() == ["Tests / bad", "Tests / good", "Tests / never"])
    }

    @Test("a daemon that is killed before it knows of a check run finds the one that it has made")
    func killed() throws {
        let hub = try FakeHub(site, cut: "check")
        try come(from: hub)
        try house.up()
        try push()
        try Wait.until("the first check run is made") {
            try checks(of: hub).contains { $0.line.hasPrefix("POST ") }
        }
        #expect(
            try house.rows("SELECT COUNT(*) FROM check_runs WHERE number IS NULL AND attempts = 1") == ["1"]
        )
        try house.down(SIGKILL)
        try house.up()
        try house.ended("1")
        try waitUntilAllIsTold()
        let told = try checks(of: hub)
        let made = told.filter { $0.line.hasPrefix("POST ") }
        #expect(
            made.compactMap { $0.text("name") }.sorted() == ["Tests / bad", "Tests / good", "Tests / never"]
        )
        #expect(Set(made.compactMap { $0.text("external_id") }).count == 3)
        #expect(
            told.contains { $0.line.contains("/check-runs?check_name=Tests%20%2F%20good") },
            "\(told.map(\.line))"
        )
        #expect(try last("Tests / good", told)["conclusion"] as? String == "success")
        #expect(told.contains { $0.line.hasPrefix("PATCH ") && $0.line.hasSuffix("/check-runs/1") })
    }

    @Test("a token that may make no check runs is asked once, and statuses go on")
    func refused() throws {
        let hub = try FakeHub(site, refusesChecks: true)
        try come(from: hub)
        try house.up()
        try push()
        try house.ended("1")
        try waitUntilAllIsTold()
        #expect(try checks(of: hub).count == 1)
        let states = try hub.requests().filter { $0.line.contains("/statuses/") }.compactMap {
            $0.text("state")
        }
        #expect(states.last == "failure", "\(states)")
        let said = try house.down().errors
        #expect(said.components(separatedBy: "job's result not sent").count == 2, "\(said)")
        #expect(said.contains("You must authenticate via a GitHub App."))
    }

    @Test("without a token nothing is tried, of the run or of its jobs")
    func noToken() throws {
        let hub = try FakeHub(site)
        try come(from: hub)
        try site.flowrun("secret", "delete", "GITHUB_TOKEN", in: clone)
        try house.up()
        try push()
        try house.ended("1")
        try waitUntilAllIsTold()
        #expect(try house.rows("SELECT reason FROM statuses")[0].hasPrefix("no secret GITHUB_TOKEN"))
        #expect(try house.rows("SELECT COUNT(*) FROM check_runs") == ["0"])
        #expect(try hub.writes().isEmpty)
    }

    @Test("the end of a run is told that a killed daemon did not come to tell")
    func untoldEnd() throws {
        let hub = try FakeHub(site)
        try come(from: hub)
        try house.up()
        try push()
        try house.ended("1")
        try waitUntilAllIsTold()
        try house.down(SIGKILL)
        // As it is where it was killed as the run ended.
        let python = """
            import sqlite3, sys
            db = sqlite3.connect(sys.argv[1])
            db.execute("UPDATE statuses SET state = 'pending', next_at = NULL, tells_jobs = 1")
            db.execute("DELETE FROM check_runs WHERE job_id = 3")
            db.commit()
            """
        let changed = try SiteProcess(
            "/usr/bin/env",
            ["python3", "-c", python, "\(site.state)/store/flowrun.db"],
            in: site.folder,
            environment: site.environment
        ).wait()
        try #require(changed.status == 0, "\(changed.everything)")
        let before = try hub.writes().count
        try house.up()
        try waitUntilAllIsTold()
        let since = try hub.writes().dropFirst(before)
        #expect(since.count == 2, "\(since)")
        #expect(since.contains { $0.line.contains("/statuses/") && $0.text("state") == "failure" })
        #expect(since.contains { $0.line.hasSuffix("/check-runs") && $0.text("name") == "Tests / never" })
    }

    @Test(
        "where there are no check runs each job has a status of its own beside the run's",
        arguments: [FakeHub.Kind.gitea, .gitlab]
    )
    func statuses(_ kind: FakeHub.Kind) throws {
        let hub = try FakeHub(site, kind)
        try come(from: hub)
        try house.up()
        try push(kind)
        try house.ended("1")
        try waitUntilAllIsTold()
        let told = try hub.requests().filter { $0.line.contains("/statuses/\(tip)") }
        let field = kind == .gitlab ? "name" : "context"
        let isFailure = kind == .gitlab ? "failed" : "failure"
        var last: [String: String] = [:]
        for each in told { last[each.text(field) ?? ""] = each.text("state") }
        #expect(
            last == [
                "flowrun / Tests": isFailure, "flowrun / Tests / good": "success",
                "flowrun / Tests / bad": isFailure, "flowrun / Tests / never": "success",
            ],
            "\(told)"
        )
        #expect(try hub.requests().allSatisfy { !$0.line.contains("check-runs") })
    }
}
