/// What a report can be attached to.
package enum CommentPlace: Sendable, Equatable {
    case commit(String)
    case pullRequest(Int)
    case issue(Int)
}

package struct ForgeComment: Sendable, Equatable {
    package var id: String
    package var body: String
    /// Its page.
    package var url: String
}

package struct ForgePullRequest: Sendable, Equatable {
    package var number: Int
    package var url: String
    package var head: String
    package var base: String
    /// GitHub's name for it in GraphQL.
    package var node: String?
}

package enum MergeMethod: String, Sendable { case merge, rebase, squash }

/// What a commit's status says.
package enum CommitState: String, Sendable { case pending, success, failure, error }

/// The part of a forge's API that reports need.
///
/// Each call is one attempt at one effect.
package protocol Forge: Sendable {
    var address: ForgeAddress { get }
    var hasCommitComments: Bool { get }
    var hasChecks: Bool { get }

    /// An open pull request that holds the commit.
    func pullRequest(of sha: String) async throws(ReportsError) -> Int?
    /// Oldest first.
    func comments(at place: CommentPlace) async throws(ReportsError) -> [ForgeComment]
    func post(_ body: String, at place: CommentPlace) async throws(ReportsError) -> ForgeComment
    func change(
        _ comment: ForgeComment,
        to body: String,
        at place: CommentPlace
    ) async throws(ReportsError) -> ForgeComment
    /// Gives an image to the forge; nil where it takes none.
    func upload(_ image: ReportImage, name: String) async throws(ReportsError) -> String?
    /// Sets a commit's status; a later one of the same name takes its place. Gives the commit's page.
    func setStatus(
        of sha: String,
        to state: CommitState,
        name: String,
        description: String,
        url: String?
    ) async throws(ReportsError)
        -> String
    /// Makes a check run unless there is one with its key. Gives its page.
    func check(_ check: CheckReport) async throws(ReportsError) -> String
    /// Shows the result of a job, as a check run where the forge has them, else as a status of its own.
    ///
    /// - Returns: The forge's number of the check run.
    func show(_ check: JobCheck) async throws(ReportsError) -> Int64?
    /// Waits before an effect whose answer went missing is looked up and tried again: 1, 2, 4 s and so on.
    func rest(after attempt: Int) async throws(ReportsError)
    func openPullRequests(from branch: String) async throws(ReportsError) -> [ForgePullRequest]
    func openPullRequest(
        from branch: String,
        to base: String,
        title: String,
        body: String
    ) async throws(ReportsError) -> ForgePullRequest
    /// Merges when everything that is required is there, or now where nothing is.
    func merge(
        _ request: ForgePullRequest,
        by method: MergeMethod,
        message: String?
    ) async throws(ReportsError)
}

extension Forge {
    /// As the actions of Gitea and the runners of GitLab show theirs: a status of the commit for each job.
    func show(_ check: JobCheck) async throws(ReportsError) -> Int64? {
        _ = try await setStatus(
            of: check.sha,
            to: check.state,
            name: "flowrun / \(check.name)",
            description: check.title,
            url: nil
        )
        return nil
    }
}

/// The forge that answers at an address.
///
/// - Parameter patience: So long a request to a forge that is busy is sent again.
package func forge(
    at address: ForgeAddress,
    token: String,
    patience: Duration = .seconds(600),
    send: @escaping ForgeSend,
    pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
) -> any Forge {
    func client(_ headers: [String: String]) -> ForgeClient {
        ForgeClient(api: address.api, headers: headers, send: send, pause: pause, patience: patience)
    }
    switch address.driver {
    case .github:
        let headers = [
            "Accept": "application/vnd.github+json", "Authorization": "Bearer \(token)",
            "X-GitHub-Api-Version": "2022-11-28", "User-Agent": "flowrun",
        ]
        return GitHub(address: address, client: client(headers))
    case .gitea:
        let headers = [
            "Accept": "application/json", "Authorization": "token \(token)", "User-Agent": "flowrun",
        ]
        return Gitea(address: address, client: client(headers))
    case .gitlab:
        let headers = ["Accept": "application/json", "PRIVATE-TOKEN": token, "User-Agent": "flowrun"]
        return GitLab(address: address, client: client(headers))
    }
}

/// What GitHub and Gitea answer alike.
struct HubComment: Decodable {
    var id: Int
    var body: String?
    var htmlUrl: String?

    var comment: ForgeComment { ForgeComment(id: String(id), body: body ?? "", url: htmlUrl ?? "") }
}

struct HubPullRequest: Decodable {
    struct Branch: Decodable { var ref: String? }
    var number: Int
    var htmlUrl: String?
    var nodeId: String?
    var state: String?
    var head: Branch?
    var base: Branch?

    var pullRequest: ForgePullRequest {
        ForgePullRequest(
            number: number,
            url: htmlUrl ?? "",
            head: head?.ref ?? "",
            base: base?.ref ?? "",
            node: nodeId
        )
    }
}

struct CommentBody: Encodable, Sendable { var body: String }

struct NewPullRequest: Encodable, Sendable {
    var head: String
    var base: String
    var title: String
    var body: String
}

/// An answer of which nothing is needed.
struct Anything: Decodable {
    init(from decoder: any Decoder) {}
}

extension ForgeAddress {
    /// `/repos/owner/name`, each part escaped.
    var hubPath: String {
        "/repos/" + repository.split(separator: "/").map { pathPart(String($0)) }.joined(separator: "/")
    }
}
