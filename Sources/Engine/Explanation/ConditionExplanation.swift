package import Expressions

/// What an `if` comes to, as far as it is known beforehand, and what decides it.
package struct ConditionExplanation: Sendable {
    /// The `if` as it is written; empty where there is none.
    package var source: String
    package var verdict: Verdict
    /// The evaluation with what is known for certain.
    package var trace: Trace
    /// The parts that are written in the file and are no literals.
    package var parts: [Trace]
    /// The part that settled the verdict; the whole where nothing did.
    package var deciding: Trace
    /// What the verdict depends on: noun phrases such as `the outputs of job x`.
    package var reasons: [String]

    /// Whether the verdict hangs on variables that steps before it may set.
    package var dependsOnVariables: Bool { reasons.contains(KnownVariables.setBySteps) }

    /// - Parameters:
    ///   - certain: What is known for certain.
    ///   - hopeful: What is known as long as all goes well. It is asked where the other leaves the matter open.
    init(_ condition: Condition, certain: TraceScope, hopeful: TraceScope) {
        source = condition.source
        trace = condition.expression.trace(in: certain)
        parts = trace.details.filter { !condition.addsSuccess || $0.text != "success()" }
        deciding = trace.deciding
        reasons = trace.outcome.reasons
        if case .failed = trace.outcome {
            verdict = .fails
            return
        }
        if let truth = trace.outcome.truth {
            verdict = truth ? .runs : .skipped
            reasons = []
            return
        }
        let hope = condition.expression.trace(in: hopeful)
        switch hope.outcome.truth {
        case let truth?:
            verdict = truth ? .likelyRuns : .likelySkipped
            deciding = hope.deciding
        case nil:
            verdict = .unknown
            if !hope.outcome.reasons.isEmpty { reasons = hope.outcome.reasons }
        }
    }
}
