package import Workflows

/// What one filter of a trigger says of one name.
package struct FilterVerdict: Sendable {
    /// The filter as the file calls it: `branches`, `tags-ignore`, `paths`, `types`, `schedule`, `workflows`.
    package var filter: String
    /// The branch, tag, file, activity, cron line or workflow that it was asked about; absent where the event does not
    /// tell which files changed, so that a filter of paths lets it pass.
    package var subject: String?
    package var passes: Bool
    /// The pattern, or the entry of the list, that decided; absent where none did.
    package var pattern: Located<String>?

    package init(filter: String, subject: String?, passes: Bool, pattern: Located<String>? = nil) {
        self.filter = filter
        self.subject = subject
        self.passes = passes
        self.pattern = pattern
    }
}

extension FilterVerdict: CustomStringConvertible {
    package var description: String {
        guard let subject else { return "`\(filter)` lets it pass, as the changed files are not known" }
        let line = pattern.map { " (line \($0.location.line))" } ?? ""
        switch filter {
        case "types", "default types": return "activity `\(subject)` is among its \(filter)"
        case "schedule": return "schedule `\(subject)` is its own\(line)"
        case "workflows": return "it follows `\(subject)`"
        default:
            let verb = passes ? "passes" : "does not pass"
            let means = pattern.map { " by `\($0.value)`\(line)" } ?? ", as no pattern matches it"
            return "`\(subject)` \(verb) `\(filter)`\(means)"
        }
    }
}
