package import Workflows

/// Whether an event starts a workflow, and what decided it.
package enum MatchDecision: Sendable {
    /// The trigger that the event passes, and what each of its filters said; none where it has none.
    case runs(Trigger, passed: [FilterVerdict])
    case skipped(SkipReason)
}

/// Why an event does not start a workflow.
package enum SkipReason: Sendable, CustomStringConvertible {
    /// The workflow does not name the event.
    case eventNotListed(event: String, listed: [String])
    /// A person has switched the workflow off.
    case disabled
    case activityNotListed(activity: String, types: [String], areDefault: Bool)
    /// A filter of tags alone keeps branches out, and the reverse.
    case refKindNotListed(ref: String, filters: [String])
    /// A filter of branches or tags refuses the name; `pattern` is absent where no pattern matched it.
    case refRefused(filter: String, name: String, pattern: Located<String>?)
    case noFileChanged(filter: String)
    /// None of the files that changed passes the filter.
    case pathsRefused(filter: String, files: [FilterVerdict])
    case scheduleNotListed(cron: String, listed: [String])
    case workflowNotListed(name: String, listed: [String])
    /// The workflow would be one more than the chain of `workflow_run` may have.
    case chainTooLong(limit: Int)
    /// The message of the head commit holds a token that asks for no runs.
    case skipToken(String)

    package var description: String {
        switch self {
        case .eventNotListed(let event, let listed):
            "its `on` does not name `\(event)`\(listed.isEmpty ? "" : " but \(Self.list(listed))")"
        case .disabled:
            "it is disabled; `flowrun workflow enable` switches it on"
        case .activityNotListed(let activity, let types, let areDefault):
            "activity `\(activity)` is not among its \(areDefault ? "default " : "")types \(Self.list(types))"
        case .refKindNotListed(let ref, let filters):
            "it has \(Self.list(filters)) only, and `\(ref)` is a \(filters[0].hasPrefix("tags") ? "branch" : "tag")"
        case .refRefused(let filter, let name, let pattern):
            pattern.map {
                "`\(filter)` refuses `\(name)` by its pattern `\($0.value)` (line \($0.location.line))"
            }
                ?? "no pattern of `\(filter)` matches `\(name)`"
        case .noFileChanged(let filter):
            "it has `\(filter)`, and no file changed"
        case .pathsRefused("paths-ignore", let files):
            files.count == 1
                ? "`paths-ignore` ignores the changed file"
                : "`paths-ignore` ignores all \(files.count) changed files"
        case .pathsRefused(let filter, let files):
            "`\(filter)` matches none of the \(files.count) changed file\(files.count == 1 ? "" : "s")"
        case .scheduleNotListed(let cron, let listed):
            "schedule `\(cron)` is none of its own \(Self.list(listed))"
        case .workflowNotListed(let name, let listed):
            "it follows \(Self.list(listed)), not `\(name)`"
        case .chainTooLong(let limit):
            "\(limit) runs have followed one another by `workflow_run`, and no more may"
        case .skipToken(let token):
            "the head commit's message holds `\(token)`"
        }
    }

    /// What the filter said of each name, where a list of patterns refused the event.
    package var verdicts: [FilterVerdict] {
        switch self {
        case .refRefused(let filter, let name, let pattern):
            [FilterVerdict(filter: filter, subject: name, passes: false, pattern: pattern)]
        case .pathsRefused(_, let files): files
        default: []
        }
    }

    private static func list(_ words: [String]) -> String {
        let quoted = words.map { "`\($0)`" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
        return quoted.dropLast().joined(separator: ", ") + " and " + last
    }
}
