import Expressions

/// How a condition came out, as debug lines for a step's log: the whole, the values of its parts, the result.
enum ConditionTrace {
    static func lines(of condition: Condition, in scope: Scope) -> [String] {
        let trace = condition.expression.trace(in: TraceScope(scope))
        let parts = trace.details.map { "##[debug]  \($0.text) => \($0.shownValue)" }
        return ["##[debug]Evaluating: \(trace.text)"] + parts + ["##[debug]Result: \(trace.shownValue)"]
    }
}
