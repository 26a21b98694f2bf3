/// Builds the tree of an expression from its tokens: with a stack of operands and one of operators instead of
/// recursion, so that no nesting of brackets can exhaust the thread's stack.
struct Parser {
    private var lexer: Lexer
    private let allowed: Availability
    private var operands: [Operand] = []
    private var operators: [Operator] = []
    private var last: Token?

    /// A finished part, and how deep it is.
    struct Operand {
        var node: Node
        var depth: Int
    }

    /// What waits for its right side or its closing bracket.
    private struct Operator {
        var kind: Kind
        var range: Range<Int>

        enum Kind {
            case not
            case binary(BinaryOperator)
            case group
            case index
            /// A call, with the number of operands that there were before its arguments.
            case call(Function, operandsBefore: Int)
        }
    }

    /// `nil` for a text that holds nothing.
    static func parse(
        _ bytes: [UInt8],
        _ range: Range<Int>,
        allowing allowed: Availability
    ) throws(ExpressionError) -> Operand? {
        var parser = Parser(lexer: Lexer(bytes, range), allowed: allowed)
        return try parser.parse()
    }

    private init(lexer: Lexer, allowed: Availability) {
        self.lexer = lexer
        self.allowed = allowed
    }

    private mutating func parse() throws(ExpressionError) -> Operand? {
        var token = try lexer.next()
        if token.kind == .end { return nil }
        while true {
            token = try readOperand(from: token)
            token = try readPostfixes(from: token)
            switch token.kind {
            case .binary(let binary):
                // `&&` and `||` wait for their whole chain, the others are reduced from the left.
                try reduce(downTo: binary.isChained ? binary.precedence + 1 : binary.precedence)
                operators.append(Operator(kind: .binary(binary), range: token.range))
                token = try next(after: token)
            case .comma:
                try reduce(downTo: 0)
                guard case .call = operators.last?.kind else { throw unexpected(token) }
                token = try next(after: token)
            case .end:
                try reduce(downTo: 0)
                guard operators.isEmpty else { throw unexpectedEnd() }
                return operands.last
            default:
                throw unexpected(token)
            }
        }
    }

    private mutating func next(after token: Token) throws(ExpressionError) -> Token {
        last = token
        return try lexer.next()
    }

    /// Reads up to a whole operand: brackets that open, `!`, and a literal, a context or a call without arguments.
    private mutating func readOperand(from first: Token) throws(ExpressionError) -> Token {
        var token = first
        while true {
            switch token.kind {
            case .not:
                operators.append(Operator(kind: .not, range: token.range))
                token = try next(after: token)
            case .leftParenthesis:
                operators.append(Operator(kind: .group, range: token.range))
                token = try next(after: token)
            case .literal(let literal):
                push(.literal(literal.value))
                return try next(after: token)
            case .name(let name):
                let name = (text: name, range: token.range)
                token = try next(after: token)
                guard token.kind == .leftParenthesis else {
                    push(.context(try allowed.context(name.text, at: name.range), range: name.range))
                    return token
                }
                let function = try allowed.function(name.text, at: name.range)
                let call = Operator.Kind.call(function, operandsBefore: operands.count)
                operators.append(Operator(kind: call, range: name.range))
                token = try next(after: token)
                // With arguments, the call is finished by its closing bracket.
                if token.kind == .rightParenthesis { return token }
            case .end:
                throw unexpectedEnd()
            default:
                throw unexpected(token)
            }
        }
    }

    /// Reads what may follow an operand and belongs to it: `.name`, `.*`, `[*]`, an opening `[`, and brackets that
    /// close.
    private mutating func readPostfixes(from first: Token) throws(ExpressionError) -> Token {
        var token = first
        var isIndexable = last.map { $0.kind.isIndexable } ?? false
        while true {
            switch token.kind {
            case .dot where isIndexable:
                token = try readProperty(after: token)
            case .leftBracket where isIndexable:
                let bracket = token
                token = try next(after: token)
                guard token.kind == .star else {
                    operators.append(Operator(kind: .index, range: bracket.range))
                    token = try readOperand(from: token)
                    isIndexable = last.map { $0.kind.isIndexable } ?? false
                    continue
                }
                token = try next(after: token)
                guard token.kind == .rightBracket else { throw unexpected(token) }
                try wrapTarget { .filter($0) }
                token = try next(after: token)
            case .rightBracket:
                try reduce(downTo: 0)
                guard case .index = operators.last?.kind else { throw unexpected(token) }
                let range = operators.removeLast().range.lowerBound..<token.range.upperBound
                let index = operands.removeLast()
                let target = operands.removeLast()
                push(.index(target.node, index.node, range: range), over: [target, index])
                try checkDepth()
                token = try next(after: token)
            case .rightParenthesis:
                try close(token)
                token = try next(after: token)
            default:
                return token
            }
            isIndexable = true
        }
    }

    private mutating func readProperty(after dot: Token) throws(ExpressionError) -> Token {
        let token = try next(after: dot)
        switch token.kind {
        case .star:
            try wrapTarget { .filter($0) }
        case .name(let name):
            try wrapTarget { .index($0, .literal(.string(name)), range: token.range) }
        case .end:
            throw unexpectedEnd()
        default:
            throw unexpected(token)
        }
        return try next(after: token)
    }

    /// Finishes a group or a call.
    private mutating func close(_ token: Token) throws(ExpressionError) {
        try reduce(downTo: 0)
        switch operators.last?.kind {
        case .group:
            operators.removeLast()
        case .call(let function, let operandsBefore):
            let range = operators.removeLast().range
            let arguments = Array(operands[operandsBefore...])
            operands.removeSubrange(operandsBefore...)
            try function.check(argumentCount: arguments.count, at: range)
            push(function.call(arguments.map(\.node), range: range), over: arguments)
            try checkDepth()
        default:
            throw unexpected(token)
        }
    }

    /// Applies the operators that bind at least as tightly as `precedence`, up to the innermost open bracket.
    private mutating func reduce(downTo precedence: Int) throws(ExpressionError) {
        while let waiting = operators.last {
            switch waiting.kind {
            case .not:
                operators.removeLast()
                try wrapTarget { .not($0) }
            case .binary(let binary) where binary.precedence >= precedence:
                operators.removeLast()
                if binary.isChained {
                    combineChain(of: binary)
                } else {
                    let right = operands.removeLast()
                    let left = operands.removeLast()
                    push(
                        .comparison(binary, left.node, right.node, range: waiting.range),
                        over: [left, right]
                    )
                }
                try checkDepth()
            default:
                return
            }
        }
    }

    /// Makes one node of `a && b && c`, whose last operator is taken off already: its depth does not grow with its
    /// length, not even where brackets group some of it.
    private mutating func combineChain(of binary: BinaryOperator) {
        var count = 2
        while case .binary(binary) = operators.last?.kind {
            operators.removeLast()
            count += 1
        }
        let parts = Array(operands.suffix(count))
        operands.removeLast(count)

        var nodes: [Node] = []
        var depth = 0
        for part in parts {
            switch (binary, part.node) {
            case (.and, .all(let inner)), (.or, .any(let inner)):
                nodes += inner
                depth = max(depth, part.depth)
            default:
                nodes.append(part.node)
                depth = max(depth, part.depth + 1)
            }
        }
        operands.append(Operand(node: binary == .and ? .all(nodes) : .any(nodes), depth: depth))
    }

    private mutating func push(_ node: Node, over parts: [Operand] = []) {
        operands.append(Operand(node: node, depth: 1 + (parts.map(\.depth).max() ?? 0)))
    }

    /// Replaces the last operand by a node around it.
    private mutating func wrapTarget(_ wrap: (Node) -> Node) throws(ExpressionError) {
        let target = operands.removeLast()
        // An index stands beside its target, which is at least as deep.
        operands.append(Operand(node: wrap(target.node), depth: target.depth + 1))
        try checkDepth()
    }

    private func checkDepth() throws(ExpressionError) {
        if let operand = operands.last, operand.depth > Expression.maxDepth { throw .tooDeep }
    }

    private func unexpected(_ token: Token) -> ExpressionError {
        if token.kind == .end { return unexpectedEnd() }
        let symbol = shortened(String(decoding: lexer.bytes[token.range], as: UTF8.self))
        return ExpressionError(
            stage: .parsing,
            message: "unexpected symbol `\(symbol)`",
            range: token.range,
            hint: token.kind.hintWhereUnexpected
        )
    }

    private func unexpectedEnd() -> ExpressionError {
        let after = last.map { shortened(String(decoding: lexer.bytes[$0.range], as: UTF8.self)) } ?? ""
        return ExpressionError(
            stage: .parsing,
            message: "unexpected end of expression after `\(after)`",
            range: last?.range
        )
    }
}

extension Token.Kind {
    /// Whether what ends with this token may be followed by `.` or `[`: anything but a literal.
    fileprivate var isIndexable: Bool {
        switch self {
        case .name, .rightParenthesis, .rightBracket, .star: true
        default: false
        }
    }

    fileprivate var hintWhereUnexpected: String? {
        guard case .literal(.number(let number)) = self, number < 0 else { return nil }
        return "there is no arithmetic in expressions"
    }
}

extension ExpressionError {
    static let tooDeep = ExpressionError(
        stage: .parsing,
        message: "exceeded max expression depth \(Expression.maxDepth)"
    )

    static let tooLong = ExpressionError(
        stage: .parsing,
        message: "exceeded max expression length \(Expression.maxLength)"
    )
}
