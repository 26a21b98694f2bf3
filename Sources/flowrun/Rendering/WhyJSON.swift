import Engine
import Events
import Expressions

/// What `why` tells programs: a line for each workflow.
enum WhyJSON {
    static func line(_ explanation: WorkflowExplanation) -> String {
        let isRun = if case .runs = explanation.decision { true } else { false }
        let workflow = Value.object([
            ("name", .string(explanation.name)), ("path", .string(explanation.path)),
        ])
        return Value.object([
            ("event", .string("why")), ("workflow", workflow),
            ("verdict", .string(isRun ? "runs" : "skipped")),
            ("reason", .string(WhyReason.of(explanation))),
            ("filters", .array(filters(explanation.decision).map(filter))),
            ("jobs", .array(explanation.jobs.map(job))),
        ]).json()
    }

    private static func filters(_ decision: MatchDecision) -> [FilterVerdict] {
        switch decision {
        case .runs(_, let passed): passed
        case .skipped(let reason): reason.verdicts
        }
    }

    private static func filter(_ verdict: FilterVerdict) -> Value {
        object([
            ("filter", .string(verdict.filter)), ("subject", verdict.subject.map(Value.string)),
            ("passes", .boolean(verdict.passes)), ("pattern", verdict.pattern.map { .string($0.value) }),
            ("line", verdict.pattern.map { .number(Double($0.location.line)) }),
        ])
    }

    private static func job(_ job: JobExplanation) -> Value {
        object([
            ("key", .string(job.id)), ("needs", texts(job.needs)), ("verdict", .string(job.verdict.rawValue)),
            ("reason", .string(WhyReason.of(job))), ("condition", condition(job.condition)),
            ("error", job.fault.map(Value.string)), ("calls", job.calls.map(Value.string)),
            ("rows_depend_on", job.unknownRows.isEmpty ? nil : texts(job.unknownRows)),
            ("rows", .array(job.rows.map(row))),
        ])
    }

    private static func row(_ row: RowExplanation) -> Value {
        object([
            ("name", .string(row.name)), ("matrix", row.matrix), ("steps", .array(row.steps.map(step))),
            ("jobs", row.jobs.isEmpty ? nil : .array(row.jobs.map(job))),
        ])
    }

    private static func step(_ step: StepExplanation) -> Value {
        object([
            ("id", step.id.map(Value.string)), ("name", .string(step.name)),
            ("verdict", .string(step.verdict.rawValue)), ("reason", .string(WhyReason.of(step))),
            ("condition", step.condition.map(condition)),
            ("steps", step.steps.isEmpty ? nil : .array(step.steps.map(self.step))),
        ])
    }

    private static func condition(_ condition: ConditionExplanation) -> Value {
        object([
            ("if", condition.source.isEmpty ? nil : .string(condition.source)),
            ("decided_by", condition.verdict == .unknown ? nil : .string(condition.deciding.text)),
            ("depends_on", condition.reasons.isEmpty ? nil : texts(condition.reasons)),
            ("parts", .array(([condition.trace] + condition.trace.details).map(part))),
        ])
    }

    private static func part(_ trace: Trace) -> Value {
        var pairs: [(String, Value?)] = [("expression", .string(trace.text))]
        switch trace.outcome {
        case .known: pairs.append(trace.plainValue.map { ("value", $0) } ?? ("secret", .boolean(true)))
        case .truth(let truth, let reasons):
            pairs += [("truth", .boolean(truth)), ("depends_on", texts(reasons))]
        case .unknown(let reasons): pairs.append(("depends_on", texts(reasons)))
        case .failed: pairs.append(("error", trace.fault.map(Value.string)))
        }
        return object(pairs)
    }

    private static func texts(_ texts: [String]) -> Value { .array(texts.map { .string($0) }) }

    /// What does not apply is left out.
    private static func object(_ pairs: [(String, Value?)]) -> Value {
        .object(pairs.compactMap { name, value in value.map { (name, $0) } })
    }
}
