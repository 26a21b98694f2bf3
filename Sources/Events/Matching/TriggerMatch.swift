package import Workflows

/// So many runs may follow a first one by `workflow_run`, each started by the one before it.
package let maximumChainDepth = 3

/// Decides whether an event starts a workflow: all that it needs to know stands in the event.
package func match(_ workflow: Workflow, _ event: Event) -> MatchDecision {
    let triggers = workflow.triggers.filter { $0.event == event.name }
    guard let first = triggers.first else {
        return .skipped(.eventNotListed(event: event.name, listed: workflow.triggers.map(\.event)))
    }
    if SkipToken.events.contains(event.name), let token = event.headCommitMessage.flatMap(SkipToken.first) {
        return .skipped(.skipToken(token))
    }
    guard event.chainDepth <= maximumChainDepth else {
        return .skipped(.chainTooLong(limit: maximumChainDepth))
    }
    guard let reason = first.refusal(of: event) else { return .runs(first) }
    // An event that is named twice runs where either would.
    for other in triggers.dropFirst() where other.refusal(of: event) == nil { return .runs(other) }
    return .skipped(reason)
}

extension Trigger {
    /// Activities that start a workflow that names no `types`; other events start it with any.
    static let defaultTypes: [String: [String]] = [
        "pull_request": ["opened", "synchronize", "reopened"],
        "pull_request_target": ["opened", "synchronize", "reopened"],
    ]

    /// Why the event does not pass, or nil where it does.
    fileprivate func refusal(of event: Event) -> SkipReason? {
        if let reason = refusalByActivity(of: event) { return reason }
        switch event.name {
        case "push":
            let ref = RefName(event.ref)
            return refusalByPushedRef(ref) ?? (ref.kind == .tag ? nil : refusalByPaths(of: event))
        case "schedule":
            return refusalBySchedule(of: event)
        case "workflow_run":
            return refusalByWorkflow(of: event)
                ?? branches.flatMap {
                    Self.refusal(of: event.payload["workflow_run"]["head_branch"].text, by: $0)
                }
        default:
            let base = event.baseRef ?? RefName(event.ref).short
            return branches.flatMap { Self.refusal(of: base, by: $0) } ?? refusalByPaths(of: event)
        }
    }

    private func refusalByActivity(of event: Event) -> SkipReason? {
        // A payload that a person wrote may not tell its activity; it is then taken for the one that is asked for.
        guard let activity = event.activity else { return nil }
        guard let accepted = types ?? Self.defaultTypes[self.event], !accepted.contains(activity) else {
            return nil
        }
        return .activityNotListed(activity: activity, types: accepted, areDefault: types == nil)
    }

    private func refusalByPushedRef(_ ref: RefName) -> SkipReason? {
        let isTag = ref.kind == .tag
        if let filter = isTag ? tags : branches {
            return Self.refusal(of: ref.short, by: filter, named: isTag ? "tags" : "branches")
        }
        guard let other = isTag ? branches : tags else { return nil }
        let name = Self.name(of: other, isTag ? "branches" : "tags")
        return .refKindNotListed(ref: ref.short, filters: [name])
    }

    private static func refusal(
        of name: String,
        by filter: PatternFilter,
        named kind: String = "branches"
    ) -> SkipReason? {
        let verdict = PatternMatcher(filter).verdict(on: name)
        guard !verdict.passes else { return nil }
        return .refRefused(filter: Self.name(of: filter, kind), name: name, pattern: verdict.decidedBy)
    }

    private func refusalByPaths(of event: Event) -> SkipReason? {
        guard let paths, let changed = event.changedPaths else { return nil }
        let name = Self.name(of: paths, "paths")
        guard !changed.isEmpty else { return .noFileChanged(filter: name) }
        let matcher = PatternMatcher(paths)
        let isPassed = changed.contains { matcher.verdict(on: $0).passes }
        return isPassed ? nil : .pathsRefused(filter: name, fileCount: changed.count)
    }

    private func refusalBySchedule(of event: Event) -> SkipReason? {
        guard let cron = event.payload["schedule"].nonEmptyText else { return nil }
        let listed = schedules.map(\.cron.value)
        return listed.contains(cron) ? nil : .scheduleNotListed(cron: cron, listed: listed)
    }

    private func refusalByWorkflow(of event: Event) -> SkipReason? {
        let run = event.payload["workflow_run"]
        let name = run["name"].nonEmptyText ?? event.payload["workflow"]["name"].text
        let path = run["path"].nonEmptyText ?? event.payload["workflow"]["path"].text
        guard !workflows.contains(name), !workflows.contains(path) else { return nil }
        return .workflowNotListed(name: name, listed: workflows)
    }

    private static func name(of filter: PatternFilter, _ kind: String) -> String {
        filter.isIgnoring ? kind + "-ignore" : kind
    }
}
