import Foundation
import Reports

/// A forge in memory that answers as GitHub, Gitea or GitLab would. It can act and then lose its answer.
actor FakeForge {
    struct Comment {
        var id: Int
        var place: String
        var body: String
    }

    struct Lost: Error {}

    var comments: [Comment] = []
    var pulls: [(number: Int, head: String, base: String)] = []
    var checks: [(id: Int, name: String, key: String)] = []
    var statuses: [String] = []
    var requests: [ForgeRequest] = []
    /// How many of the next effects happen without an answer.
    var losses = 0
    var refusal: Int?
    /// What the next requests that change something are answered, in this order, before anything is done.
    var answers: [ForgeResponse] = []
    /// How long was waited before further tries.
    var pauses: [Duration] = []
    var pullOfCommit: Int?
    var graphQLAnswer = #"{"data":{}}"#
    var isProtected = false
    /// How many of the next merges are refused, as GitLab does until it knows whether it can merge.
    var mergeRefusals = 0
    private var next = 100

    func lose(_ count: Int) { losses = count }
    func answerFirst(_ answers: [ForgeResponse]) { self.answers = answers }
    func rest(_ time: Duration) { pauses.append(time) }
    func refuse(with status: Int) { refusal = status }
    func setPull(_ number: Int?) { pullOfCommit = number }
    func protect() { isProtected = true }
    func refuseMerges(_ count: Int) { mergeRefusals = count }
    func setGraphQL(_ answer: String) { graphQLAnswer = answer }
    func add(_ body: String, at place: String) {
        comments.append(Comment(id: id(), place: place, body: body))
    }

    private func id() -> Int {
        next += 1
        return next
    }

    func answer(_ request: ForgeRequest) throws -> ForgeResponse {
        requests.append(request)
        if let refusal { return json(["message": "Bad credentials"], status: refusal) }
        if request.method != "GET", !answers.isEmpty { return answers.removeFirst() }
        let url = URLComponents(string: request.url)
        let path = url?.percentEncodedPath ?? ""
        let response = respond(request, path, url?.queryItems ?? [])
        if request.method != "GET", losses > 0 {
            losses -= 1
            throw Lost()
        }
        return response
    }

    private func respond(_ request: ForgeRequest, _ path: String, _ query: [URLQueryItem]) -> ForgeResponse {
        let body = fields(of: request)
        switch (request.method, path) {
        case ("GET", _) where path.hasSuffix("/pulls") && path.contains("/commits/"):
            return json(pullOfCommit.map { [["number": $0, "state": "open"]] } ?? [])
        case ("GET", _) where path.hasSuffix("/pull"):
            return pullOfCommit.map { json(["number": $0, "state": "open"]) }
                ?? json(["message": "none"], status: 404)
        case ("GET", _) where path.hasSuffix("/commits/beef/merge_requests"):
            return json(
                pullOfCommit.map { [["iid": $0, "state": "opened", "web_url": "http://l/\($0)"]] } ?? []
            )
        case ("GET", _) where path.hasSuffix("/comments") || path.hasSuffix("/notes"):
            let own = comments.filter { $0.place == path }.map { show($0, path) }
            return json(page(own, query))
        case ("POST", _) where path.hasSuffix("/comments") || path.hasSuffix("/notes"):
            let comment = Comment(id: id(), place: path, body: body["body"] ?? body["note"] ?? "")
            comments.append(comment)
            return json(show(comment, path), status: 201)
        case ("PATCH", _),
            ("PUT", _) where path.contains("/notes/"):
            guard let index = comments.firstIndex(where: { path.hasSuffix("/\($0.id)") }) else { break }
            comments[index].body = body["body"] ?? ""
            return json(show(comments[index], path))
        case ("POST", _) where path.contains("/statuses/"):
            statuses.append(body["description"] ?? "")
            return json(["id": 1], status: 201)
        case ("GET", _) where path.hasSuffix("/check-runs"):
            return json([
                "check_runs": checks.map {
                    ["id": $0.id, "external_id": $0.key, "html_url": "http://g/c/\($0.id)"]
                }
            ])
        case ("POST", _) where path.hasSuffix("/check-runs"):
            checks.append((id(), body["name"] ?? "", body["external_id"] ?? ""))
            return json(["id": next, "html_url": "http://g/c/\(next)"], status: 201)
        case ("GET", _) where path.hasSuffix("/pulls"): return json(pulls.map(show))
        case ("POST", _) where path.hasSuffix("/pulls"):
            pulls.append((id(), body["head"] ?? "", body["base"] ?? ""))
            return json(show(pulls[pulls.count - 1]), status: 201)
        case ("POST", _) where path.hasSuffix("/graphql"):
            return ForgeResponse(status: 200, body: Data(graphQLAnswer.utf8))
        case ("PUT", _) where path.hasSuffix("/merge"):
            guard mergeRefusals > 0 else { return json(["merged": true]) }
            mergeRefusals -= 1
            return json(["message": "405 Method Not Allowed"], status: 405)
        case ("GET", _) where path.hasSuffix("/branches/main/protection"):
            return isProtected ? json(["url": path]) : json(["message": "Branch not protected"], status: 404)
        case ("GET", _) where path.hasSuffix("/merge_requests"): return json(pulls.map(showMergeRequest))
        case ("POST", _) where path.hasSuffix("/merge_requests"):
            pulls.append((id(), body["source_branch"] ?? "", body["target_branch"] ?? ""))
            return json(showMergeRequest(pulls[pulls.count - 1]), status: 201)
        case ("POST", _) where path.hasSuffix("/uploads"):
            return json(["url": "/uploads/1/p.png"], status: 201)
        case ("POST", "/assets"):
            return ForgeResponse(status: 200, body: Data("http://assets.test/1\n".utf8))
        default: break
        }
        return json(["message": "Not Found"], status: 404)
    }

    private func page<Entry>(_ entries: [Entry], _ query: [URLQueryItem]) -> [Entry] {
        func number(_ name: String) -> Int? { query.first { $0.name == name }?.value.flatMap { Int($0) } }
        let size = number("per_page") ?? number("limit") ?? 30
        return Array(entries.dropFirst(((number("page") ?? 1) - 1) * size).prefix(size))
    }

    private func show(_ comment: Comment, _ path: String) -> [String: Any] {
        let isOfGitLabCommit = path.contains("/repository/commits/")
        if isOfGitLabCommit { return ["note": comment.body] }
        return ["id": comment.id, "body": comment.body, "html_url": "http://g/comment/\(comment.id)"]
    }

    private func show(_ pull: (number: Int, head: String, base: String)) -> [String: Any] {
        [
            "number": pull.number, "html_url": "http://g/pull/\(pull.number)", "state": "open",
            "node_id": "N\(pull.number)",
            "head": ["ref": pull.head], "base": ["ref": pull.base],
        ]
    }

    private func showMergeRequest(_ pull: (number: Int, head: String, base: String)) -> [String: Any] {
        [
            "iid": pull.number, "web_url": "http://l/\(pull.number)", "state": "opened",
            "source_branch": pull.head, "target_branch": pull.base,
        ]
    }

    private func fields(of request: ForgeRequest) -> [String: String] {
        if request.headers["Content-Type"] == "application/x-www-form-urlencoded", let body = request.body {
            var form = URLComponents()
            form.percentEncodedQuery = String(decoding: body, as: UTF8.self)
            let pairs = form.queryItems?.map { ($0.name, $0.value ?? "") } ?? []
            return Dictionary(pairs, uniquingKeysWith: { $1 })
        }
        guard let body = request.body,
            let object = try? JSONSerialization.jsonObject(with: body) as? [String: Any]
        else {
            return [:]
        }
        return object.compactMapValues { $0 as? String }
    }

    private func json(_ value: Any, status: Int = 200) -> ForgeResponse {
        let body = (try? JSONSerialization.data(withJSONObject: value)) ?? Data()
        return ForgeResponse(status: status, body: body)
    }
}
