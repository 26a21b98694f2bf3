package import Workflows

/// So many runs may follow a first one by `workflow_run`, each started by the one before it.
package let maximumChainDepth = 3

/// Decides whether an event starts a workflow: all else that it needs to know stands in the event.
///
/// - Parameter disabled: The paths of workflows that are switched off.
package func match(_ workflow: Workflow, _ event: Event, disabled: Set<String>) -> MatchDecision {
    let triggers = workflow.triggers.filter { $0.event == event.name }
    guard let first = triggers.first else {
        return .skipped(.eventNotListed(event: event.name, listed: workflow.triggers.map(\.event)))
    }
    if disabled.contains(workflow.path) { return .skipped(.disabled) }
    if SkipToken.events.contains(event.name), let token = event.headCommitMessage.flatMap(SkipToken.first) {
        return .skipped(.skipToken(token))
    }
    guard event.chainDepth <= maximumChainDepth else {
        return .skipped(.chainTooLong(limit: maximumChainDepth))
    }
    do {
        return .runs(first, passed: try first.verdicts(on: event))
    } catch {
        // An event that is named twice runs where either would.
        for other in triggers.dropFirst() {
            if let passed = try? other.verdicts(on: event) { return .runs(other, passed: passed) }
        }
        return .skipped(error.reason)
    }
}

/// How a filter ends the matching of its trigger.
private struct Refusal: Error {
    var reason: SkipReason
}

extension Trigger {
    /// Activities that start a workflow that names no `types`; other events start it with any.
    static let defaultTypes: [String: [String]] = [
        "pull_request": ["opened", "synchronize", "reopened"],
        "pull_request_target": ["opened", "synchronize", "reopened"],
    ]

    /// What the filters say of an event that passes them all.
    fileprivate func verdicts(on event: Event) throws(Refusal) -> [FilterVerdict] {
        var found = try byActivity(of: event)
        switch event.name {
        case "push":
            let ref = RefName(event.ref)
            found += try byPushedRef(ref)
            if ref.kind != .tag { found += try byPaths(of: event) }
        case "schedule":
            found += try bySchedule(of: event)
        case "workflow_run":
            found += try byWorkflow(of: event)
            if let branches {
                found += try Self.verdict(on: event.payload["workflow_run"]["head_branch"].text, by: branches)
            }
        default:
            let base = event.baseRef ?? RefName(event.ref).short
            if let branches { found += try Self.verdict(on: base, by: branches) }
            found += try byPaths(of: event)
        }
        return found
    }

    private func byActivity(of event: Event) throws(Refusal) -> [FilterVerdict] {
        // A payload that a person wrote may not tell its activity; it is then taken for the one that is asked for.
        guard let activity = event.activity, let accepted = types ?? Self.defaultTypes[self.event] else {
            return []
        }
        guard accepted.contains(activity) else {
            throw Refusal(
                reason: .activityNotListed(activity: activity, types: accepted, areDefault: types == nil)
            )
        }
        return [
            FilterVerdict(filter: types == nil ? "default types" : "types", subject: activity, passes: true)
        ]
    }

    private func byPushedRef(_ ref: RefName) throws(Refusal) -> [FilterVerdict] {
        let isTag = ref.kind == .tag
        if let filter = isTag ? tags : branches {
            return try Self.verdict(on: ref.short, by: filter, named: isTag ? "tags" : "branches")
        }
        guard let other = isTag ? branches : tags else { return [] }
        let name = Self.name(of: other, isTag ? "branches" : "tags")
        throw Refusal(reason: .refKindNotListed(ref: ref.short, filters: [name]))
    }

    private static func verdict(
        on name: String,
        by filter: PatternFilter,
        named kind: String = "branches"
    ) throws(Refusal) -> [FilterVerdict] {
        let word = Self.name(of: filter, kind)
        let verdict = PatternMatcher(filter).verdict(on: name)
        guard verdict.passes else {
            throw Refusal(reason: .refRefused(filter: word, name: name, pattern: verdict.decidedBy))
        }
        return [FilterVerdict(filter: word, subject: name, passes: true, pattern: verdict.decidedBy)]
    }

    /// Of the files that changed the first that passes.
    private func byPaths(of event: Event) throws(Refusal) -> [FilterVerdict] {
        guard let paths else { return [] }
        let name = Self.name(of: paths, "paths")
        guard let changed = event.changedPaths else {
            return [FilterVerdict(filter: name, subject: nil, passes: true)]
        }
        guard !changed.isEmpty else { throw Refusal(reason: .noFileChanged(filter: name)) }
        let matcher = PatternMatcher(paths)
        var refused: [FilterVerdict] = []
        for path in changed {
            let verdict = matcher.verdict(on: path)
            let told = FilterVerdict(
                filter: name,
                subject: path,
                passes: verdict.passes,
                pattern: verdict.decidedBy
            )
            if verdict.passes { return [told] }
            refused.append(told)
        }
        throw Refusal(reason: .pathsRefused(filter: name, files: refused))
    }

    private func bySchedule(of event: Event) throws(Refusal) -> [FilterVerdict] {
        guard let cron = event.payload["schedule"].nonEmptyText else { return [] }
        let listed = schedules.map(\.cron)
        guard let entry = listed.first(where: { $0.value == cron }) else {
            throw Refusal(reason: .scheduleNotListed(cron: cron, listed: listed.map(\.value)))
        }
        return [FilterVerdict(filter: "schedule", subject: cron, passes: true, pattern: entry)]
    }

    private func byWorkflow(of event: Event) throws(Refusal) -> [FilterVerdict] {
        let run = event.payload["workflow_run"]
        let name = run["name"].nonEmptyText ?? event.payload["workflow"]["name"].text
        let path = run["path"].nonEmptyText ?? event.payload["workflow"]["path"].text
        guard let listed = workflows.first(where: { $0 == name || $0 == path }) else {
            throw Refusal(reason: .workflowNotListed(name: name, listed: workflows))
        }
        return [FilterVerdict(filter: "workflows", subject: listed, passes: true)]
    }

    private static func name(of filter: PatternFilter, _ kind: String) -> String {
        filter.isIgnoring ? kind + "-ignore" : kind
    }
}
