import Foundation
import Testing

@testable import Forge

/// The REST API as actions ask it about their own repository.
struct ForgeAPITests {
    @Test func aRepositoryIsToldWithItsRefsCommitsAndFiles() async throws {
        try await withServices { served in
            let history = try await ServedHistory(served)
            let job = try await history.job(["contents": "read"])
            let repository = try await job.ask("")
            #expect(repository.json["default_branch"] as? String == "main", "\(repository.text)")
            #expect(repository.json["full_name"] as? String == "ada/demo")
            let ref = try await job.ask("/git/ref/heads/main")
            #expect(
                (ref.json["object"] as? [String: Any])?["sha"] as? String == history.commit,
                "\(ref.text)"
            )
            let commit = try await job.ask("/commits/main")
            #expect(commit.json["sha"] as? String == history.commit, "\(commit.text)")
            #expect((commit.json["commit"] as? [String: Any])?["message"] as? String == "first")
            let file = try await job.ask("/contents/src/main.py?ref=\(history.commit)")
            let bytes = (file.json["content"] as? String).flatMap { Data(base64Encoded: $0) }
            #expect(bytes == Data("code\n".utf8), "\(file.text)")
            let folder = try await job.ask("/contents/")
            #expect(
                folder.text.contains("\"path\":\"README.md\"") && folder.text.contains("\"type\":\"dir\"")
            )
        }
    }

    @Test func longListsComeByPages() async throws {
        try await withServices { served in
            let history = try await ServedHistory(served)
            let job = try await history.job()
            for name in ["a", "b"] { try await ServedHistory.git("branch", name, in: history.path) }
            let first = try await job.ask("/branches?per_page=2")
            let link = try #require(first.headers["link"])
            #expect(first.text.contains("\"a\"") && !first.text.contains("\"main\""), "\(first.text)")
            let next = try #require(link.split(separator: ">").first?.dropFirst())
            let second = try await job.send(String(next), [], nil)
            #expect(second.text.contains("\"main\"") && second.headers["link"] == nil, "\(second.text)")
        }
    }

    @Test func commentsAreKeptWithTheRunsReports() async throws {
        try await withServices { served in
            let history = try await ServedHistory(served)
            let job = try await history.job(["issues": "write"])
            let made = try await job.ask("/issues/3/comments", input: ["body": "Score: 0.9"])
            let id = try #require(made.json["id"] as? Int)
            #expect(made.status == 201 && made.json["body"] as? String == "Score: 0.9")
            let edited = try await job.ask("/issues/comments/\(id)", "PATCH", input: ["body": "Score: 1"])
            #expect(edited.json["body"] as? String == "Score: 1", "\(edited.text)")
            #expect(try await job.ask("/issues/3/comments").text.contains("Score: 1"))
            let report = try #require(try served.store.reports(run: job.job.facts.runID).first)
            #expect(report.target == "issue/3" && report.markdown == "Score: 1")
            #expect(try await job.ask("/issues/comments/\(id)", "DELETE").status == 204)
            #expect(try served.store.reports(run: job.job.facts.runID).isEmpty)
        }
    }

    @Test func artifactsOfTheRepositoryAreFoundAndFetched() async throws {
        try await withServices { served in
            let history = try await ServedHistory(served)
            let job = try await history.job(["actions": "read"])
            let services = ServedJob(
                job: job.job,
                variables: try await served.toolkit.variables(for: job.job)
            )
            #expect(try await services.upload("model", Data("zip".utf8)).status == 200)
            let run = job.job.facts.runID
            let list = try await job.ask("/actions/runs/\(run)/artifacts?name=model")
            let id = try #require(list.artifacts.first?["id"] as? Int, "\(list.text)")
            let zip = try await job.ask("/actions/artifacts/\(id)/zip")
            #expect(zip.status == 302)
            #expect(try await curl(try #require(zip.headers["location"])).text == "zip")
            #expect(try await job.ask("/actions/artifacts/\(id)", "DELETE").status == 403)
            #expect(try await job.ask("/actions/runs/\(run)").json["id"] as? Int == Int(run))
            let other = try await ServedHistory(served, named: "other").job(["actions": "write"])
            #expect(try await other.ask("/actions/artifacts/\(id)").status == 404)
            #expect(try await other.ask("/actions/runs/\(run)").status == 404)
        }
    }

    @Test func whatTheJobMayNotDoIsRefusedInGitHubsWords() async throws {
        try await withServices { served in
            let history = try await ServedHistory(served)
            let job = try await history.job(["contents": "read"])
            let refused = try await job.ask("/issues/3/comments", input: ["body": "x"])
            #expect(refused.status == 403)
            #expect(refused.json["message"] as? String == "Resource not accessible by integration")
            let blind = try await history.job(["issues": "read"])
            #expect(try await blind.ask("/contents/README.md").status == 403)
            #expect(try await blind.ask("").status == 200, "metadata is always read")
        }
    }

    @Test func aTokenIsNeededAndDiesWithItsJob() async throws {
        try await withServices { served in
            let history = try await ServedHistory(served)
            let job = try await history.job()
            #expect(try await curl(job.repository).json["message"] as? String == "Requires authentication")
            let wrong = try await curl("-H", "Authorization: token frs_x", job.repository)
            #expect(wrong.status == 401 && wrong.json["message"] as? String == "Bad credentials")
            await served.toolkit.jobEnded(job.job.id)
            #expect(try await job.ask("").status == 401)
        }
    }

    @Test(arguments: [
        "/contents/..%2f..%2fstore%2fflowrun.db", "/contents/%2e%2e/%2e%2e/store/flowrun.db",
        "/contents/../../../store/flowrun.db", "/contents/README.md%00", "/contents/%252e%252e",
        "/actions/artifacts/1/..%2f..%2fflowrun.db", "/actions/runs/1/../../secrets", "/git/ref/../../HEAD",
        "/git/ref/heads/--upload-pack=x", "/commits/..%2fx", "/commits/--all", "/releases", "/secrets",
    ])
    func whatIsNotThereIsToldAsGitHubTellsIt(_ path: String) async throws {
        try await withServices { served in
            let history = try await ServedHistory(served)
            let answer = try await history.job(["contents": "write", "actions": "write"]).ask(path)
            #expect([404, 422].contains(answer.status), "\(answer.status) \(answer.text)")
            #expect(answer.json["message"] is String && answer.json["documentation_url"] is String)
        }
    }

    @Test func aBodyBeyondWhatACommentMayHaveIsRefused() async throws {
        try await withServices { served in
            let history = try await ServedHistory(served)
            let job = try await history.job(["issues": "write"])
            let long = String(repeating: "x", count: 2 << 20)
            #expect(try await job.ask("/issues/3/comments", input: ["body": long]).status == 413)
            let broken = try await job.send("\(job.repository)/issues/3/comments", [], Data("{".utf8))
            #expect(broken.status == 400 && broken.json["message"] as? String == "Problems parsing JSON")
        }
    }
}
