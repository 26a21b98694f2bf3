/// A piece of an expression's text.
struct Token {
    var kind: Kind
    /// UTF-8 offsets in the text that the lexer was given.
    var range: Range<Int>

    enum Kind: Equatable {
        case leftParenthesis, rightParenthesis, leftBracket, rightBracket, comma, dot, star
        case not
        case binary(BinaryOperator)
        case literal(Literal)
        /// A name: of a context, a function or a property.
        case name(String)
        case end
    }

    enum Literal: Equatable {
        case null
        case boolean(Bool)
        case number(Double)
        case string(String)

        var value: Value {
            switch self {
            case .null: .null
            case .boolean(let boolean): .boolean(boolean)
            case .number(let number): .number(number)
            case .string(let text): .string(text)
            }
        }
    }
}

enum BinaryOperator: String {
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case equal = "=="
    case notEqual = "!="
    case and = "&&"
    case or = "||"

    /// Whether `a op b op c` is one operation of three operands.
    var isChained: Bool { self == .and || self == .or }

    /// How tightly it binds; a higher number binds tighter.
    var precedence: Int {
        switch self {
        case .less, .lessOrEqual, .greater, .greaterOrEqual: 4
        case .equal, .notEqual: 3
        case .and: 2
        case .or: 1
        }
    }
}
