import Foundation
import Testing

/// Webhooks as forges send them, to a daemon that serves a clone of what they tell of.
struct WebhookTests {
    private let house: DaemonSite
    private var site: Site { house.site }
    private let clone: String
    private let work: String

    private static let secret = "s3cret of the forge"
    private static let workflow = """
        on: { push: { branches: [main], paths: ['src/**'] }, pull_request: {} }
        jobs:
          a:
            runs-on: ubuntu-latest
            env: { MESSAGE: '${{ github.event.head_commit.message }}' }
            steps:
              - uses: actions/checkout@v4
              - name: tell
                run: echo "told ${{ github.event_name }} ${{ github.ref }} $(cat src/file) ${{ github.actor }} $MESSAGE"
        """

    /// A bare repository in the place of the forge, a clone that is served, and one in which somebody works.
    init() throws {
        house = try DaemonSite()
        let site = house.site
        work = try site.repository(
            [".github/workflows/w.yml": Self.workflow, "src/file": "one"],
            named: "work"
        )
        try site.git("clone", "-q", "--bare", work, "\(site.folder)/forge.git", in: site.folder)
        try site.git("remote", "add", "origin", "\(site.folder)/forge.git", in: work)
        try site.git("clone", "-q", "\(site.folder)/forge.git", "model", in: site.folder)
        clone = "\(site.folder)/model"
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
    }

    /// Sends deliveries and prints the status and body of each answer, a line each.
    private static let sender = """
        import concurrent.futures, getpass, hashlib, hmac, json, sys, urllib.error, urllib.request
        url, secret, calls = sys.argv[1], sys.argv[2], json.load(sys.stdin)
        def send(call):
            text = call["body"].replace("@NAME", getpass.getuser() + "/model")
            body = call.get("prefix", "").encode() + text.encode()
            headers = dict(call["headers"])
            for name, value in headers.items():
                digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
                headers[name] = value.replace("@HMAC", digest).replace("@UPPER", digest.upper()).replace("@SECRET", secret)
            request = urllib.request.Request(url + call["path"], data=body, headers=headers)
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return f"{answer.status} {answer.read().decode().strip()}"
            except urllib.error.HTTPError as answer:
                return f"{answer.code} {answer.read().decode().strip()}"
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            for line in pool.map(send, calls): print(line)
        """

    private struct Call: Encodable {
        var path = "/hooks/github"
        var headers: [String: String]
        var body: String
        var prefix: String?
    }

    private func send(_ calls: [Call]) throws -> [String] {
        let done = try SiteProcess(
            "/usr/bin/env",
            ["python3", "-c", Self.sender, house.address, Self.secret],
            in: site.folder,
            environment: site.environment,
            input: String(decoding: try JSONEncoder().encode(calls), as: UTF8.self)
        ).wait(seconds: 120)
        try #require(done.status == 0, "\(done.everything)")
        return done.output.split(separator: "\n").map(String.init)
    }

    private func push(
        _ before: String,
        _ after: String,
        delivery: String = "d1",
        ref: String = "refs/heads/main"
    ) -> Call {
        Call(
            headers: [
                "X-GitHub-Event": "push", "X-GitHub-Delivery": delivery,
                "X-Hub-Signature-256": "sha256=@HMAC",
                "Host": "ci.example.org",
            ],
            body: """
                {"ref":"\(ref)","before":"\(before)","after":"\(after)","deleted":false,\
                "head_commit":{"message":"of the forge"},"repository":{"full_name":"@NAME"},"sender":{"login":"octo"}}
                """
        )
    }

    /// A commit that the forge has and the served clone has not.
    private func pushedCommit(
        _ path: String = "src/file",
        _ text: String = "two"
    ) throws -> (before: String, after: String) {
        let before = try site.git("rev-parse", "HEAD", in: work)
        try site.write([path: text], to: work)
        try site.git("add", "-A", in: work)
        try site.git("commit", "-q", "-m", "change", in: work)
        try site.git("push", "-q", "origin", "main", in: work)
        return (before, try site.git("rev-parse", "HEAD", in: work))
    }

    @Test("a push is fetched and run at its commit, and no branch of the clone is moved")
    func pushes() throws {
        try house.up()
        let (before, after) = try pushedCommit()
        let answers = try send([push(before, after)])
        #expect(answers == [#"202 {"event":1,"duplicate":false}"#])
        let run = try house.ended("1")
        #expect(run["conclusion"] as? String == "success" && run["head_sha"] as? String == after, "\(run)")
        #expect(try house.log("1").contains("told push refs/heads/main two octo of the forge"))
        #expect(try site.git("rev-parse", "HEAD", in: clone) == before)
        #expect(try site.git("status", "--porcelain", in: clone).isEmpty)
        // What lies outside of the filter starts nothing.
        let (second, third) = try pushedCommit("docs.md", "text")
        #expect(try send([push(second, third, delivery: "d2")]) == [#"202 {"event":2,"duplicate":false}"#])
        try Wait.until("it is dealt with") {
            try house.rows("SELECT status FROM events WHERE id = 2") == ["done"]
        }
        #expect(try house.rows("SELECT COUNT(*) FROM runs") == ["1"])
    }

    @Test(
        "F3, L2: the same delivery a hundred times at once is one event, and so are the same words by another name"
    )
    func deduplicates() throws {
        try house.up()
        let (before, after) = try pushedCommit()
        let answers = try send(Array(repeating: push(before, after), count: 100))
        #expect(answers.filter { $0 == #"202 {"event":1,"duplicate":false}"# }.count == 1, "\(answers)")
        #expect(answers.filter { $0 == #"200 {"event":1,"duplicate":true}"# }.count == 99, "\(answers)")
        #expect(try send([push(before, after, delivery: "other")]) == [#"200 {"event":1,"duplicate":true}"#])
        try house.ended("1")
        #expect(try house.rows("SELECT COUNT(*) FROM runs") == ["1"])
        // Each is counted at the event, by its id.
        let listed = try JSON(try site.flowrun("event", "list", "--json", in: clone).output)
        #expect(listed.list.count == 1 && listed[0]["guid"] == .string("d1"), "\(listed)")
        #expect(listed[0]["workflow_runs"][0]["id"] == .number(1))
        let repeats = listed[0]["duplicates"].list.map { "\($0["guid"].text) \($0["count"])" }.sorted()
        #expect(repeats == ["d1 number(99.0)", "other number(1.0)"], "\(repeats)")
        #expect(try site.flowrun("event", "list", in: clone).output.contains("run 1; 100 duplicates"))
        // Ids are not signed: any number of them takes no more than so many rows.
        let flood = (0..<150).map { push(before, after, delivery: "flood\($0)") }
        #expect(try send(flood).allSatisfy { $0 == #"200 {"event":1,"duplicate":true}"# })
        #expect(try house.rows("SELECT COUNT(*), SUM(count) FROM repeats") == ["101|250"])
    }

    @Test(
        "L2: words that were told are a duplicate by any id, but for what may happen again in the same words"
    )
    func replays() throws {
        try house.up()
        func call(_ event: String, _ delivery: String) -> Call {
            var call = push("", "", delivery: delivery)
            call.headers["X-GitHub-Event"] = event
            call.body = #"{"action":"opened","issue":{"number":7},"repository":{"full_name":"@NAME"}}"#
            return call
        }
        var answers: [String] = []
        for event in ["issues", "issue_comment", "repository_dispatch"] {
            for delivery in ["1", "2"] { answers += try send([call(event, event + delivery)]) }
        }
        #expect(
            answers == [
                #"202 {"event":1,"duplicate":false}"#, #"200 {"event":1,"duplicate":true}"#,
                #"202 {"event":2,"duplicate":false}"#, #"200 {"event":2,"duplicate":true}"#,
                #"202 {"event":3,"duplicate":false}"#, #"202 {"event":4,"duplicate":false}"#,
            ]
        )
    }

    @Test("L2: a person has an event taken in again, and a forge that sends it again does not")
    func redelivers() throws {
        let (before, after) = try pushedCommit()
        #expect(try site.flowrun("event", "redeliver", "1", in: clone).status == 2)
        try house.up()
        #expect(try send([push(before, after)])[0].hasPrefix("202 "))
        try house.ended("1")
        let again = try site.flowrun("event", "redeliver", "1", in: clone)
        #expect(again.status == 0 && again.output == "2\n", "\(again.everything)")
        #expect(try house.ended("2")["head_sha"] as? String == after)
        #expect(try site.flowrun("event", "redeliver", "1", in: clone).output == "3\n")
        try house.ended("3")
        #expect(try send([push(before, after)]) == [#"200 {"event":1,"duplicate":true}"#])
        let listed = try JSON(try site.flowrun("event", "list", "--all", "--json", in: clone).output)
        #expect(
            listed.list.map { "\($0["id"]) \($0["guid"].text) \($0["forge"].text) \($0["redelivery_of"])" }
                == [
                    "number(3.0) d1 github number(1.0)", "number(2.0) d1 github number(1.0)",
                    "number(1.0) d1 github null",
                ]
        )
    }

    @Test("L1: what is not signed with the secret leaves nothing behind")
    func refusesStrangers() throws {
        try house.up()
        let tip = try site.git("rev-parse", "HEAD", in: work)
        let good = push(tip, tip)
        var calls: [Call] = []
        for signature in ["", "sha256=00", "sha1=@HMAC", "@HMAC", "sha256=@HMACff", "sha256=@UPPER"] {
            var call = good
            call.headers["X-Hub-Signature-256"] = signature
            calls.append(call)
        }
        var changed = good
        changed.prefix = " "
        changed.headers["X-Hub-Signature-256"] = "sha256=" + String(repeating: "a", count: 64)
        calls.append(changed)
        var elsewhere = good
        elsewhere.path = "/hooks/gitlab"
        elsewhere.headers["X-Gitlab-Token"] = "guess"
        calls.append(elsewhere)
        for answer in try send(calls) { #expect(answer.hasPrefix("401 "), "\(answer)") }
        #expect(try house.rows("SELECT COUNT(*) FROM events") == ["0"])
        #expect(!site.holds(Self.secret, under: site.state))
    }

    @Test("L3: what is too large, no JSON, too deep or about another repository is refused by name")
    func refusesTheUnfit() throws {
        try house.up()
        let tip = try site.git("rev-parse", "HEAD", in: work)
        func call(_ body: String) -> Call {
            var call = push(tip, tip)
            call.body = body
            return call
        }
        let answers = try send([
            call("{"), call(String(repeating: "[", count: 100_000)), call("[1]"),
            call(#"{"repository":{"full_name":"some/other"}}"#),
            call(#"{"x":""# + String(repeating: "x", count: 26 << 20) + #""}"#),
        ])
        #expect(answers.map { $0.prefix(3) } == ["400", "400", "400", "404", "413"], "\(answers)")
        var form = push(tip, tip)
        form.prefix = "payload="
        form.body =
            form.body.addingPercentEncoding(
                withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "@"))
            ) ?? ""
        #expect(try send([form])[0].hasPrefix("202 "))
        var ping = push(tip, tip)
        ping.headers["X-GitHub-Event"] = "ping"
        #expect(try send([ping]) == [#"200 {"pong":true}"#])
    }

    @Test("Gitea and GitLab are understood, and a pull request runs at its head")
    func otherForges() throws {
        try house.up()
        let (before, after) = try pushedCommit()
        try site.git("push", "-q", "origin", "main:refs/merge-requests/7/head", in: work)
        var gitea = push(before, after)
        gitea.path = "/hooks/gitea"
        gitea.headers = ["X-Gitea-Event": "push", "X-Gitea-Delivery": "g1", "X-Gitea-Signature": "@HMAC"]
        let merge = Call(
            path: "/hooks/gitlab",
            headers: ["X-Gitlab-Event": "Merge Request Hook", "X-Gitlab-Token": "@SECRET"],
            body: """
                {"object_kind":"merge_request","user":{"username":"tanuki"},"project":{"path_with_namespace":"@NAME",\
                "default_branch":"main"},"object_attributes":{"iid":7,"action":"open","title":"T","source_branch":"side",\
                "target_branch":"main","last_commit":{"id":"\(after)"}}}
                """
        )
        let tag = Call(
            path: "/hooks/gitlab",
            headers: ["X-Gitlab-Event": "Issue Hook", "X-Gitlab-Token": "@SECRET"],
            body: #"{"object_kind":"issue","project":{"path_with_namespace":"@NAME"}}"#
        )
        #expect(try send([gitea])[0].hasPrefix("202 "))
        try house.ended("1")
        #expect(try house.log("1").contains("told push refs/heads/main two octo"))
        #expect(try send([merge])[0].hasPrefix("202 "))
        let run = try house.ended("2")
        #expect(run["conclusion"] as? String == "success", "\(run)")
        #expect(try house.log("2").contains("told pull_request refs/pull/7/merge two tanuki"))
        #expect(try send([tag])[0].hasPrefix("200 "))
    }

    /// A pull request of GitHub's or GitLab's words from a repository with another name.
    private func forkedPull(_ commit: String, gitLab: Bool) -> Call {
        guard !gitLab else {
            return Call(
                path: "/hooks/gitlab",
                headers: ["X-Gitlab-Event": "Merge Request Hook", "X-Gitlab-Token": "@SECRET"],
                body: """
                    {"object_kind":"merge_request","user":{"username":"eve"},"project":{"path_with_namespace":"@NAME",\
                    "default_branch":"main"},"object_attributes":{"iid":7,"action":"open","title":"T","source_branch":"main",\
                    "target_branch":"main","source_project_id":9,"target_project_id":4,\
                    "source":{"path_with_namespace":"eve/model"},"last_commit":{"id":"\(commit)"}}}
                    """
            )
        }
        return Call(
            headers: [
                "X-GitHub-Event": "pull_request", "X-GitHub-Delivery": "p1",
                "X-Hub-Signature-256": "sha256=@HMAC",
            ],
            body: """
                {"action":"opened","number":7,"pull_request":{"number":7,"title":"T","state":"open",\
                "base":{"ref":"main","sha":"\(commit)","repo":{"full_name":"@NAME"}},\
                "head":{"ref":"main","sha":"\(commit)","repo":{"full_name":"eve/model"}}},\
                "repository":{"full_name":"@NAME"},"sender":{"login":"eve"}}
                """
        )
    }

    @Test(
        "J9: a fork's pull request runs nothing unless it may, and then has no secret",
        arguments: [false, true]
    )
    func forks(_ isGitLab: Bool) throws {
        let workflow = """
            on: pull_request
            permissions: write-all
            jobs:
              a:
                runs-on: ubuntu-latest
                environment: production
                env: { KEY: '${{ secrets.KEY }}', DEEP: '${{ secrets.DEEP }}', TOKEN: '${{ secrets.GITHUB_TOKEN }}' }
                steps:
                  - { uses: actions/checkout@v4, with: { ref: main } }
                  - run: git -c user.name=eve -c user.email=e@e commit -q --allow-empty -m theirs
                  - { uses: ad-m/github-push-action@master, with: { branch: main }, continue-on-error: true }
                  - run: 'echo "told [$KEY] [$DEEP] ${#TOKEN} [$ACTIONS_ID_TOKEN_REQUEST_URL]"; test "$TOKEN" != ghp_of_the_owner'
            """
        for (name, value) in [("KEY", "key-4711"), ("GITHUB_TOKEN", "ghp_of_the_owner")] {
            try site.flowrun("secret", "set", name, in: clone, input: value)
        }
        try site.flowrun("secret", "set", "DEEP", "--env", "production", in: clone, input: "deep-4711")
        try house.up()
        let (_, commit) = try pushedCommit(".github/workflows/w.yml", workflow)
        for head in ["refs/pull/7/head", "refs/merge-requests/7/head"] {
            try site.git("push", "-q", "origin", "main:\(head)", in: work)
        }
        #expect(try send([forkedPull(commit, gitLab: isGitLab)])[0].hasPrefix("202 "))
        try Wait.until("it is dealt with") { try house.rows("SELECT status FROM events") == ["refused"] }
        #expect(try house.rows("SELECT reason FROM events")[0].contains("of the fork `eve/model`"))
        #expect(try house.rows("SELECT count(*) FROM runs") == ["0"])

        try site.write(["flowrun.yaml": "fork-pull-requests: run\n"], to: clone)
        var again = forkedPull(commit, gitLab: isGitLab)
        again.headers["X-GitHub-Delivery"] = "p2"
        again.body = again.body.replacing("\"T\"", with: "\"Again\"")
        #expect(try send([again])[0].hasPrefix("202 "))
        let run = try house.ended("1")
        #expect(run["conclusion"] as? String == "success", "\(run)")
        let log = try house.log("1")
        #expect(log.firstMatch(of: /told \[\] \[\] [1-9][0-9]* \[\]/) != nil, "\(log)")
        #expect(!log.contains("4711"))
        #expect(log.contains("the fork eve/model reads and no more"), "\(log)")
        #expect(try site.git("rev-parse", "main", in: "\(site.folder)/forge.git") == commit)
    }

    @Test(
        "G4: the forge is told of the run's end by a status, tried until it takes it, and with the token alone"
    )
    func statuses() throws {
        let hub = try FakeHub(site)
        try site.git("remote", "set-url", "origin", "\(hub.address)/o/r", in: clone)
        try site.git("fetch", "-q", "\(site.folder)/forge.git", "main", in: clone)
        try site.flowrun("secret", "set", "GITHUB_TOKEN", in: clone, input: "forge-token-1")
        try house.up()
        let tip = try site.git("rev-parse", "HEAD", in: clone)
        var call = push(String(repeating: "0", count: 40), tip)
        call.body = call.body.replacing("@NAME", with: "o/r")
        #expect(try send([call])[0].hasPrefix("202 "))
        try house.ended("1")
        try Wait.until("the forge is told", seconds: 20) {
            try hub.requests().contains {
                $0.line.contains("/statuses/\(tip)") && $0.text("state") == "success"
            }
        }
        let told = try hub.requests().filter { $0.line.contains("/statuses/") }
        #expect(told.last?.text("context") == "flowrun / .github/workflows/w.yml", "\(told)")
        #expect(told.allSatisfy { $0.authorization.contains("forge-token-1") })
        #expect(told.filter { $0.text("state") == "success" }.count == 1)
        #expect(try house.rows("SELECT state, next_at FROM statuses") == ["success|"])
    }

    @Test("what is taken in while the forge cannot be reached is refused with its reason")
    func forgeIsGone() throws {
        try house.up()
        let (before, after) = try pushedCommit()
        try FileManager.default.moveItem(
            atPath: "\(site.folder)/forge.git",
            toPath: "\(site.folder)/gone.git"
        )
        #expect(try send([push(before, after)])[0].hasPrefix("202 "))
        try Wait.until("it is dealt with") { try house.rows("SELECT status FROM events") == ["refused"] }
        #expect(try house.rows("SELECT reason FROM events")[0].contains("forge.git"))
    }
}

/// The calls of the daemon's API.
struct DispatchAPITests {
    private let house: DaemonSite
    private let repository: String
    private var site: Site { house.site }

    init() throws {
        house = try DaemonSite()
        repository = try house.site.repository([
            ".github/workflows/train.yml": """
            on:
              workflow_dispatch: { inputs: { epochs: { required: true, type: number } } }
              repository_dispatch: { types: [data] }
            jobs:
              a:
                runs-on: ubuntu-latest
                steps: [ { name: tell, run: 'echo "told $GITHUB_REF ${{ inputs.epochs }} ${{ github.event.client_payload.set }}"' } ]
            """
        ])
        try house.site.flowrun("repo", "add", in: repository)
        try house.up()
    }

    private func post(
        _ path: String,
        _ body: String,
        token: String? = nil,
        _ options: String...
    ) throws -> String {
        let token =
            try token
            ?? site.flowrun("daemon", "token", in: site.folder).output
            .trimmingCharacters(in: .newlines)
        let address = house.address + path.replacing("@NAME", with: "\(NSUserName())/repo")
        let call = ["curl", "-s", "-w", " %{http_code}", "-H", "Authorization: Bearer \(token)", "-d", body]
        return try SiteProcess(
            "/usr/bin/env",
            call + options + [address],
            in: site.folder,
            environment: site.environment
        ).wait().output
    }

    @Test("workflows are dispatched, and events of the repository taken in, with the token alone")
    func dispatches() throws {
        let workflow = "/repos/@NAME/actions/workflows/train.yml/dispatches"
        try site.git("branch", "other", in: repository)
        #expect(try post(workflow, #"{"ref":"other","inputs":{"epochs":"3"}}"#) == " 204")
        try house.ended("1")
        #expect(try house.log("1").contains("told refs/heads/other 3 "))
        let data = #"{"event_type":"data","client_payload":{"set":"new"}}"#
        #expect(try post("/api/v3/repos/@NAME/dispatches", data) == " 204")
        try Wait.until("it runs") { try house.rows("SELECT COUNT(*) FROM runs") == ["2"] }
        try house.ended("2")
        #expect(try house.log("2").contains("told refs/heads/main  new"))
    }

    @Test("L13: a flood of wrong tokens is told to come back later, and the right one is let in meanwhile")
    func flood() throws {
        let script = """
            import collections, http.client, sys
            caller = http.client.HTTPConnection(sys.argv[1])
            told = collections.Counter()
            for number in range(int(sys.argv[2])):
                caller.request("POST", "/repos/a/b/dispatches", "{}", {"Authorization": f"Bearer guess{number}"})
                answer = caller.getresponse()
                answer.read()
                told[answer.status] += 1
                if answer.status == 429: assert 1 <= int(answer.getheader("Retry-After")) <= 60
            print(sorted(told.items()))
            """
        let done = try SiteProcess(
            "/usr/bin/env",
            ["python3", "-c", script, String(house.address.dropFirst("http://".count)), "2000"],
            in: site.folder,
            environment: site.environment
        ).wait(seconds: 120)
        // On a slow machine the flood may reach into a second minute, in which as many are told again.
        let found = try #require(
            done.output.firstMatch(of: /\(401, (\d+)\), \(429, (\d+)\)/),
            "\(done.everything)"
        )
        let (wrong, later) = (Int(found.1) ?? 0, Int(found.2) ?? 0)
        #expect(wrong >= 60 && wrong <= 180 && wrong + later == 2000, "\(done.output)")
        #expect(try post("/repos/@NAME/dispatches", #"{"event_type":"data"}"#) == " 204")
        try house.ended("1")
    }

    @Test("what is wrong is refused in GitHub's way, and starts nothing")
    func refuses() throws {
        let workflow = "/repos/@NAME/actions/workflows/train.yml/dispatches"
        let fine = #"{"ref":"main","inputs":{"epochs":"3"}}"#
        #expect(try post(workflow, fine, token: "guess").hasSuffix(" 401"))
        #expect(try post(workflow, fine, token: nil, "-H", "Origin: http://evil.example").hasSuffix(" 403"))
        #expect(try post(workflow, fine, token: nil, "-H", "Host: evil.example").hasSuffix(" 421"))
        #expect(try post("/repos/some/other/dispatches", "{}").hasSuffix(" 404"))
        #expect(try post(workflow, "{").hasSuffix(" 400"))
        let missing = try post(workflow, #"{"ref":"main"}"#)
        #expect(missing.contains("epochs") && missing.hasSuffix(" 422"), "\(missing)")
        #expect(try post(workflow, #"{"ref":"nowhere","inputs":{"epochs":"3"}}"#).hasSuffix(" 422"))
        #expect(try post("/repos/@NAME/actions/workflows/absent.yml/dispatches", fine).hasSuffix(" 404"))
        #expect(try house.rows("SELECT COUNT(*) FROM runs") == ["0"])
        let mode = try FileManager.default.attributesOfItem(atPath: "\(site.state)/keys/daemon.token")
        #expect(mode[.posixPermissions] as? Int == 0o600)
    }
}
