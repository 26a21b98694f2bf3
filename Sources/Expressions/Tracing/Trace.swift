/// An evaluation that can be looked at: what each part of an expression came to.
package struct Trace: Sendable {
    let node: Node
    package let outcome: TraceOutcome
    /// The parts that were evaluated, in their order.
    package let parts: [Trace]
    /// Whether something went in that is not to be shown.
    package let isSecret: Bool

    init(_ node: Node, _ outcome: TraceOutcome, _ parts: [Trace] = [], isSecret: Bool = false) {
        self.node = node
        self.outcome = outcome
        self.parts = parts
        self.isSecret = isSecret || parts.contains(where: \.isSecret)
    }

    /// The part as one would write it.
    package var text: String { node.text }

    /// The smallest part that settled whether the whole is true: the first false operand of `&&`, the first true one of
    /// `||`, and in them again.
    package var deciding: Trace {
        guard let truth = outcome.truth else { return self }
        switch node {
        case .all where !truth, .any where truth:
            return parts.first { $0.outcome.truth == truth }?.deciding ?? self
        case .all:
            // All operands decide together, those that ask for no more than that all went well aside.
            let asked = parts.filter { !$0.isPermissive }
            if asked.isEmpty { return self }
            return asked.count == 1 ? asked[0].deciding : Trace(.all(asked.map(\.node)), outcome, asked)
        case .not:
            return parts[0].isChain ? parts[0].deciding.ifSmaller(than: parts[0]) ?? self : self
        default:
            return self
        }
    }

    /// The parts that are not literals, each with all below it, without repeats.
    package var details: [Trace] {
        var seen: Set<String> = [text]
        var found: [Trace] = []
        collectDetails(into: &found, &seen)
        return found
    }

    /// The value for people, on one line; `***` for one that is not to be shown.
    package var shownValue: String {
        switch outcome {
        case .known(let value): isHidden(value) ? "***" : value.literalText
        case .truth(let truth, _): truth ? "true" : "false"
        case .unknown(let reasons): "depends on \(reasons.joined(separator: ", "))"
        case .failed: "fails: \(fault ?? "")"
        }
    }

    /// Why the evaluation fails; nil where it does not.
    ///
    /// Messages quote values, so none is given where one of them is not to be shown.
    package var fault: String? {
        guard case .failed(let error) = outcome else { return nil }
        return isSecret ? "it cannot be evaluated with a secret's value" : error.message
    }

    /// The value for programs, where it is known and may be shown.
    package var plainValue: Value? {
        guard case .known(let value) = outcome, !isHidden(value) else { return nil }
        return value
    }

    /// Of a secret it may be told whether it is there, and what a comparison said.
    private func isHidden(_ value: Value) -> Bool {
        switch value {
        case .null, .boolean: false
        case .string(let text): isSecret && !text.isEmpty
        case .number, .array, .object: isSecret
        }
    }

    /// Whether it is `success()`, which conditions have without being written there, or `always()`.
    private var isPermissive: Bool {
        guard case .provided(let name, let arguments, _) = node else { return false }
        return arguments.isEmpty && (name == "success" || name == "always")
    }

    private var isChain: Bool {
        switch node {
        case .all, .any, .not: true
        default: false
        }
    }

    private func ifSmaller(than whole: Trace) -> Trace? { text == whole.text ? nil : self }

    private func collectDetails(into found: inout [Trace], _ seen: inout Set<String>) {
        for part in parts {
            if case .literal = part.node { continue }
            if seen.insert(part.text).inserted { found.append(part) }
            part.collectDetails(into: &found, &seen)
        }
    }
}

extension Expression {
    /// Evaluates what can be evaluated before all is known.
    ///
    /// What a part that is not known might fail with is left out of account.
    package func trace(in scope: TraceScope) -> Trace {
        Tracer(scope: scope).trace(root ?? .literal(.null))
    }
}
