package import Expressions

/// The commit that stands for "none" in a `push` payload.
private let noCommit = String(repeating: "0", count: 40)

/// The payload of `push`.
package func pushPayload(
    _ push: PushFacts,
    in repository: PayloadRepository,
    by actor: PayloadPerson
) -> Value {
    let before = push.before ?? noCommit
    let after = push.after ?? noCommit
    return object([
        "ref": .string(push.ref),
        "before": .string(before),
        "after": .string(after),
        "base_ref": .null,
        "created": .boolean(push.before == nil),
        "deleted": .boolean(push.after == nil),
        "forced": .boolean(push.isForced),
        "compare": .string("\(repository.htmlURL)/compare/\(before.prefix(12))...\(after.prefix(12))"),
        "commits": list(push.commits.map { $0.payload(in: repository) }),
        "head_commit": push.head?.payload(in: repository) ?? .null,
        "repository": repository.payload,
        "pusher": object(["name": .string(actor.name), "email": .string(actor.email)]),
        "sender": repository.user(named: actor.name),
    ])
}

/// The payload of `pull_request` and of the events that look like it.
package func pullRequestPayload(
    _ pull: PullRequestFacts,
    in repository: PayloadRepository,
    by actor: String
) -> Value {
    func side(_ side: PullRequestFacts.Side) -> Value {
        object([
            "label": .string("\(repository.owner):\(side.ref)"),
            "ref": .string(side.ref),
            "sha": .string(side.sha),
            "user": repository.user(named: repository.owner),
            "repo": repository.payload,
        ])
    }
    func label(_ name: String) -> Value { object(["name": .string(name)]) }
    return object([
        "action": .string(pull.action),
        "number": number(pull.number),
        "pull_request": object([
            "number": number(pull.number),
            "state": .string(pull.action == "closed" ? "closed" : "open"),
            "title": .string(pull.title),
            "body": text(pull.body),
            "user": repository.user(named: actor),
            "html_url": .string("\(repository.htmlURL)/pull/\(pull.number)"),
            "url": .string("\(repository.resourceURL)/pulls/\(pull.number)"),
            "draft": .boolean(pull.isDraft),
            "locked": .boolean(false),
            "labels": list(pull.labels.map(label)),
            "assignees": list([]),
            "requested_reviewers": list([]),
            "milestone": .null,
            "merged": .boolean(false),
            "mergeable": .boolean(true),
            "merge_commit_sha": text(pull.mergeCommit),
            "base": side(pull.base),
            "head": side(pull.head),
            "commits": number(pull.commitCount),
            "changed_files": number(pull.changedFileCount),
        ]),
        "repository": repository.payload,
        "sender": repository.user(named: actor),
    ])
}

/// The payload of `workflow_dispatch`.
///
/// The inputs are `DispatchInputs.payload`; the workflow is named by its file's path in the repository.
package func dispatchPayload(
    inputs: ObjectValue,
    ref: String,
    workflow: String,
    in repository: PayloadRepository,
    by actor: String
) -> Value {
    object([
        "inputs": .object(inputs),
        "ref": .string(ref),
        "workflow": .string(workflow),
        "repository": repository.payload,
        "sender": repository.user(named: actor),
    ])
}

/// The payload of `schedule`.
///
/// The cron line is as it stands in the workflow, and nil where none fired and the event was asked for by hand. The
/// workflow is named by its file's path in the repository, where one is meant.
package func schedulePayload(
    cron: String?,
    workflow: String?,
    in repository: PayloadRepository,
    by actor: String
) -> Value {
    var pairs: [(key: String, value: Value)] = []
    if let cron { pairs.append((key: "schedule", value: .string(cron))) }
    if let workflow { pairs.append((key: "workflow", value: .string(workflow))) }
    pairs.append((key: "repository", value: repository.payload))
    pairs.append((key: "sender", value: repository.user(named: actor)))
    return .object(ObjectValue(pairs))
}

/// The payload of `repository_dispatch`, where the caller's own word, `eventType`, becomes the activity.
package func repositoryDispatchPayload(
    eventType: String?,
    clientPayload: Value,
    in repository: PayloadRepository,
    by actor: String
) -> Value {
    object([
        "action": text(eventType),
        "branch": .string(repository.defaultBranch),
        "client_payload": clientPayload,
        "repository": repository.payload,
        "sender": repository.user(named: actor),
    ])
}

/// The payload of any other event: what all payloads have.
package func plainPayload(in repository: PayloadRepository, by actor: String) -> Value {
    object(["repository": repository.payload, "sender": repository.user(named: actor)])
}
