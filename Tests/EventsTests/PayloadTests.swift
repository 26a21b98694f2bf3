import Expressions
import Foundation
import Testing

@testable import Events

@Suite struct PayloadTests {
    private let repository = PayloadRepository(fullName: "o/r", defaultBranch: "main", cloneURL: "/srv/r.git")
    private let ann = PayloadPerson(name: "ann", email: "ann@example.org")
    private var commit: PayloadCommit {
        PayloadCommit(
            id: "c0ffee",
            treeID: "beef",
            message: "Add it\n\nFor the best.\n",
            timestamp: Date(timeIntervalSince1970: 0),
            utcOffset: -5400,
            author: ann,
            committer: ann,
            added: ["a"]
        )
    }

    @Test func pushesTellRefCommitsAndPeople() {
        let facts = PushFacts(
            ref: "refs/heads/main",
            before: nil,
            after: "c0ffee",
            commits: [commit],
            head: commit
        )
        let payload = pushPayload(facts, in: repository, by: ann)
        #expect(payload["before"].text == String(repeating: "0", count: 40))
        #expect(payload["created"].isIdentical(to: true))
        #expect(payload["head_commit"]["timestamp"].text == "1969-12-31T22:30:00-01:30")
        #expect(payload["head_commit"]["author"]["email"].text == "ann@example.org")
        #expect(payload["head_commit"]["message"].text == "Add it\n\nFor the best.", "as GitHub tells it")
        #expect(payload["commits"].elements?.count == 1)
        #expect(payload["repository"]["owner"]["login"].text == "o")
        #expect(payload["repository"]["html_url"].text == "https://github.com/o/r")
        #expect(payload["sender"]["login"].text == "ann")
    }

    @Test func pullRequestsSetRefAndBranches() {
        let facts = PullRequestFacts(
            number: 7,
            title: "T",
            base: .init(ref: "main", sha: "1"),
            head: .init(ref: "topic", sha: "2")
        )
        let payload = pullRequestPayload(facts, in: repository, by: "ann")
        let event = Event(
            name: "pull_request",
            saying: payload,
            ref: "refs/heads/topic",
            sha: "2",
            actor: "bob"
        )
        #expect(event.ref == "refs/pull/7/merge")
        #expect(event.activity == "opened")
        #expect(event.baseRef == "main")
        #expect(event.headRef == "topic")
        #expect(event.actor == "ann")
        #expect(RefName(event.ref).short == "7/merge")
    }

    @Test func followersAreToldOfTheRun() {
        let run = WorkflowRunFacts(
            action: "completed",
            id: 3,
            runNumber: 2,
            runAttempt: 1,
            name: "CI",
            displayTitle: "x",
            path: ".github/workflows/ci.yml",
            event: "push",
            status: "completed",
            conclusion: "failure",
            headBranch: "main",
            headSHA: "1",
            actor: "ann",
            createdAt: Date(timeIntervalSince1970: 0),
            startedAt: nil,
            updatedAt: Date(timeIntervalSince1970: 951_782_399)
        )
        let payload = workflowRunPayload(run, in: repository)
        #expect(payload["workflow_run"]["conclusion"].text == "failure")
        #expect(payload["workflow_run"]["updated_at"].text == "2000-02-28T23:59:59Z")
        #expect(payload["workflow"]["name"].text == "CI")
        #expect(
            payload["workflow_run"]["artifacts_url"].text
                == "https://api.github.com/repos/o/r/actions/runs/3/artifacts"
        )
    }

    @Test(arguments: [
        (#"{"a":{"b":1,"c":2}}"#, #"{"a":{"c":3,"d":4}}"#, #"{"a":{"b":1,"c":3,"d":4}}"#),
        (#"{"a":[1,2]}"#, #"{"a":[3]}"#, #"{"a":[3]}"#), (#"{"a":{"b":1}}"#, #"{"a":null}"#, #"{"a":null}"#),
        (#"{"a":1}"#, #"{"a":{"b":2}}"#, #"{"a":{"b":2}}"#), (#"{"a":1}"#, "{}", #"{"a":1}"#),
    ])
    func usersPayloadsAreLaidOverOurs(ours: String, theirs: String, merged: String) throws {
        #expect(try Value(json: ours).overlaid(with: Value(json: theirs)).json() == merged)
    }

    @Test func deletionsKeepTheDefaultBranchsCommit() {
        let facts = PushFacts(ref: "refs/heads/old", before: "1", after: nil, head: nil)
        let event = Event(
            name: "push",
            saying: pushPayload(facts, in: repository, by: ann),
            ref: "refs/heads/main",
            sha: "9",
            actor: "ann"
        )
        #expect(event.sha == "9")
        #expect(event.payload["deleted"].isIdentical(to: true))
        #expect(event.headCommitMessage == nil)
    }
}
