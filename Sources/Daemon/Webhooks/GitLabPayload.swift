import Expressions

/// What GitLab sends, in GitHub's words.
struct GitLabPayload {
    private let name: String
    private let body: Value

    init(_ name: String, _ body: Value) {
        self.name = name
        self.body = body
    }

    var event: (name: String, payload: Value)? {
        switch name {
        case "Push Hook", "Tag Push Hook":
            ("push", push)
        case "Merge Request Hook": action.map { ("pull_request", pullRequest($0)) }
        default: nil
        }
    }

    private static func object(_ pairs: [(String, Value)]) -> Value {
        .object(ObjectValue(pairs.map { (key: $0.0, value: $0.1) }))
    }

    private var push: Value {
        let commits = list(body["commits"]).map(Self.commit)
        let zero = { (commit: Value) in commit.text.allSatisfy { $0 == "0" } }
        let after = body["checkout_sha"].text.isEmpty ? body["after"] : body["checkout_sha"]
        return Self.object([
            ("ref", body["ref"]), ("before", body["before"]), ("after", after), ("base_ref", .null),
            ("created", .boolean(zero(body["before"]))), ("deleted", .boolean(zero(body["after"]))),
            ("forced", .boolean(false)), ("commits", .array(ArrayValue(commits))),
            ("head_commit", commits.last ?? .null),
            ("repository", repository),
            (
                "pusher",
                Self.object([("name", body["user_username"]), ("email", body["user_email"])])
            ),
            ("sender", Self.object([("login", body["user_username"])])),
        ])
    }

    private static func commit(_ commit: Value) -> Value {
        object([
            ("id", commit["id"]), ("message", commit["message"]), ("timestamp", commit["timestamp"]),
            ("url", commit["url"]), ("author", commit["author"]), ("committer", commit["author"]),
            ("added", commit["added"]), ("modified", commit["modified"]), ("removed", commit["removed"]),
        ])
    }

    /// What GitHub calls what has happened to a merge request.
    private var action: String? {
        switch body["object_attributes"]["action"].text {
        case "open": "opened"
        case "reopen": "reopened"
        // Only where commits came; titles and labels are edited otherwise.
        case "update": body["object_attributes"]["oldrev"].text.isEmpty ? "edited" : "synchronize"
        case "close", "merge": "closed"
        default: nil
        }
    }

    private func pullRequest(_ action: String) -> Value {
        let facts = body["object_attributes"]
        func side(_ ref: Value, _ sha: Value, _ repository: Value) -> Value {
            Self.object([("ref", ref), ("sha", sha), ("repo", repository)])
        }
        let isOfFork = facts["source_project_id"].text != facts["target_project_id"].text
        let fork = Self.object([("full_name", facts["source"]["path_with_namespace"])])
        return Self.object([
            ("action", .string(action)), ("number", facts["iid"]),
            (
                "pull_request",
                Self.object([
                    ("number", facts["iid"]), ("title", facts["title"]), ("body", facts["description"]),
                    ("state", .string(action == "closed" ? "closed" : "open")), ("html_url", facts["url"]),
                    ("draft", facts["work_in_progress"]),
                    ("merged", .boolean(facts["action"].text == "merge")),
                    ("merge_commit_sha", facts["merge_commit_sha"]),
                    ("base", side(facts["target_branch"], .null, repository)),
                    (
                        "head",
                        side(
                            facts["source_branch"],
                            facts["last_commit"]["id"],
                            isOfFork ? fork : repository
                        )
                    ),
                    ("user", Self.object([("login", body["user"]["username"])])),
                ])
            ),
            ("repository", repository), ("sender", Self.object([("login", body["user"]["username"])])),
        ])
    }

    private var repository: Value {
        let project = body["project"]
        let full = project["path_with_namespace"].text
        let owner = full.split(separator: "/").dropLast().joined(separator: "/")
        return Self.object([
            ("full_name", .string(full)),
            ("name", .string(full.split(separator: "/").last.map(String.init) ?? "")),
            ("owner", Self.object([("login", .string(owner))])),
            ("default_branch", project["default_branch"]),
            ("html_url", project["web_url"]), ("clone_url", project["git_http_url"]),
            ("private", .boolean(project["visibility_level"].text != "20")),
        ])
    }

    private func list(_ value: Value) -> [Value] {
        if case .array(let values) = value { values.elements } else { [] }
    }
}
