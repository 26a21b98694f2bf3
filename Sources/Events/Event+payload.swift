package import Expressions

/// What a payload says of its event, where it says it. Payloads come from users and forges: all of it may be absent.
extension Event {
    /// An event that is what its payload says; `ref`, `sha` and `actor` stand where the payload is silent.
    package init(
        name: String,
        saying payload: Value,
        ref: String,
        sha: String,
        actor: String,
        changedPaths: [String]? = nil,
        headCommitMessage: String? = nil,
        chainDepth: Int = 0
    ) {
        let pull = payload["pull_request"]
        self.init(
            name: name,
            activity: payload["action"].nonEmptyText,
            payload: payload,
            ref: Self.ref(name: name, payload: payload) ?? ref,
            sha: Self.sha(name: name, payload: payload) ?? sha,
            changedPaths: changedPaths,
            actor: payload["sender"]["login"].nonEmptyText ?? actor,
            baseRef: Self.takesBaseBranch.contains(name)
                ? (pull["base"]["ref"].nonEmptyText ?? payload["merge_group"]["base_ref"].nonEmptyText)
                    .map { RefName($0).short } : nil,
            headRef: pull["head"]["ref"].nonEmptyText,
            headCommitMessage: headCommitMessage ?? payload["head_commit"]["message"].nonEmptyText,
            chainDepth: chainDepth
        )
    }

    /// Events whose `branches` filter looks at the branch that a change goes to.
    static let takesBaseBranch: Set<String> = [
        "pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment",
        "merge_group",
    ]

    private static func ref(name: String, payload: Value) -> String? {
        switch name {
        case "push":
            return payload["ref"].nonEmptyText
        case "pull_request", "pull_request_review", "pull_request_review_comment":
            let number = payload["pull_request"]["number"].nonEmptyText ?? payload["number"].nonEmptyText
            return number.map { "refs/pull/\($0)/merge" }
        case "merge_group":
            return payload["merge_group"]["head_ref"].nonEmptyText
        case "release":
            return payload["release"]["tag_name"].nonEmptyText.map { "refs/tags/\($0)" }
        case "create":
            let folder = payload["ref_type"].text == "tag" ? "refs/tags/" : "refs/heads/"
            return payload["ref"].nonEmptyText.map { $0.hasPrefix("refs/") ? $0 : folder + $0 }
        case "workflow_dispatch":
            return payload["ref"].nonEmptyText.flatMap { $0.hasPrefix("refs/") ? $0 : nil }
        default:
            return nil
        }
    }

    private static func sha(name: String, payload: Value) -> String? {
        switch name {
        case "push":
            // A deletion has no commit: its run is about the default branch's.
            return payload["after"].nonEmptyText.flatMap { $0.allSatisfy { $0 == "0" } ? nil : $0 }
        case "merge_group":
            return payload["merge_group"]["head_sha"].nonEmptyText
        default:
            return nil
        }
    }
}

extension Value {
    /// The text of a string, number or boolean; nil for null, empty text, lists and objects.
    var nonEmptyText: String? {
        switch self {
        case .null, .array, .object: nil
        case .string, .number, .boolean: text.isEmpty ? nil : text
        }
    }
}
