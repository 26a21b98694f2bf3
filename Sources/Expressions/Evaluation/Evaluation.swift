/// One evaluation of an expression.
struct Evaluation {
    let scope: Scope
    var memory: MemoryBudget

    init(_ scope: Scope, memoryLimit: Int) {
        self.scope = scope
        memory = MemoryBudget(limit: memoryLimit)
    }

    mutating func evaluate(_ node: Node) throws(ExpressionError) -> Value {
        let mark = memory.used
        let value = try compute(node)
        switch value {
        case .null, .boolean, .number:
            memory.release(to: mark)
            try memory.charge(MemoryBudget.objectSize)
        case .string(let text):
            memory.release(to: mark)
            try memory.charge(MemoryBudget.size(of: text))
        case .array, .object:
            try memory.charge(MemoryBudget.objectSize)
        }
        return value
    }

    private mutating func compute(_ node: Node) throws(ExpressionError) -> Value {
        switch node {
        case .literal(let value):
            return value
        case .context(let name, let range):
            guard let value = scope.contexts[name] else { throw .missingContext(name, range) }
            return value
        case .not(let operand):
            return .boolean(!(try evaluate(operand).isTruthy))
        case .comparison(let comparison, let left, let right, _):
            return .boolean(try compare(comparison, left, right))
        case .all(let operands):
            return try first(of: operands) { !$0.isTruthy }
        case .any(let operands):
            return try first(of: operands) { $0.isTruthy }
        case .index(let target, let index, _):
            return try element(of: target, at: index)
        case .filter(let target):
            return try filter(target)
        case .builtIn(let function, let arguments, let range):
            return try call(function, arguments, range)
        case .provided(let name, let arguments, let range):
            return try call(name, arguments, range)
        case .interpolation(let segments):
            return .string(try interpolate(segments))
        }
    }

    private mutating func compare(
        _ comparison: BinaryOperator,
        _ left: Node,
        _ right: Node
    ) throws(ExpressionError) -> Bool {
        let left = try evaluate(left)
        let right = try evaluate(right)
        return switch comparison {
        case .equal: left.isLooselyEqual(to: right)
        case .notEqual: !left.isLooselyEqual(to: right)
        case .less: left.isLess(than: right)
        case .lessOrEqual: left.isLooselyEqual(to: right) || left.isLess(than: right)
        case .greater: right.isLess(than: left)
        case .greaterOrEqual: left.isLooselyEqual(to: right) || right.isLess(than: left)
        case .and, .or: preconditionFailure("the parser makes chains of `&&` and `||`")
        }
    }

    /// The value that decides `&&` and `||`: the operand itself, not whether it is true.
    ///
    /// Later ones are not evaluated.
    private mutating func first(
        of operands: [Node],
        where decides: (Value) -> Bool
    ) throws(ExpressionError) -> Value {
        var value = Value.null
        for operand in operands {
            value = try evaluate(operand)
            if decides(value) { break }
        }
        return value
    }

    private mutating func call(
        _ name: String,
        _ arguments: [Node],
        _ range: Range<Int>
    ) throws(ExpressionError) -> Value {
        guard let function = scope.functions[name] else { throw .missingFunction(name, range) }
        var values: [Value] = []
        for argument in arguments { values.append(try evaluate(argument)) }
        do throws(ExpressionError) {
            return try function(values)
        } catch {
            var error = error
            error.range = error.range ?? range
            throw error
        }
    }
}

extension ExpressionError {
    fileprivate static func missingContext(_ name: String, _ range: Range<Int>) -> Self {
        Self(stage: .evaluation, message: "unrecognized named-value `\(shortened(name))`", range: range)
    }

    fileprivate static func missingFunction(_ name: String, _ range: Range<Int>) -> Self {
        Self(
            stage: .evaluation,
            message: "function `\(Availability.usualName(ofFunction: name))` is not available here",
            range: range
        )
    }
}
