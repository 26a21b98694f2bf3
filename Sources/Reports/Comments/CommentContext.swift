package import Foundation

/// What a comment has to know of the run that makes it.
package struct CommentContext: Sendable, Equatable {
    /// The commit that started the run.
    package var sha: String
    /// The pull request that the event is about.
    package var pullRequest: Int?
    package var workflow: String
    package var run: String

    package init(sha: String, pullRequest: Int? = nil, workflow: String = "", run: String = "") {
        self.sha = sha
        self.pullRequest = pullRequest
        self.workflow = workflow
        self.run = run
    }

    /// From a step's environment and the payload of its event.
    ///
    /// `head` serves where no job set a commit.
    package init(environment: [String: String], event: Data? = nil, head: String = "") throws(ReportsError) {
        struct Payload: Decodable {
            struct PullRequest: Decodable {
                struct Head: Decodable { var sha: String? }
                var number: Int?
                var head: Head?
            }
            var number: Int?
            var pullRequest: PullRequest?
        }
        let name = environment["GITHUB_EVENT_NAME"] ?? ""
        let environmentSHA = environment["GITHUB_SHA"] ?? environment["CI_COMMIT_SHA"] ?? head
        workflow = environment["GITHUB_WORKFLOW"] ?? environment["CI_PIPELINE_NAME"] ?? ""
        run = environment["GITHUB_RUN_ID"] ?? environment["CI_PIPELINE_ID"] ?? ""
        sha = environmentSHA
        guard name == "pull_request" || name == "pull_request_target", let event else { return }
        let payload: Payload
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            payload = try decoder.decode(Payload.self, from: event)
        } catch {
            throw ReportsError(
                .file(
                    path: environment["GITHUB_EVENT_PATH"] ?? "event",
                    problem: "it is not the payload of `\(name)`"
                )
            )
        }
        pullRequest = payload.pullRequest?.number ?? payload.number
        if name == "pull_request" { sha = payload.pullRequest?.head?.sha ?? environmentSHA }
    }
}
