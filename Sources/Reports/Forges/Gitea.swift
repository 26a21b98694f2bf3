/// Gitea and Forgejo: GitHub's shapes, without comments on commits and without check runs.
struct Gitea: Forge {
    let address: ForgeAddress
    let client: ForgeClient
    let hasCommitComments = false
    let hasChecks = false

    private var repository: String { address.hubPath }

    func pullRequest(of sha: String) async throws(ReportsError) -> Int? {
        let path = "\(repository)/commits/\(pathPart(sha))/pull"
        let response = try await client.raw("GET", path)
        if response.status == 404 { return nil }
        guard (200..<300).contains(response.status) else { throw client.refusal("GET", path, response) }
        let found: HubPullRequest = try client.decoded(response, "GET", path)
        return found.state ?? "open" == "open" ? found.number : nil
    }

    func comments(at place: CommentPlace) async throws(ReportsError) -> [ForgeComment] {
        try await client.list(path(of: place), size: "limit", of: HubComment.self).map(\.comment)
    }

    func post(_ body: String, at place: CommentPlace) async throws(ReportsError) -> ForgeComment {
        try await client.call("POST", path(of: place), CommentBody(body: body), as: HubComment.self).comment
    }

    func change(
        _ comment: ForgeComment,
        to body: String,
        at place: CommentPlace
    ) async throws(ReportsError) -> ForgeComment {
        let path = "\(repository)/issues/comments/\(pathPart(comment.id))"
        return try await client.call("PATCH", path, CommentBody(body: body), as: HubComment.self).comment
    }

    func upload(_ image: ReportImage, name: String) async throws(ReportsError) -> String? { nil }

    func setStatus(
        of sha: String,
        to state: CommitState,
        name: String,
        description: String,
        url: String?
    ) async throws(ReportsError) -> String {
        let status = HubStatus(
            state: state.rawValue,
            context: name,
            description: description,
            targetUrl: url
        )
        _ = try await client.call(
            "POST",
            "\(repository)/statuses/\(pathPart(sha))",
            status,
            as: Anything.self
        )
        return "\(address.web)/commit/\(sha)"
    }

    func check(_ check: CheckReport) async throws(ReportsError) -> String {
        throw ReportsError(.unsupported("Gitea has no check runs; use `comment create` or a commit status"))
    }

    func rest(after attempt: Int) async throws(ReportsError) { try await client.rest(after: attempt) }

    func openPullRequests(from branch: String) async throws(ReportsError) -> [ForgePullRequest] {
        let path = "\(repository)/pulls?state=open"
        let open = try await client.list(path, size: "limit", of: HubPullRequest.self).map(\.pullRequest)
        return open.filter { $0.head == branch }
    }

    func openPullRequest(
        from branch: String,
        to base: String,
        title: String,
        body: String
    ) async throws(ReportsError) -> ForgePullRequest {
        let new = NewPullRequest(head: branch, base: base, title: title, body: body)
        return try await client.call("POST", "\(repository)/pulls", new, as: HubPullRequest.self).pullRequest
    }

    func merge(
        _ request: ForgePullRequest,
        by method: MergeMethod,
        message: String?
    ) async throws(ReportsError) {
        // Gitea reads names without regard to case, and this one has no underscores.
        struct Merge: Encodable, Sendable {
            enum CodingKeys: String, CodingKey {
                case method = "do"
                case message = "mergemessagefield"
                case mergeWhenChecksSucceed
            }
            var method: String
            var message: String?
            var mergeWhenChecksSucceed = true
        }
        let path = "\(repository)/pulls/\(request.number)/merge"
        let response = try await client.raw("POST", path, Merge(method: method.rawValue, message: message))
        guard (200..<300).contains(response.status) else { throw client.refusal("POST", path, response) }
    }

    private func path(of place: CommentPlace) throws(ReportsError) -> String {
        switch place {
        case .commit: throw ReportsError(.unsupported("Gitea has no comments on commits; use `--target pr`"))
        case .pullRequest(let number), .issue(let number): "\(repository)/issues/\(number)/comments"
        }
    }
}
