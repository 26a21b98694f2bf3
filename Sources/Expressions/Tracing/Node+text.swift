extension Node {
    /// The part as one would write it: names as they are compared, no bracket that is not needed.
    ///
    /// Read again, it is the same part, unless it is a text with expressions in it.
    var text: String {
        switch self {
        case .literal(let value): value.literalText
        case .context(let name, _): name
        case .not(let operand): "!" + operand.enclosed(unless: operand.binding >= .prefix)
        case .comparison(let comparison, let left, let right, _):
            // The left one of two that bind alike comes first.
            left.enclosed(unless: left.binding >= .of(comparison)) + " \(comparison.rawValue) "
                + right.enclosed(unless: right.binding > .of(comparison))
        case .all(let operands):
            operands.map { $0.enclosed(unless: $0.binding > .of(.and)) }.joined(separator: " && ")
        case .any(let operands):
            operands.map { $0.enclosed(unless: $0.binding > .of(.or)) }.joined(separator: " || ")
        case .index(let target, let index, _): target.targetText + index.indexText
        case .filter(let target): target.targetText + ".*"
        case .builtIn(let function, let arguments, _): function.rawValue + Self.list(arguments)
        case .provided(let name, let arguments, _):
            Availability.usualName(ofFunction: name) + Self.list(arguments)
        case .interpolation(let segments):
            segments.map {
                switch $0 {
                case .text(let text): text
                case .value(let node): "${{ \(node.text) }}"
                }
            }.joined()
        }
    }

    private static func list(_ arguments: [Node]) -> String {
        "(\(arguments.map(\.text).joined(separator: ", ")))"
    }

    private func enclosed(unless binds: Bool) -> String { binds ? text : "(\(text))" }

    /// Before `.` and `[`: a literal is not indexable without brackets around it.
    private var targetText: String {
        if case .literal = self { return "(\(text))" }
        return enclosed(unless: binding == .whole)
    }

    private var indexText: String {
        if case .literal(.string(let name)) = self, name.isPropertyName { return ".\(name)" }
        return "[\(text)]"
    }

    private var binding: Binding {
        switch self {
        case .literal, .context, .index, .filter, .builtIn, .provided, .interpolation: .whole
        case .not: .prefix
        case .comparison(let comparison, _, _, _): .of(comparison)
        case .all: .of(.and)
        case .any: .of(.or)
        }
    }
}

/// How tightly a part holds together.
private struct Binding: Comparable {
    var rank: Int

    static let prefix = Binding(rank: 5)
    static let whole = Binding(rank: 6)

    static func of(_ binary: BinaryOperator) -> Binding { Binding(rank: binary.precedence) }

    static func < (left: Binding, right: Binding) -> Bool { left.rank < right.rank }
}

extension Value {
    /// The value as an expression would have it; arrays and objects, which have no such form, as JSON.
    package var literalText: String {
        switch self {
        case .null: "null"
        case .string(let text):
            "'\(text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'"
        case .boolean, .number: text
        case .array, .object: json()
        }
    }
}

extension String {
    /// Whether it can follow a dot.
    fileprivate var isPropertyName: Bool {
        guard let first = utf8.first, first.isLetter else { return false }
        return utf8.allSatisfy { $0.isLetter || $0 >= 0x30 && $0 <= 0x39 || $0 == UInt8(ascii: "-") }
    }
}

extension UInt8 {
    /// A letter of ASCII, or `_`.
    fileprivate var isLetter: Bool { self | 0x20 >= 0x61 && self | 0x20 <= 0x7A || self == UInt8(ascii: "_") }
}
