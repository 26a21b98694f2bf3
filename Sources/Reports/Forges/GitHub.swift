struct GitHub: Forge {
    let address: ForgeAddress
    let client: ForgeClient
    let hasCommitComments = true
    let hasChecks = true

    private var repository: String { address.hubPath }

    func pullRequest(of sha: String) async throws(ReportsError) -> Int? {
        let path = "\(repository)/commits/\(pathPart(sha))/pulls?state=open"
        let found = try await client.list(path, of: HubPullRequest.self)
        return found.first { $0.state ?? "open" == "open" }?.number
    }

    func comments(at place: CommentPlace) async throws(ReportsError) -> [ForgeComment] {
        try await client.list(path(of: place), of: HubComment.self).map(\.comment)
    }

    func post(_ body: String, at place: CommentPlace) async throws(ReportsError) -> ForgeComment {
        try await client.call("POST", path(of: place), CommentBody(body: body), as: HubComment.self).comment
    }

    func change(
        _ comment: ForgeComment,
        to body: String,
        at place: CommentPlace
    ) async throws(ReportsError) -> ForgeComment {
        let isOfCommit = if case .commit = place { true } else { false }
        let path = "\(repository)/\(isOfCommit ? "" : "issues/")comments/\(pathPart(comment.id))"
        let changed = try await client.call("PATCH", path, CommentBody(body: body), as: HubComment.self)
        return changed.comment
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
        struct Run: Decodable {
            var id: Int
            var htmlUrl: String?
            var externalId: String?
        }
        struct Runs: Decodable { var checkRuns: [Run] }
        let query = "check_name=\(pathPart(check.title))&filter=all&per_page=100"
        let path = "\(repository)/commits/\(pathPart(check.sha))/check-runs?\(query)"
        for attempt in 1...ForgeClient.tries {
            let answer = try await client.raw("GET", path)
            // A server that lists none has none; whether a check may be made is for the answer below to say.
            let known =
                answer.status == 404 ? [] : try client.accepted(answer, "GET", path, as: Runs.self).checkRuns
            if let run = known.first(where: { $0.externalId == check.key }) { return run.htmlUrl ?? "" }
            do {
                let made = try await client.call("POST", "\(repository)/check-runs", check.body, as: Run.self)
                return made.htmlUrl ?? ""
            } catch {
                guard error.isAmbiguous, attempt < ForgeClient.tries else { throw error }
                try await client.rest(after: attempt)
            }
        }
        throw ReportsError(
            .noAnswer(
                request: "POST \(repository)/check-runs",
                problem: "it was tried \(ForgeClient.tries) times"
            )
        )
    }

    func rest(after attempt: Int) async throws(ReportsError) { try await client.rest(after: attempt) }

    func openPullRequests(from branch: String) async throws(ReportsError) -> [ForgePullRequest] {
        let owner = address.repository.split(separator: "/").first.map(String.init) ?? ""
        let path = "\(repository)/pulls?state=open&head=\(pathPart(owner)):\(pathPart(branch))"
        let open = try await client.list(path, of: HubPullRequest.self).map(\.pullRequest)
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
        if let node = request.node {
            if try await enableAutoMerge(node, by: method, message: message) { return }
            try await refuseProtected(request.base)
        }
        struct Merge: Encodable, Sendable {
            var mergeMethod: String
            var commitMessage: String?
        }
        _ = try await client.call(
            "PUT",
            "\(repository)/pulls/\(request.number)/merge",
            Merge(mergeMethod: method.rawValue, commitMessage: message),
            as: Anything.self
        )
    }

    /// Where a branch is protected, merging is for GitHub to do once all is there: not at once, past what is missing.
    private func refuseProtected(_ branch: String) async throws(ReportsError) {
        let path = "\(repository)/branches/\(pathPart(branch))/protection"
        guard (200..<300).contains(try await client.raw("GET", path).status) else { return }
        throw ReportsError(
            .unsupported(
                "branch `\(branch)` is protected, and auto-merge is off: allow it in the repository's settings"
            )
        )
    }

    /// Whether GitHub will merge by itself; false where there is nothing that it would wait for.
    private func enableAutoMerge(
        _ node: String,
        by method: MergeMethod,
        message: String?
    ) async throws(ReportsError) -> Bool {
        struct Variables: Encodable, Sendable {
            var id: String
            var method: String
            var message: String?
        }
        struct Query: Encodable, Sendable {
            var query: String
            var variables: Variables
        }
        struct Answer: Decodable {
            struct Problem: Decodable { var message: String }
            var errors: [Problem]?
        }
        let query = """
            mutation($id: ID!, $method: PullRequestMergeMethod!, $message: String) { \
            enablePullRequestAutoMerge(input: {pullRequestId: $id, mergeMethod: $method, commitBody: $message}) \
            { clientMutationId } }
            """
        // On GitHub's own servers GraphQL is beside the REST API, on others beside its version.
        let base = address.api.hasSuffix("/v3") ? String(address.api.dropLast(3)) : address.api + "/"
        let variables = Variables(id: node, method: method.rawValue.uppercased(), message: message)
        let answer = try await client.call(
            "POST",
            base + "graphql",
            Query(query: query, variables: variables),
            as: Answer.self
        )
        guard let problem = answer.errors?.first?.message else { return true }
        let nothingToWaitFor = [
            "Pull request is in clean status", "Can't enable auto-merge for this pull request",
            "Protected branch rules not configured",
        ]
        if nothingToWaitFor.contains(where: problem.contains) { return false }
        throw ReportsError(
            .refused(request: "POST \(base)graphql", status: 200, message: SafeText.line(problem))
        )
    }

    private func path(of place: CommentPlace) -> String {
        switch place {
        case .commit(let sha): "\(repository)/commits/\(pathPart(sha))/comments"
        case .pullRequest(let number), .issue(let number): "\(repository)/issues/\(number)/comments"
        }
    }
}

struct HubStatus: Encodable, Sendable {
    var state: String
    var context: String
    var description: String
    var targetUrl: String?
}

extension ReportsError {
    /// Whether the effect may have happened all the same.
    var isAmbiguous: Bool {
        switch reason {
        case .noAnswer: true
        // A busy forge, with 503, has done nothing.
        case .refused(_, let status, _): status >= 500 && status != 503
        default: false
        }
    }
}
