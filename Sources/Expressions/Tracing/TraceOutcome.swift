/// What is known of an expression's value before all that it reads is known.
package enum TraceOutcome: Sendable {
    case known(Value)
    /// It is settled whether it counts as true, but not what it is.
    case truth(Bool, dependsOn: [String])
    /// Each reason names, as `the outputs of job x`, what the value depends on.
    case unknown(dependsOn: [String])
    case failed(ExpressionError)

    /// Whether it counts as true, where that is settled.
    package var truth: Bool? {
        switch self {
        case .known(let value): value.isTruthy
        case .truth(let truth, _): truth
        case .unknown, .failed: nil
        }
    }

    /// What the value depends on that is not known.
    package var reasons: [String] {
        switch self {
        case .truth(_, let reasons), .unknown(let reasons): reasons
        case .known, .failed: []
        }
    }

    /// Not known, for these reasons, each told once.
    static func unknown(_ reasons: [String]) -> TraceOutcome {
        .unknown(dependsOn: reasons.withoutRepeats)
    }
}

extension Sequence<String> {
    /// Each element where it comes first.
    package var withoutRepeats: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
