/// The text of an `if:`, with or without `${{ }}`.
///
/// Unless it calls a status function somewhere (`success`, `failure`, `always` or `cancelled`, evaluated or not), the
/// condition also asks for `success()`.
package struct Condition: Sendable {
    package let source: String
    package let expression: Expression

    /// The condition of what has none: `success()`.
    package static let implicit = Condition(source: "", expression: success)

    /// Reads a condition.
    ///
    /// The ranges of errors are UTF-8 offsets in `source`. `addingSuccess: false` is for the `pre-if` and `post-if`
    /// of actions, which are taken as they stand.
    package init(
        _ source: String,
        allowing allowed: Availability = .everything,
        addingSuccess: Bool = true
    ) throws(ExpressionError) {
        let condition = try Self.read(source, allowing: allowed)
        guard let root = condition.root else {
            self.init(source: source, expression: Self.success)
            return
        }
        if !addingSuccess || !condition.calledFunctions.isDisjoint(with: Availability.statusFunctions) {
            self.init(source: source, expression: condition)
            return
        }
        let conditions =
            if case .all(let conditions) = root { conditions } else { [root] }
        let whole = Expression(
            source: "success() && (\(condition.source))",
            root: .all([Self.successCall] + conditions)
        )
        self.init(source: source, expression: whole)
    }

    private init(source: String, expression: Expression) {
        self.source = source
        self.expression = expression
    }

    package func evaluate(in scope: Scope) throws(ExpressionError) -> Bool {
        try expression.evaluate(in: scope, memoryLimit: Template.memoryLimit).isTruthy
    }

    /// Whether it asks for `success()` without saying so.
    package var addsSuccess: Bool {
        switch expression.root {
        case .all(let operands): operands.first?.isImplicitSuccess ?? false
        case let root?: root.isImplicitSuccess
        case nil: false
        }
    }

    /// Stands nowhere in the text, as its range tells.
    private static let successCall = Node.provided("success", [], range: 0..<0)
    private static let success = Expression(source: "success()", root: successCall)

    /// The condition as it stands.
    ///
    /// Braces around the whole make no difference, except around a string: that is text, and the text is the
    /// condition. Text beside the braces makes all of it text, which is true.
    private static func read(
        _ source: String,
        allowing allowed: Availability
    ) throws(ExpressionError) -> Expression {
        let bytes = Array(source.utf8)
        let segments = try TemplateSegment.segments(of: bytes)
        guard segments.contains(where: \.isExpression) else {
            return try part(of: bytes, trimmedRange(bytes, bytes.indices), allowing: allowed)
        }
        guard segments.count == 1 else {
            return try Expression(interpolating: segments, of: bytes, allowing: allowed)
        }
        let range = segments[0].range
        let expression = try part(of: bytes, range, allowing: allowed)
        guard bytes[range.lowerBound] == UInt8(ascii: "'"), case .string(let text) = expression.literal else {
            return expression
        }
        do throws(ExpressionError) {
            return try Expression(text, allowing: allowed)
        } catch {
            throw error.moved(by: range.lowerBound + 1)
        }
    }

    private static func part(
        of bytes: [UInt8],
        _ range: Range<Int>,
        allowing allowed: Availability
    ) throws(ExpressionError) -> Expression {
        let text = String(decoding: bytes[range], as: UTF8.self)
        return try Expression(bytes, range, source: text, allowing: allowed)
    }
}

extension Node {
    fileprivate var isImplicitSuccess: Bool {
        if case .provided("success", _, let range) = self { range.isEmpty } else { false }
    }
}
