import Foundation
import Testing

/// `cml` in a job against the forges that it knows, over real connections.
///
/// The token is no secret of the run here, so that nothing but `cml` keeps it out of the logs.
struct ForgeTests {
    private static let token = "t0k-of-the-forge"

    /// A job with `cml` and the token at hand; the forge is the repository's origin.
    private func repository(_ site: Site, _ forge: FakeHub, script: String) throws -> String {
        try Self.token.write(toFile: "\(site.folder)/token", atomically: true, encoding: .utf8)
        let repository = try site.repository(
            steps: """
                - uses: actions/checkout@v4
                - uses: iterative/setup-cml@v2
                - run: |
                    REPO_TOKEN=$(cat \(site.folder)/token); export REPO_TOKEN
                \(script.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
                """
        )
        try site.git("clone", "-q", "--bare", repository, "\(site.folder)/o/r.git", in: site.folder)
        try site.git("config", "http.receivepack", "true", in: "\(site.folder)/o/r.git")
        try site.git("remote", "add", "origin", "\(forge.address)/o/r.git", in: repository)
        return repository
    }

    private func run(_ site: Site, _ kind: FakeHub.Kind, in repository: String) throws -> SiteResult {
        try site.flowrun(
            "trigger",
            "push",
            "--format",
            "json",
            "--env",
            "CML_DRIVER=\(kind.rawValue)",
            in: repository
        )
    }

    /// The token went to the forge alone, in its own header.
    private func tokenIsKept(_ site: Site, _ kind: FakeHub.Kind, _ forge: FakeHub, _ done: SiteResult) throws
    {
        let header =
            switch kind {
            case .github: "Authorization: Bearer \(Self.token)"
            case .gitlab: "PRIVATE-TOKEN: \(Self.token)"
            case .gitea: "Authorization: token \(Self.token)"
            }
        let requests = try forge.requests()
        #expect(requests.allSatisfy { $0.authorization == header }, "\(requests)")
        #expect(!done.output.contains(Self.token) && !done.errors.contains(Self.token))
        #expect(!site.holds(Self.token, under: site.state))
    }

    @Test(arguments: FakeHub.Kind.allCases)
    func aPullRequestGetsItsReportOnceAndThenItsChanges(_ kind: FakeHub.Kind) throws {
        let site = try Site()
        let forge = try FakeHub(site, kind, pull: 7, token: Self.token)
        let repository = try repository(
            site,
            forge,
            script: """
                echo '### Score: 0.5' > report.md
                cml comment create report.md
                cml comment create report.md
                echo '### Score: 0.75 & more' > report.md
                CML_COMMENT_UPDATE=true cml comment create report.md
                echo other > other.md
                cml comment update other.md --watermark-title other --target issue/3
                """
        )
        let done = try run(site, kind, in: repository)
        #expect(done.status == 0, "\(done.log)\(done.errors)")
        let head = try site.git("rev-parse", "HEAD", in: repository)
        let expected: [String]
        let lookup: String
        switch kind {
        case .github:
            lookup = "GET /api/v3/repos/o/r/commits/\(head)/pulls?state=open"
            expected = [
                "POST /api/v3/repos/o/r/issues/7/comments", "PATCH /api/v3/repos/o/r/issues/comments/1",
                "POST /api/v3/repos/o/r/issues/3/comments",
            ]
        case .gitlab:
            lookup = "GET /api/v4/projects/o%2Fr/repository/commits/\(head)/merge_requests"
            let project = "/api/v4/projects/o%2Fr"
            expected = [
                "POST \(project)/merge_requests/7/notes", "PUT \(project)/merge_requests/7/notes/1",
                "POST \(project)/issues/3/notes",
            ]
        case .gitea:
            lookup = "GET /api/v1/repos/o/r/commits/\(head)/pull"
            expected = [
                "POST /api/v1/repos/o/r/issues/7/comments", "PATCH /api/v1/repos/o/r/issues/comments/1",
                "POST /api/v1/repos/o/r/issues/3/comments",
            ]
        }
        let writes = try forge.writes()
        #expect(writes.map(\.line) == expected)
        #expect(try forge.requests().first?.line.hasPrefix(lookup) == true)
        let bodies = writes.compactMap { $0.text("body") }
        #expect(
            bodies.first?.hasPrefix("### Score: 0.5\n\n![](https://cml.dev/watermark.png#\(head) ") == true
        )
        #expect(bodies.dropFirst().first?.hasPrefix("### Score: 0.75 & more\n") == true)
        #expect(bodies.last?.contains("\"CML watermark other\")") == true)
        try tokenIsKept(site, kind, forge, done)
    }

    @Test(
        "G3: a connection that is cut while a report is posted leads to one comment",
        arguments: ["mid", "after"]
    )
    func aCutPostMakesOneComment(at place: String) throws {
        let site = try Site()
        let forge = try FakeHub(site, .github, pull: 7, token: Self.token, cut: place)
        let script = "echo '### Score: 0.5' > report.md\ncml comment create report.md"
        let repository = try repository(site, forge, script: script)
        let done = try run(site, .github, in: repository)
        #expect(done.status == 0, "\(done.log)\(done.errors)")
        let writes = try forge.writes()
        #expect(writes.map(\.line) == ["POST /api/v3/repos/o/r/issues/7/comments"], "\(writes)")
        #expect(writes.first?.text("body")?.hasPrefix("### Score: 0.5") == true)
        // After the cut it was looked up anew.
        let lookups = try forge.requests().filter {
            $0.line.hasPrefix("GET /api/v3/repos/o/r/issues/7/comments")
        }
        #expect(lookups.count >= 2, "\(lookups)")
        try tokenIsKept(site, .github, forge, done)
    }

    @Test(
        "G4: a forge that is busy or fails has the report's comment once, later",
        arguments: [("429", 2.0), ("503", 1.0), ("500", 1.0)]
    )
    func aBusyForgeHasTheReportLater(_ status: String, _ wait: Double) throws {
        let site = try Site()
        let forge = try FakeHub(site, .github, pull: 7, token: Self.token, cut: status)
        let script = "echo '### Score: 0.5' > report.md\ncml comment create report.md"
        let repository = try repository(site, forge, script: script)
        let done = try run(site, .github, in: repository)
        #expect(done.status == 0, "\(done.log)\(done.errors)")
        let writes = try forge.writes()
        #expect(writes.map(\.line) == Array(repeating: "POST /api/v3/repos/o/r/issues/7/comments", count: 2))
        #expect(writes[1].time - writes[0].time >= wait, "\(writes.map(\.time))")
        // What may have been done in spite of its answer is looked up before it is done again.
        let lines = try forge.requests().map(\.line)
        let between = lines.drop { !$0.hasPrefix("POST") }.dropFirst().prefix { !$0.hasPrefix("POST") }
        #expect(between.isEmpty == (status != "500"), "\(lines)")
        try tokenIsKept(site, .github, forge, done)
    }

    @Test("G4: a report that is longer than a forge takes is cut, and kept whole here")
    func aLongReportIsCut() throws {
        let site = try Site()
        let forge = try FakeHub(site, .github, pull: 7, token: Self.token)
        let script = """
            for i in $(seq 1400); do echo "Line $i of a report that says the same again and again"; done > report.md
            test $(wc -c < report.md) -gt 70000
            cml comment create report.md
            """
        let done = try run(site, .github, in: try repository(site, forge, script: script))
        #expect(done.status == 0, "\(done.log)\(done.errors)")
        let writes = try forge.writes()
        let body = try #require(writes.first?.text("body"))
        #expect(
            writes.count == 1 && body.utf8.count <= 65536 && body.utf8.count > 60000,
            "\(body.utf8.count)"
        )
        #expect(
            body.hasPrefix("Line 1 of") && body.contains("the run has the whole report*"),
            "\(body.suffix(400))"
        )
        #expect(site.holds("Line 1400 of a report", under: "\(site.state)/runs/1/reports"))
    }

    @Test(
        "G4: a refusal ends the step by name, and the report is kept here",
        arguments: ["422", "403", "400"]
    )
    func aRefusalIsFinal(_ status: String) throws {
        let site = try Site()
        let forge = try FakeHub(site, .github, pull: 7, token: Self.token, cut: status)
        let script = "echo '### Score: 0.5' > report.md\ncml comment create report.md"
        let done = try run(site, .github, in: try repository(site, forge, script: script))
        #expect(done.status == 1, "\(done.log)\(done.errors)")
        #expect(done.log.contains { $0.contains("the forge says \(status): Not now") }, "\(done.log)")
        #expect(try forge.writes().count == 1)
        #expect(site.holds("Score: 0.5", under: "\(site.state)/runs/1/reports"))
    }

    @Test(.timeLimit(.minutes(10)))
    func aWatchedReportIsPostedAgainWhenItChangesOrIsAskedFor() throws {
        let site = try Site()
        let forge = try FakeHub(site, pull: 7, token: Self.token)
        let repository = try repository(
            site,
            forge,
            script: """
                lines() { until [ "$(wc -l < $1)" -ge $2 ]; do sleep 0.1; done; }
                echo one > report.md
                CML_COMMENT_WATCH=true cml comment create report.md > shown &
                lines shown 1; echo two > report.md; lines shown 2
                echo three > other.md
                cml comment create other.md --watermark-title b --watch --trigger-file go > others &
                lines others 1; echo four > other.md; touch go
                while [ -e go ]; do sleep 0.1; done
                """
        )
        let done = try run(site, .github, in: repository)
        #expect(done.status == 0, "\(done.log)\(done.errors)")
        let issues = "/api/v3/repos/o/r/issues"
        let writes = try forge.writes()
        #expect(
            writes.map(\.line) == [
                "POST \(issues)/7/comments", "PATCH \(issues)/comments/1", "POST \(issues)/7/comments",
                "PATCH \(issues)/comments/2",
            ]
        )
        let firstWords = writes.compactMap { $0.text("body")?.prefix { !$0.isNewline } }
        #expect(firstWords == ["one", "two", "three", "four"])
        #expect(site.leftovers(except: ["python3"]).isEmpty, "the watchers end with their job")
    }

    @Test(arguments: FakeHub.Kind.allCases)
    func aCommitGetsItsReportWhereItsForgeHasThat(_ kind: FakeHub.Kind) throws {
        let site = try Site()
        let forge = try FakeHub(site, kind, token: Self.token)
        let repository = try repository(
            site,
            forge,
            script: "echo report > report.md; cml comment create report.md"
        )
        let done = try run(site, kind, in: repository)
        #expect(done.status == 0, "\(done.log)\(done.errors)")
        let head = try site.git("rev-parse", "HEAD", in: repository)
        let write = try #require(try forge.writes().first)
        switch kind {
        case .github:
            #expect(write.line == "POST /api/v3/repos/o/r/commits/\(head)/comments")
            #expect(write.text("body")?.hasPrefix("report\n") == true)
        case .gitlab:
            #expect(write.line == "POST /api/v4/projects/o%2Fr/repository/commits/\(head)/comments")
            #expect(write.text("note")?.hasPrefix("report\n") == true)
        case .gitea:
            #expect(write.line == "POST /api/v1/repos/o/r/statuses/\(head)")
            #expect(write.text("state") == "success" && write.text("context") == "cml")
            #expect(done.log.contains { $0.hasPrefix("note: this forge has no comments on commits") })
        }
        try tokenIsKept(site, kind, forge, done)
    }

    @Test(arguments: FakeHub.Kind.allCases)
    func aPullRequestOfWhatChangedIsOpenedOnce(_ kind: FakeHub.Kind) throws {
        let site = try Site()
        let forge = try FakeHub(site, kind, token: Self.token)
        let repository = try repository(
            site,
            forge,
            script: """
                mkdir -p model; echo new > model/model.pkl.dvc; echo new > dvc.lock; echo scratch > notes.txt
                echo "none [$(cml pr create 'absent/*')]"
                echo "first [$(cml pr 'model/*.dvc' dvc.lock)]"
                git status --porcelain; echo "on $(git branch --show-current), main at $(git rev-parse main)"
                echo "second [$(CML_PR_MD=true cml pr create 'model/*.dvc' dvc.lock)]"
                echo more > more.txt
                CML_PR_TITLE='More of it' CML_PR_SKIP_CI=true cml pr create . --branch more --body why --message 'Add more' \\
                  --user-name Ada --user-email ada@example.org
                """
        )
        let done = try run(site, kind, in: repository)
        #expect(done.status == 0, "\(done.log)\(done.errors)")
        let head = try site.git("rev-parse", "HEAD", in: repository)
        let page = "\(forge.address)/o/r/pull/1"
        for line in [
            "none []", "first [\(page)]", "second [[CML's Pull Request](\(page))]", "?? notes.txt",
            "on main-cml-pr-\(head.prefix(8)), main at \(head)", "\(forge.address)/o/r/pull/2",
        ] { #expect(done.log.contains(line), "no `\(line)` in \(done.log)") }

        let writes = try forge.writes()
        let line =
            switch kind {
            case .github: "POST /api/v3/repos/o/r/pulls"
            case .gitlab: "POST /api/v4/projects/o%2Fr/merge_requests"
            case .gitea: "POST /api/v1/repos/o/r/pulls"
            }
        #expect(writes.map(\.line) == [line, line])
        let names =
            kind == .gitlab
            ? ["source_branch", "target_branch", "title", "description"] : ["head", "base", "title", "body"]
        let branch = "main-cml-pr-\(head.prefix(8))"
        #expect(
            names.map { writes.first?.text($0) } == [
                branch, "main", "CML PR for main \(head.prefix(8))",
                "Automated commits for \(forge.address)/o/r/commit/\(head) created by CML.",
            ]
        )
        #expect(names.map { writes.last?.text($0) } == ["more", "main", "More of it", "why"])

        let remote = "\(site.folder)/o/r.git"
        #expect(try site.git("rev-parse", "\(branch)^", in: remote) == head)
        #expect(try site.git("rev-parse", "main", in: remote) == head)
        let changed = try site.git("diff", "--name-only", "main", branch, in: remote)
        #expect(changed == "dvc.lock\nmodel/model.pkl.dvc")
        let format = "--format=%an <%ae> %s"
        #expect(
            try site.git("log", "-1", format, branch, in: remote)
                == "Olivaw[bot] <olivaw@iterative.ai> CML PR for \(head.prefix(8)) [skip ci]"
        )
        #expect(
            try site.git("log", "-1", format, "more", in: remote)
                == "Ada <ada@example.org> Add more [skip ci]"
        )
        try tokenIsKept(site, kind, forge, done)
    }

    @Test(arguments: FakeHub.Kind.allCases)
    func aCheckIsMadeWhereItsForgeHasThem(_ kind: FakeHub.Kind) throws {
        let site = try Site()
        let forge = try FakeHub(site, kind, token: Self.token)
        let repository = try repository(
            site,
            forge,
            script: """
                echo '# Report' > report.md
                CML_CHECK_TITLE=Metrics cml check create report.md --conclusion neutral
                """
        )
        let done = try run(site, kind, in: repository)
        let head = try site.git("rev-parse", "HEAD", in: repository)
        guard kind == .github else {
            #expect(done.status == 1)
            #expect(done.log.contains { $0.hasPrefix("error: Git") && $0.contains("has no check runs") })
            #expect(try forge.writes().isEmpty)
            return
        }
        #expect(done.status == 0, "\(done.log)\(done.errors)")
        let check = try #require(try forge.writes().first)
        #expect(check.line == "POST /api/v3/repos/o/r/check-runs")
        let names = ["name", "head_sha", "status", "conclusion"]
        #expect(names.map(check.text) == ["Metrics", head, "completed", "neutral"])
        let output = try #require(check.fields["output"] as? [String: String])
        #expect(output["title"] == "Metrics" && output["summary"]?.hasPrefix("# Report\n") == true)
        #expect(check.text("started_at") != nil && check.text("completed_at") != nil)
        try tokenIsKept(site, kind, forge, done)
    }

    @Test(arguments: FakeHub.Kind.allCases)
    func aRefusalNamesTheRequestAndNotTheToken(_ kind: FakeHub.Kind) throws {
        let site = try Site()
        let forge = try FakeHub(site, kind, pull: 7, token: Self.token, refuses: true)
        let repository = try repository(
            site,
            forge,
            script: """
                echo report > report.md; echo change > change.txt
                cml comment create report.md || echo "comment ended with $?"
                cml pr create . || echo "pr ended with $?"
                """
        )
        let done = try run(site, kind, in: repository)
        #expect(done.status == 0, "\(done.log)\(done.errors)")
        #expect(done.log.contains("comment ended with 1") && done.log.contains("pr ended with 1"))
        let refusals = done.log.filter { $0.contains("403") && $0.contains("not accessible") }
        #expect(refusals.count == 2 && refusals.allSatisfy { $0.hasPrefix("error: POST http://127.0.0.1:") })
        try tokenIsKept(site, kind, forge, done)
    }

    @Test func anotherTokenOpensNoGitAndIsNotTold() throws {
        let site = try Site()
        let forge = try FakeHub(site, token: "the-right-one")
        let repository = try repository(site, forge, script: "echo change > change.txt; cml pr create .")
        // A password in the remote's address is no more to be told than the token.
        let address = forge.address.replacing("http://", with: "http://ada:pa55word@")
        try site.git("remote", "set-url", "origin", "\(address)/o/r.git", in: repository)
        let done = try run(site, .github, in: repository)
        #expect(done.status == 1)
        #expect(done.log.contains { $0.hasPrefix("error:") && $0.contains("\(forge.address)/o/r.git") })
        #expect(!done.output.contains("pa55word") && !done.errors.contains("pa55word"), "\(done.log)")
        try tokenIsKept(site, .github, forge, done)
    }

    @Test(arguments: [
        ("comment create report.md --driver bitbucket", "Bitbucket is not supported"),
        ("comment create report.md --driver other", "`other`"),
        ("comment create report.md --target mr/7", "`mr/7`"),
        ("comment create report.md --log loud", "`loud`"),
        ("comment create report.md --trigger-file x", "`--trigger-file` needs `--watch`"),
        ("comment create report.md --rm-watermark --watermark-title x", "`--rm-watermark`"),
        ("pr create . --merge --squash", "`--merge`, `--rebase` and `--squash`"),
        ("asset publish plot.png --native", "`--native`"),
        ("check create report.md --status done", "`done`"),
        ("check create report.md --conclusion fine", "`fine`"),
    ])
    func anOptionThatCannotBeHonouredIsRefusedByName(_ command: String, _ told: String) throws {
        let site = try Site()
        let forge = try FakeHub(site, token: Self.token)
        let repository = try repository(
            site,
            forge,
            script: """
                echo report > report.md; printf '\\211PNG\\r\\n\\032\\n0000' > plot.png
                export CML_DRIVER=github; cml \(command)
                """
        )
        let done = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(done.status == 1)
        #expect(done.log.filter { $0.hasPrefix("error: ") && $0.contains(told) }.count == 1, "\(done.log)")
        #expect(try forge.writes().isEmpty)
    }
}
