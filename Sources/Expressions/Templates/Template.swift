/// One scalar of a workflow file, which may hold `${{ }}`.
///
/// A text that is exactly one expression gives that expression's value and keeps its type. Text around it makes the
/// whole a text, as `format` would.
package struct Template: Sendable {
    /// How many bytes the values of one evaluation may take, by an estimate.
    package static let memoryLimit = 10 << 20

    package enum Form: Sendable {
        case literal(Value)
        case expression(Expression)
    }

    package let source: String
    package let form: Form

    /// Reads a text.
    ///
    /// The ranges of errors are UTF-8 offsets in `source`. A lone expression that is a literal is that value.
    package init(_ source: String, allowing allowed: Availability = .everything) throws(ExpressionError) {
        self.source = source
        let bytes = Array(source.utf8)
        let segments = try TemplateSegment.segments(of: bytes)
        guard segments.contains(where: \.isExpression) else {
            form = .literal(.string(source))
            return
        }
        if segments.count == 1 {
            let range = segments[0].range
            let text = String(decoding: bytes[range], as: UTF8.self)
            let expression = try Expression(bytes, range, source: text, allowing: allowed)
            form = expression.literal.map(Form.literal) ?? .expression(expression)
        } else {
            form = .expression(try Expression(interpolating: segments, of: bytes, allowing: allowed))
        }
    }

    /// A value that needs no evaluation.
    package init(literal: Value) {
        source = literal.text
        form = .literal(literal)
    }

    package func evaluate(in scope: Scope) throws(ExpressionError) -> Value {
        switch form {
        case .literal(let value): value
        case .expression(let expression): try expression.evaluate(in: scope, memoryLimit: Self.memoryLimit)
        }
    }

    /// The expression, unless the template is a literal.
    package var expression: Expression? {
        guard case .expression(let expression) = form else { return nil }
        return expression
    }

    /// Whether a mapping's key is the directive `${{ insert }}`, whose value is spliced into the mapping.
    package static func isInsert(_ key: String) -> Bool {
        let bytes = Array(key.utf8)
        let open = TemplateSegment.open
        let close = TemplateSegment.close
        guard bytes.count >= open.count + close.count, bytes.starts(with: open),
            bytes.suffix(close.count).elementsEqual(close)
        else { return false }
        let inner = trimmedRange(bytes, open.count..<bytes.count - close.count)
        return bytes[inner].elementsEqual("insert".utf8)
    }
}

extension Expression {
    /// Text with expressions in it: the call of `format` that it stands for.
    init(
        interpolating segments: [TemplateSegment],
        of bytes: [UInt8],
        allowing allowed: Availability
    ) throws(ExpressionError) {
        var pattern = ""
        var arguments = ""
        var parts: [Node.Segment] = []
        var count = 0
        for segment in segments {
            let text = String(decoding: bytes[segment.range], as: UTF8.self)
            switch segment {
            case .text:
                parts.append(.text(text))
                pattern += escaped(text)
            case .expression(let range):
                let expression = try Expression(bytes, range, source: text, allowing: allowed)
                parts.append(.value(expression.root ?? .literal(.null)))
                pattern += "{\(count)}"
                arguments += ", " + text
                count += 1
            }
        }
        guard count < BuiltIn.format.arity.upperBound else { throw .tooManyExpressions(count) }
        let source = "format('\(pattern)'\(arguments))"
        try Self.checkLength(of: source)
        self.init(source: source, root: .interpolation(parts))
    }
}

/// A text as it stands in a string of a format pattern.
private func escaped(_ text: String) -> String {
    var escaped: [UInt8] = []
    for byte in text.utf8 {
        escaped.append(byte)
        if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") {
            escaped.append(byte)
        }
    }
    return String(decoding: escaped, as: UTF8.self)
}

extension ExpressionError {
    fileprivate static func tooManyExpressions(_ count: Int) -> Self {
        let most = BuiltIn.format.arity.upperBound - 1
        return Self(stage: .parsing, message: "one text holds at most \(most) expressions, not \(count)")
    }
}
