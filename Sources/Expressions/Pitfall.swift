/// A part of an expression that does something else than it seems to.
package struct Pitfall: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// `contains('a b', x)`: a text where a list is meant.
        case containsInText
        /// `condition && '' || 'other'`: the middle is false.
        case emptyAlternative
    }

    package var kind: Kind
    /// The literal that is the matter.
    package var text: String
    /// UTF-8 offsets in the text that the expression was read from; `nil` where only the whole is known.
    package var range: Range<Int>?
}

/// A comparison of a reference with a literal text.
package struct TextComparison: Hashable, Sendable {
    package var reference: Reference
    package var text: String
    package var isEquality: Bool
}

extension Node {
    /// From the first name or operator below the node to the last.
    fileprivate var span: Range<Int>? {
        var span: Range<Int>?
        walk { node in
            var range = node.range
            if case .comparison(_, _, _, let place) = node { range = place }
            guard let range else { return }
            let (start, end) = (span?.lowerBound ?? range.lowerBound, span?.upperBound ?? range.upperBound)
            span = min(start, range.lowerBound)..<max(end, range.upperBound)
        }
        return span
    }
}

extension Expression {
    package var pitfalls: [Pitfall] {
        var found: [Pitfall] = []
        root?.walk { node in
            switch node {
            case .builtIn(.contains, let arguments, let range):
                if case .literal(.string(let text)) = arguments[0], arguments[1].reference != nil {
                    found.append(Pitfall(kind: .containsInText, text: text, range: range))
                }
            case .any(let operands):
                for operand in operands.dropLast() {
                    guard case .all(let parts) = operand, case .literal(let value)? = parts.last,
                        !value.isTruthy
                    else { continue }
                    let text = if case .string = value { "''" } else { value.isNull ? "null" : value.text }
                    found.append(Pitfall(kind: .emptyAlternative, text: text, range: operand.span))
                }
            default: break
            }
        }
        return found
    }

    /// What is compared with a text by `==` or `!=`, or looked for in one by `contains`.
    package var textComparisons: [TextComparison] {
        var found: [TextComparison] = []
        func add(_ one: Node, _ other: Node, isEquality: Bool) {
            guard let reference = one.reference, case .literal(let value) = other else { return }
            switch value {
            case .string, .number:
                found.append(TextComparison(reference: reference, text: value.text, isEquality: isEquality))
            default: return
            }
        }
        root?.walk { node in
            switch node {
            case .comparison(let comparison, let left, let right, _)
            where comparison == .equal || comparison == .notEqual:
                add(left, right, isEquality: comparison == .equal)
                add(right, left, isEquality: comparison == .equal)
            case .builtIn(.contains, let arguments, _): add(arguments[0], arguments[1], isEquality: true)
            default: break
            }
        }
        return found
    }
}
