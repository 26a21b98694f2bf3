/// The events that can stand under `on:`.
struct KnownEvent: Sendable {
    enum Filter: String, Sendable { case branches, tags, paths }

    /// What its value may be.
    enum Form: Sendable {
        /// Nothing.
        case bare
        /// Nothing, or a mapping with these filters.
        case filtered
        /// A list of cron lines.
        case schedule
        case dispatch, call
    }

    var name: String
    var form: Form = .filtered
    /// The activity types that it has; `nil` where `types` cannot stand.
    var types: [String]?
    /// Whether any activity type goes, as for `repository_dispatch`.
    var hasAnyType = false
    var filters: [Filter] = []
    var others: [String] = []

    static func named(_ name: String) -> KnownEvent? { all[name] }

    static let names: [String] = list.map(\.name)

    private static let all = Dictionary(uniqueKeysWithValues: list.map { ($0.name, $0) })

    private static let list: [KnownEvent] = [
        KnownEvent(name: "branch_protection_rule", types: changes),
        KnownEvent(name: "check_run", types: ["completed", "created", "rerequested", "requested_action"]),
        KnownEvent(name: "check_suite", types: ["completed"]),
        KnownEvent(name: "create", form: .bare),
        KnownEvent(name: "delete", form: .bare),
        KnownEvent(name: "deployment", form: .bare),
        KnownEvent(name: "deployment_status", form: .bare),
        KnownEvent(
            name: "discussion",
            types: [
                "created", "edited", "deleted", "transferred", "pinned", "unpinned", "labeled", "unlabeled",
                "locked",
                "unlocked", "category_changed", "answered", "unanswered",
            ]
        ),
        KnownEvent(name: "discussion_comment", types: changes),
        KnownEvent(name: "dynamic", form: .bare),
        KnownEvent(name: "fork", form: .bare),
        KnownEvent(name: "gollum", form: .bare),
        KnownEvent(
            name: "image_version",
            types: ["created", "ready", "deleted"],
            others: ["names", "versions"]
        ),
        KnownEvent(name: "interactive_component", form: .bare),
        KnownEvent(name: "issue_comment", types: changes),
        KnownEvent(
            name: "issues",
            types: [
                "opened", "edited", "deleted", "transferred", "pinned", "unpinned", "closed", "reopened",
                "assigned",
                "unassigned", "labeled", "unlabeled", "locked", "unlocked", "milestoned", "demilestoned",
                "field_added",
                "field_removed", "typed", "untyped",
            ]
        ),
        KnownEvent(name: "label", types: changes),
        KnownEvent(name: "member", form: .bare),
        KnownEvent(name: "merge_group", types: ["checks_requested"], filters: [.branches]),
        KnownEvent(name: "milestone", types: ["created", "closed", "opened", "edited", "deleted"]),
        KnownEvent(name: "page_build", form: .bare),
        KnownEvent(name: "project", types: ["created", "closed", "reopened", "edited", "deleted"]),
        KnownEvent(name: "project_card", types: ["created", "moved", "converted", "edited", "deleted"]),
        KnownEvent(name: "project_column", types: ["created", "updated", "moved", "deleted"]),
        KnownEvent(name: "public", form: .bare),
        KnownEvent(name: "pull_request", types: pullRequest, filters: [.branches, .paths]),
        KnownEvent(name: "pull_request_comment", types: changes),
        KnownEvent(name: "pull_request_review", types: ["submitted", "edited", "dismissed"]),
        KnownEvent(name: "pull_request_review_comment", types: changes),
        KnownEvent(name: "pull_request_target", types: pullRequest, filters: [.branches, .paths]),
        KnownEvent(name: "push", filters: [.branches, .tags, .paths]),
        KnownEvent(name: "registry_package", types: ["published", "updated"]),
        KnownEvent(
            name: "release",
            types: ["published", "unpublished", "created", "edited", "deleted", "prereleased", "released"]
        ),
        KnownEvent(name: "repository_dispatch", types: [], hasAnyType: true),
        KnownEvent(name: "schedule", form: .schedule),
        KnownEvent(name: "status", form: .bare),
        KnownEvent(name: "watch", types: ["started"]),
        KnownEvent(name: "workflow_call", form: .call),
        KnownEvent(name: "workflow_dispatch", form: .dispatch),
        KnownEvent(
            name: "workflow_run",
            types: ["requested", "completed", "in_progress"],
            filters: [.branches],
            others: ["workflows"]
        ),
    ]

    private static let changes = ["created", "edited", "deleted"]

    private static let pullRequest = [
        "assigned", "unassigned", "labeled", "unlabeled", "opened", "edited", "closed", "reopened",
        "synchronize",
        "converted_to_draft", "locked", "unlocked", "enqueued", "dequeued", "milestoned", "demilestoned",
        "ready_for_review", "review_requested", "review_request_removed", "auto_merge_enabled",
        "auto_merge_disabled",
        "stacked",
    ]
}
