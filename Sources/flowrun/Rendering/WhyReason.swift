import Engine
import Events
import Expressions

/// Why something would run or not, in words that follow its verdict.
enum WhyReason {
    static func of(_ explanation: WorkflowExplanation) -> String {
        switch explanation.decision {
        case .skipped(let reason): "\(reason)"
        case .runs(let trigger, let passed):
            passed.isEmpty
                ? "its `on` names `\(trigger.event)` (line \(trigger.location.line)), without a filter"
                : passed.map(\.description).joined(separator: "; ")
        }
    }

    static func of(_ job: JobExplanation) -> String {
        if let fault = job.fault, job.verdict == .fails { return fault }
        let reason = of(
            job.condition,
            success: "if \(list(job.needs)) succeed\(job.needs.count == 1 ? "s" : "")",
            failure: "unless what it needs fails",
            free: "it waits for nothing"
        )
        // The implicit condition is told by what breaks it.
        if job.verdict == .skipped, job.condition.verdict == .skipped, isStatus(job.condition.deciding.text) {
            let others = list(job.unsuccessful)
            let verb = job.unsuccessful.count == 1 ? "does" : "do"
            if !others.isEmpty { return "\(reason), as \(others) \(verb) not succeed" }
        }
        if job.verdict == .skipped, job.condition.verdict != .skipped { return "no row is asked for" }
        return reason
    }

    static func of(_ step: StepExplanation) -> String {
        guard let condition = step.condition else { return "it has no condition" }
        return of(
            condition,
            success: "if the steps before it succeed",
            failure: "unless a step before it fails",
            free: "no step before it can fail"
        )
    }

    /// - Parameters:
    ///   - success: What a condition means that holds as long as all goes well.
    ///   - failure: What one means that holds only if something does not.
    ///   - free: Why what has no condition runs.
    private static func of(
        _ condition: ConditionExplanation,
        success: String,
        failure: String,
        free: String
    ) -> String {
        let part = quoted(condition.deciding.text)
        switch condition.verdict {
        case .runs: return condition.source.isEmpty ? free : "\(part) is true"
        case .skipped: return "\(part) is false"
        case .fails: return condition.trace.fault ?? ""
        case .likelyRuns:
            let asked =
                condition.source.isEmpty || isStatus(condition.deciding.text) ? nil : "\(part) is true"
            let variables = condition.dependsOnVariables ? " and leave `env` as it is" : ""
            return [asked, success + variables].compactMap(\.self).joined(separator: ", ")
        case .likelySkipped:
            return "\(part) is false, \(failure)\(condition.dependsOnVariables ? " or sets `env` anew" : "")"
        case .unknown: return "on \(condition.reasons.joined(separator: ", "))"
        }
    }

    private static func isStatus(_ text: String) -> Bool { text.hasPrefix("success(") }

    private static func quoted(_ text: String) -> String { "`\(text)`" }

    private static func list(_ ids: [String]) -> String {
        let quoted = ids.map(quoted)
        guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
        return quoted.dropLast().joined(separator: ", ") + " and " + last
    }
}
