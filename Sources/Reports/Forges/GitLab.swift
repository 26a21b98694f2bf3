import Foundation

struct GitLab: Forge {
    let address: ForgeAddress
    let client: ForgeClient
    let hasCommitComments = true
    let hasChecks = false

    private var project: String { "/projects/" + pathPart(address.repository) }

    private struct Note: Decodable {
        var id: Int?
        var body: String?
        var note: String?
    }
    private struct MergeRequest: Decodable {
        var iid: Int?
        var webUrl: String?
        var state: String?
        var sourceBranch: String?
        var targetBranch: String?

        var pullRequest: ForgePullRequest? {
            guard let number = iid ?? webUrl?.split(separator: "/").last.flatMap({ Int($0) }) else {
                return nil
            }
            return ForgePullRequest(
                number: number,
                url: webUrl ?? "",
                head: sourceBranch ?? "",
                base: targetBranch ?? "",
                node: nil
            )
        }
    }

    func pullRequest(of sha: String) async throws(ReportsError) -> Int? {
        let path = "\(project)/repository/commits/\(pathPart(sha))/merge_requests"
        let found = try await client.list(path, of: MergeRequest.self)
        return found.first { $0.state == "opened" }?.pullRequest?.number
    }

    func comments(at place: CommentPlace) async throws(ReportsError) -> [ForgeComment] {
        let isOfCommit = if case .commit = place { true } else { false }
        let order = isOfCommit ? "" : "?sort=asc&order_by=created_at"
        let notes = try await client.list(path(of: place) + order, of: Note.self)
        return notes.map { comment($0, at: place) }
    }

    func post(_ body: String, at place: CommentPlace) async throws(ReportsError) -> ForgeComment {
        let field = if case .commit = place { "note" } else { "body" }
        let note = try await client.call("POST", path(of: place), form: [(field, body)], as: Note.self)
        return comment(note, at: place)
    }

    func change(
        _ comment: ForgeComment,
        to body: String,
        at place: CommentPlace
    ) async throws(ReportsError) -> ForgeComment {
        if case .commit = place {
            throw ReportsError(.unsupported("GitLab cannot change a comment on a commit; use `--target pr`"))
        }
        let path = path(of: place) + "/" + pathPart(comment.id)
        let changed = try await client.call("PUT", path, form: [("body", body)], as: Note.self)
        return self.comment(changed, at: place)
    }

    func upload(_ image: ReportImage, name: String) async throws(ReportsError) -> String? {
        struct Upload: Decodable { var url: String }
        // The boundary must not occur in the bytes: a random one does not.
        let boundary = "flowrun-\(UUID().uuidString)"
        var body = Data(
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n".utf8
        )
        body += Data("Content-Type: \(image.kind.mediaType)\r\n\r\n".utf8)
        body += image.bytes
        body += Data("\r\n--\(boundary)--\r\n".utf8)
        var request = ForgeRequest(method: "POST", url: "\(address.api)\(project)/uploads", body: body)
        request.headers = client.headers
        request.headers["Content-Type"] = "multipart/form-data; boundary=\(boundary)"
        let response = try await client.exchange(request)
        guard (200..<300).contains(response.status) else {
            throw client.refusal("POST", "\(project)/uploads", response)
        }
        let upload: Upload = try client.decoded(response, "POST", "\(project)/uploads")
        return upload.url
    }

    func setStatus(
        of sha: String,
        to state: CommitState,
        name: String,
        description: String,
        url: String?
    ) async throws(ReportsError) -> String {
        var status = [("state", Self.word(for: state)), ("name", name), ("description", description)]
        if let url { status.append(("target_url", url)) }
        let path = "\(project)/statuses/\(pathPart(sha))"
        _ = try await client.call("POST", path, form: status, as: Anything.self)
        return "\(address.web)/-/commit/\(sha)"
    }

    private static func word(for state: CommitState) -> String {
        switch state {
        case .pending: "running"
        case .success: "success"
        case .failure, .error: "failed"
        }
    }

    func check(_ check: CheckReport) async throws(ReportsError) -> String {
        throw ReportsError(.unsupported("GitLab has no check runs; use `comment create` or a commit status"))
    }

    func rest(after attempt: Int) async throws(ReportsError) { try await client.rest(after: attempt) }

    func openPullRequests(from branch: String) async throws(ReportsError) -> [ForgePullRequest] {
        let path = "\(project)/merge_requests?state=opened&source_branch=\(pathPart(branch))"
        let open = try await client.list(path, of: MergeRequest.self).compactMap(\.pullRequest)
        return open.filter { $0.head == branch }
    }

    func openPullRequest(
        from branch: String,
        to base: String,
        title: String,
        body: String
    ) async throws(ReportsError) -> ForgePullRequest {
        let made = try await client.call(
            "POST",
            "\(project)/merge_requests",
            form: [
                ("source_branch", branch), ("target_branch", base), ("title", title), ("description", body),
            ],
            as: MergeRequest.self
        )
        guard let request = made.pullRequest else {
            throw ReportsError(
                .noAnswer(request: "POST \(project)/merge_requests", problem: "the answer has no number")
            )
        }
        return request
    }

    func merge(
        _ request: ForgePullRequest,
        by method: MergeMethod,
        message: String?
    ) async throws(ReportsError) {
        guard method != .rebase else {
            throw ReportsError(
                .unsupported("GitLab rebases by a project's setting; use `--merge` or `--squash`")
            )
        }
        let path = "\(project)/merge_requests/\(request.number)/merge"
        var merge = [("merge_when_pipeline_succeeds", "true"), ("squash", "\(method == .squash)")]
        if let message { merge.append(("merge_commit_message", message)) }
        // Whether a new request can be merged is found out a moment after it is there.
        for wait in [1, 2, 4, 0] {
            do {
                _ = try await client.call("PUT", path, form: merge, as: Anything.self)
                return
            } catch {
                guard case .refused(_, 405, _) = error.reason, wait > 0 else { throw error }
                do {
                    try await client.pause(.seconds(wait))
                } catch {
                    throw ReportsError(.noAnswer(request: "PUT \(path)", problem: "interrupted"))
                }
            }
        }
    }

    private func path(of place: CommentPlace) -> String {
        switch place {
        case .commit(let sha): "\(project)/repository/commits/\(pathPart(sha))/comments"
        case .pullRequest(let number): "\(project)/merge_requests/\(number)/notes"
        case .issue(let number): "\(project)/issues/\(number)/notes"
        }
    }

    private func comment(_ note: Note, at place: CommentPlace) -> ForgeComment {
        let page =
            switch place {
            case .commit(let sha): "commit/\(sha)"
            case .pullRequest(let number): "merge_requests/\(number)"
            case .issue(let number): "issues/\(number)"
            }
        let anchor = note.id.map { "#note_\($0)" } ?? ""
        return ForgeComment(
            id: note.id.map(String.init) ?? "",
            body: note.body ?? note.note ?? "",
            url: "\(address.web)/-/\(page)\(anchor)"
        )
    }
}
