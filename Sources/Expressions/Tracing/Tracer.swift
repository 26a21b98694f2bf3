/// Evaluates an expression with a third truth value, unknown.
///
/// A part all of whose parts are known is evaluated by `Evaluation`, with their values in their place: there is one
/// meaning of the language only.
struct Tracer {
    let scope: TraceScope

    func trace(_ node: Node) -> Trace {
        switch node {
        case .literal(let value):
            return Trace(node, .known(value))
        case .context, .index, .filter:
            return traceChain(node)
        case .not(let operand):
            return traceNot(node, trace(operand))
        case .comparison(let comparison, let left, let right, let range):
            return strictly(node, [left, right]) { .comparison(comparison, $0[0], $0[1], range: range) }
        case .all(let operands):
            return traceChoice(node, operands, deciding: false)
        case .any(let operands):
            return traceChoice(node, operands, deciding: true)
        case .builtIn(.case, let arguments, let range):
            return traceCase(node, arguments, range)
        case .builtIn(let function, let arguments, let range):
            return strictly(node, arguments) { .builtIn(function, $0, range: range) }
        case .provided(let name, let arguments, let range):
            return traceCall(node, name, arguments, range)
        case .interpolation(let segments):
            let values = segments.compactMap { if case .value(let value) = $0 { value } else { nil } }
            return strictly(node, values) { known in
                var rest = known[...]
                return .interpolation(
                    segments.map { segment in
                        if case .value = segment, let value = rest.popFirst() {
                            .value(value)
                        } else {
                            segment
                        }
                    }
                )
            }
        }
    }

    private func evaluate(_ node: Node) -> TraceOutcome {
        var evaluation = Evaluation(scope.scope, memoryLimit: Template.memoryLimit)
        do throws(ExpressionError) {
            return .known(try evaluation.evaluate(node))
        } catch {
            return .failed(error)
        }
    }

    /// A part that needs the values of all its own parts.
    ///
    /// One that fails stays as it is: whether it is evaluated at all is for the function to say.
    private func strictly(_ node: Node, _ operands: [Node], _ rebuild: ([Node]) -> Node) -> Trace {
        let parts = operands.map(trace)
        let reasons = parts.flatMap(\.outcome.reasons)
        guard reasons.isEmpty else { return Trace(node, .unknown(reasons), parts) }
        return Trace(node, evaluate(rebuild(parts.map(\.settled))), parts)
    }

    private func traceNot(_ node: Node, _ operand: Trace) -> Trace {
        switch operand.outcome {
        case .known, .truth: Trace(node, .known(.boolean(operand.outcome.truth != true)), [operand])
        case .unknown, .failed: Trace(node, operand.outcome, [operand])
        }
    }

    /// `&&`, decided by the first operand that is false, and `||`, decided by the first that is true.
    private func traceChoice(_ node: Node, _ operands: [Node], deciding: Bool) -> Trace {
        var parts: [Trace] = []
        var reasons: [String] = []
        for operand in operands {
            let part = trace(operand)
            parts.append(part)
            switch part.outcome {
            case .unknown(let why):
                reasons += why
            case .failed:
                // It fails only if it is reached.
                return Trace(node, reasons.isEmpty ? part.outcome : .unknown(reasons), parts)
            case .known, .truth:
                guard part.outcome.truth == deciding else { continue }
                // Which of the operands it is, an unknown one before it leaves open.
                let outcome: TraceOutcome =
                    reasons.isEmpty ? part.outcome : .truth(deciding, dependsOn: reasons.withoutRepeats)
                return Trace(node, outcome, parts)
            }
        }
        guard reasons.isEmpty else { return Trace(node, .unknown(reasons), parts) }
        return Trace(node, parts.last?.outcome ?? .known(.null), parts)
    }

    /// `case` evaluates no more than it needs.
    private func traceCase(_ node: Node, _ arguments: [Node], _ range: Range<Int>) -> Trace {
        var parts: [Trace] = []
        for place in stride(from: 0, to: arguments.count - 1, by: 2) {
            let condition = trace(arguments[place])
            parts.append(condition)
            switch condition.outcome {
            case .known(.boolean(false)): continue
            case .known(.boolean(true)):
                let value = trace(arguments[place + 1])
                return Trace(node, value.outcome, parts + [value])
            case .known:
                var settled = arguments
                settled[place] = condition.settled
                for earlier in stride(from: 0, to: place, by: 2) {
                    settled[earlier] = .literal(.boolean(false))
                }
                return Trace(node, evaluate(.builtIn(.case, settled, range: range)), parts)
            case .truth(_, let reasons), .unknown(let reasons): return Trace(node, .unknown(reasons), parts)
            case .failed: return Trace(node, condition.outcome, parts)
            }
        }
        let otherwise = trace(arguments[arguments.count - 1])
        return Trace(node, otherwise.outcome, parts + [otherwise])
    }

    private func traceCall(_ node: Node, _ name: String, _ arguments: [Node], _ range: Range<Int>) -> Trace {
        let parts = arguments.map(trace)
        let reasons = parts.flatMap(\.outcome.reasons)
        guard reasons.isEmpty else { return Trace(node, .unknown(reasons), parts) }
        let values = parts.compactMap { if case .known(let value) = $0.outcome { value } else { nil } }
        if values.count == parts.count, let reason = scope.unknownCall(name, values) {
            return Trace(node, .unknown([reason]), parts)
        }
        return Trace(node, evaluate(.provided(name, parts.map(\.settled), range: range)), parts)
    }

    /// A chain of names and indices: what it reads is known or not as a whole.
    private func traceChain(_ node: Node) -> Trace {
        var links: [Node] = []
        var base = node
        while true {
            switch base {
            case .index(let target, _, _), .filter(let target):
                links.append(base)
                base = target
                continue
            default: break
            }
            break
        }
        var parts: [Trace] = []
        var path: [String] = []
        var settled = base
        if case .context(let name, _) = base {
            path.append(name)
        } else {
            let part = trace(base)
            parts.append(part)
            settled = part.settled
        }
        for link in links.reversed() {
            guard case .index(_, let index, let range) = link else {
                path.append("*")
                settled = .filter(settled)
                continue
            }
            let part = trace(index)
            if case .literal = index {} else { parts.append(part) }
            if case .known(let value) = part.outcome, value.isPrimitive {
                path.append(value.text)
            } else {
                path.append("*")
            }
            settled = .index(settled, part.settled, range: range)
        }
        var isSecret = false
        var reasons = parts.flatMap(\.outcome.reasons)
        if case .context = base {
            reasons += scope.reasons(at: path)
            isSecret = scope.isSecret(path)
        }
        let outcome = reasons.isEmpty ? evaluate(settled) : .unknown(reasons)
        return Trace(node, outcome, parts, isSecret: isSecret)
    }
}

extension Trace {
    /// The part with its value in its place, where there is one.
    fileprivate var settled: Node {
        if case .known(let value) = outcome { .literal(value) } else { node }
    }
}
