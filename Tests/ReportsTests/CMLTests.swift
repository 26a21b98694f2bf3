import Foundation
import Reports
import Testing

struct CMLTests {
    @Test(arguments: [
        ("", "![](https://cml.dev/watermark.png#abc1 \"CML watermark\")"),
        ("{workflow} {run}", "![](https://cml.dev/watermark.png#abc1 \"CML watermark Train 7\")"),
        ("a_b *c [d <e", "![](https://cml.dev/watermark.png#abc1 \"CML watermark a\\_b \\*c \\[d \\<e\")"),
    ])
    func watermarkHasTheFormOfCML(title: String, markdown: String) {
        let watermark = Watermark(sha: "abc1", title: title, workflow: "Train", run: "7")
        #expect(watermark.markdown == markdown)
        #expect(
            Watermark(sha: "def2", title: title, workflow: "Train", run: "7").isFound(in: "x\n\n" + markdown)
        )
    }

    @Test(arguments: [
        "![](https://cml.dev/watermark.png#abc \"CML watermark other\")",
        "![](https://cml.dev/watermark.png# \"CML watermark\")",
        "![](https://cml.dev/watermark.png#xyz \"CML watermark\")", "CML watermark", "",
    ])
    func otherWatermarksAreNotOurs(body: String) {
        #expect(!Watermark(sha: "abc").isFound(in: body))
    }

    @Test(arguments: [
        ("auto", CMLComment.Target.auto), ("commit", .commit(nil)), ("commit/abc", .commit("abc")),
        ("pr", .pullRequest(nil)), ("pr/3", .pullRequest(3)), ("issue/4", .issue(4)),
    ])
    func targetsAreRead(text: String, target: CMLComment.Target) throws {
        #expect(try CMLComment.Target(text) == target)
    }

    @Test(arguments: ["", "issue", "pr/x", "pr/0", "pr/-1", "commit/", "branch/x", "issue/1/2"])
    func otherTargetsAreRefusedByName(text: String) {
        #expect(throws: ReportsError.self) { try CMLComment.Target(text) }
    }

    @Test func theCommandLineWinsOverTheEnvironment() throws {
        let environment = CMLEnvironment([
            "CML_COMMENT_UPDATE": "true", "CML_COMMENT_WATERMARK_TITLE": "env", "CML_SEND_COMMENT_PR": "1",
            "CML_COMMENT_PUBLISH_URL": "http://a/assets",
        ])
        var given = CMLComment.Given()
        let fromEnvironment = try CMLComment(given, environment: environment)
        #expect(fromEnvironment.updates && fromEnvironment.watermarkTitle == "env")
        #expect(
            fromEnvironment.target == .pullRequest(nil) && fromEnvironment.publishURL == "http://a/assets"
        )
        given.update = false
        given.watermarkTitle = "given"
        given.target = "issue/2"
        let both = try CMLComment(given, environment: environment)
        #expect(!both.updates && both.watermarkTitle == "given" && both.target == .issue(2) && both.publishes)
    }

    @Test func theEnvironmentCompletesThePullRequest() throws {
        let environment = CMLEnvironment([
            "CML_PR_TITLE": "T", "CML_PR_BODY": "B", "CML_PR_MESSAGE": "M", "CML_PR_BRANCH": "b",
            "CML_PR_TARGET_BRANCH": "t", "CML_PR_REMOTE": "r", "CML_PR_USER_NAME": "n",
            "CML_PR_USER_EMAIL": "e", "CML_PR_SKIP_CI": "true", "CML_PR_AUTO_MERGE": "true",
        ])
        let own = try PullRequestProposal.Given().completed(by: environment)
        let sha = "0123456789"
        let proposal = try PullRequestProposal(own, sha: sha, current: "main", repository: "")
        #expect(proposal.title == "T" && proposal.body == "B" && proposal.message == "M [skip ci]")
        #expect(proposal.branch == "b" && proposal.target == "t" && proposal.remote == "r")
        #expect(proposal.userName == "n" && proposal.userEmail == "e" && proposal.merges == .merge)

        var given = PullRequestProposal.Given()
        given.title = "given"
        given.skipCI = false
        given.merges = [.squash]
        let both = try given.completed(by: environment)
        #expect(both.title == "given" && both.skipCI == false && both.merges == [.squash])
        let contradicting = try PullRequestProposal.Given()
            .completed(by: CMLEnvironment(["CML_PR_MERGE": "true", "CML_PR_REBASE": "true"]))
        #expect(throws: ReportsError.self) {
            try PullRequestProposal(contradicting, sha: sha, current: "main", repository: "")
        }
    }

    @Test func optionsThatContradictAreRefused() {
        var titled = CMLComment.Given()
        titled.rmWatermark = true
        titled.watermarkTitle = "x"
        var updating = CMLComment.Given()
        updating.rmWatermark = true
        updating.update = true
        var triggered = CMLComment.Given()
        triggered.triggerFile = "t"
        for given in [titled, updating, triggered] {
            #expect(throws: ReportsError.self) { try CMLComment(given, environment: CMLEnvironment([:])) }
        }
        #expect(throws: ReportsError.self) {
            try CMLComment(CMLComment.Given(), environment: CMLEnvironment(["CML_COMMENT_UPDATE": "maybe"]))
        }
    }

    @Test func tokensAreSearchedInOrder() throws {
        let all = ["GITHUB_TOKEN": "g", "repo_token": "r", "REPO_TOKEN": "R", "GITLAB_TOKEN": "l"]
        #expect(try CMLEnvironment(all).token() == "R")
        #expect(try CMLEnvironment(["REPO_TOKEN": "", "GITLAB_TOKEN": "l"]).token() == "l")
        #expect(try CMLEnvironment(all.merging(["CML_TOKEN": "c"]) { $1 }).token() == "c")
        #expect(try CMLEnvironment(all).token(given: "o") == "o")
        #expect(throws: ReportsError(.tokenNotFound)) { try CMLEnvironment([:]).token() }
    }

    @Test(arguments: [
        ("https://github.com/o/r.git", "github https://api.github.com https://github.com/o/r o/r"),
        ("git@github.com:o/r.git", "github https://api.github.com https://github.com/o/r o/r"),
        (
            "https://u:secret@gitlab.com/g/s/r.git",
            "gitlab https://gitlab.com/api/v4 https://gitlab.com/g/s/r g/s/r"
        ),
        ("ssh://git@codeberg.org:22/o/r", "gitea https://codeberg.org/api/v1 https://codeberg.org/o/r o/r"),
        (
            "http://gitea.local:3000/o/r/",
            "gitea http://gitea.local:3000/api/v1 http://gitea.local:3000/o/r o/r"
        ),
        (
            "https://github.corp.example/o/r",
            "github https://github.corp.example/api/v3 https://github.corp.example/o/r o/r"
        ),
    ])
    func forgesAreToldByTheirAddress(remote: String, expected: String) throws {
        let found = try ForgeAddress.detect(origin: remote)
        let address = try #require(found)
        #expect("\(address.driver) \(address.api) \(address.web) \(address.repository)" == expected)
    }

    @Test(arguments: ["/srv/git/r.git", "file:///srv/git/r.git", "../origin.git", "r"])
    func aFolderIsNoForge(remote: String) throws {
        let environment = ["GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "o/r"]
        #expect(try ForgeAddress.detect(origin: remote, environment: environment) == nil)
    }

    @Test func bitbucketAndUnknownHostsAreRefused() {
        #expect(throws: ReportsError.self) { try ForgeAddress.detect(origin: "https://bitbucket.org/o/r") }
        #expect(throws: ReportsError.self) {
            try ForgeAddress.detect(driver: "bitbucket", origin: "https://x.y/o/r")
        }
        #expect(throws: ReportsError(.unknownForge(address: "https://git.example.org"))) {
            try ForgeAddress.detect(origin: "https://git.example.org/o/r")
        }
    }

    @Test func theEnvironmentNamesAnAPIOnlyForItsOwnHost() throws {
        let environment = [
            "GITHUB_SERVER_URL": "http://127.0.0.1:1", "GITHUB_API_URL": "http://127.0.0.1:1/rest",
            "GITEA_ACTIONS": "",
        ]
        let own = try ForgeAddress.detect(origin: "http://127.0.0.1:1/o/r", environment: environment)
        #expect(own?.api == "http://127.0.0.1:1/rest")
        let other = try ForgeAddress.detect(
            driver: "github",
            origin: "https://evil.example/o/r",
            environment: environment
        )
        #expect(other?.api == "https://evil.example/api/v3")
    }

    @Test func thePullRequestOfTheEventIsFound() throws {
        let event = Data(#"{"number":5,"pull_request":{"number":5,"head":{"sha":"beef"}}}"#.utf8)
        var environment = ["GITHUB_EVENT_NAME": "pull_request", "GITHUB_SHA": "merge", "GITHUB_RUN_ID": "9"]
        let context = try CommentContext(environment: environment, event: event)
        #expect(context == CommentContext(sha: "beef", pullRequest: 5, workflow: "", run: "9"))
        environment["GITHUB_EVENT_NAME"] = "pull_request_target"
        #expect(try CommentContext(environment: environment, event: event).sha == "merge")
        environment["GITHUB_EVENT_NAME"] = "push"
        #expect(try CommentContext(environment: environment, event: event).pullRequest == nil)
        environment["GITHUB_EVENT_NAME"] = "pull_request"
        #expect(throws: ReportsError.self) {
            try CommentContext(environment: environment, event: Data("[]".utf8))
        }
    }

    @Test func longTextsAreCutBeforeTheirMarks() {
        let watermark = Watermark(sha: "abc")
        for body in [
            String(repeating: "word é\n", count: 20_000),
            "```\n" + String(repeating: "x\n", count: 50_000) + "```\n",
        ] {
            let text = CommentText(
                markdown: body,
                watermark: watermark,
                deliveryKey: "k1",
                wholeReport: "http://h/r"
            ).text
            #expect(text.utf8.count <= CommentText.limit)
            #expect(watermark.isFound(in: text) && text.contains("<!-- flowrun k1 -->"))
            let last = MarkdownDocument(text).content.children.filter { $0.kind == .paragraph }.map(
                \.plainText
            )
            #expect(last.contains { $0.hasPrefix("Cut here:") })
        }
        #expect(CommentText(markdown: "a\n\n", watermark: nil).text == "a\n")
    }
}
