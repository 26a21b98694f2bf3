/// Cuts an expression's text into tokens.
struct Lexer {
    let bytes: [UInt8]
    private let end: Int
    private var place: Int
    /// What came before decides whether `.5` is a number and whether `true` is a property's name.
    private var last: Token.Kind?

    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        place = range.lowerBound
        end = range.upperBound
    }

    /// The next token, `.end` for ever after the last.
    mutating func next() throws(ExpressionError) -> Token {
        while let length = leadingWhitespace(bytes[place..<end]) { place += length }
        let start = place
        guard start < end else { return Token(kind: .end, range: end..<end) }
        let kind = try readKind()
        last = kind
        return Token(kind: kind, range: start..<place)
    }

    private mutating func readKind() throws(ExpressionError) -> Token.Kind {
        switch bytes[place] {
        case UInt8(ascii: "("): return step(.leftParenthesis)
        case UInt8(ascii: ")"): return step(.rightParenthesis)
        case UInt8(ascii: "["): return step(.leftBracket)
        case UInt8(ascii: "]"): return step(.rightBracket)
        case UInt8(ascii: ","): return step(.comma)
        case UInt8(ascii: "*"): return step(.star)
        case UInt8(ascii: "'"): return try readString()
        case UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "="), UInt8(ascii: "&"),
            UInt8(ascii: "|"):
            return try readOperator()
        case UInt8(ascii: "."):
            return dotBeginsNumber ? try readNumber() : step(.dot)
        case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return try readNumber()
        default:
            return try readWord()
        }
    }

    private mutating func step(_ kind: Token.Kind) -> Token.Kind {
        place += 1
        return kind
    }

    /// Where an operand is due, a point cannot be a dereference.
    private var dotBeginsNumber: Bool {
        switch last {
        case nil, .leftParenthesis, .leftBracket, .comma, .not, .binary: true
        default: false
        }
    }

    private mutating func readOperator() throws(ExpressionError) -> Token.Kind {
        let start = place
        let pair = String(decoding: bytes[start..<min(start + 2, end)], as: UTF8.self)
        if let binary = BinaryOperator(rawValue: pair) {
            place += pair.utf8.count
            return .binary(binary)
        }
        switch bytes[start] {
        case UInt8(ascii: "!"): return step(.not)
        case UInt8(ascii: "<"): return step(.binary(.less))
        case UInt8(ascii: ">"): return step(.binary(.greater))
        default:
            skipToBoundary()
            throw ExpressionError.unexpectedSymbol(text(start..<place), start..<place)
        }
    }

    private mutating func readNumber() throws(ExpressionError) -> Token.Kind {
        let start = place
        skipToBoundary(dotsToo: true)
        let digits = bytes[start..<place]
        if let number = parseDecimal(digits) { return .literal(.number(number)) }
        let number = parseNumber(text(start..<place))
        guard !number.isNaN else {
            throw ExpressionError.unexpectedSymbol(text(start..<place), start..<place)
        }
        return .literal(.number(number))
    }

    private mutating func readWord() throws(ExpressionError) -> Token.Kind {
        let start = place
        skipToBoundary()
        let word = text(start..<place)
        guard isName(bytes[start..<place]) else {
            throw ExpressionError.unexpectedSymbol(word, start..<place)
        }
        if last == .dot { return .name(word) }
        return switch word {
        case "null": .literal(.null)
        case "true": .literal(.boolean(true))
        case "false": .literal(.boolean(false))
        case "NaN": .literal(.number(.nan))
        case "Infinity": .literal(.number(.infinity))
        default: .name(word)
        }
    }

    private mutating func readString() throws(ExpressionError) -> Token.Kind {
        let quote = UInt8(ascii: "'")
        let start = place
        var content: [UInt8] = []
        place += 1
        while place < end {
            let byte = bytes[place]
            place += 1
            if byte == quote {
                guard place < end, bytes[place] == quote else {
                    return .literal(.string(String(decoding: content, as: UTF8.self)))
                }
                place += 1
            }
            content.append(byte)
        }
        throw ExpressionError.unclosedString(start..<place)
    }

    /// Steps over the byte here and all that follow it up to a boundary.
    private mutating func skipToBoundary(dotsToo: Bool = false) {
        place += 1
        while place < end {
            let byte = bytes[place]
            if dotsToo, byte == UInt8(ascii: ".") {
                place += 1
                continue
            }
            if isPunctuation(byte) || leadingWhitespace(bytes[place..<end]) != nil { return }
            place += 1
        }
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }
}

private func isPunctuation(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ","),
        UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "="),
        UInt8(ascii: "&"), UInt8(ascii: "|"):
        true
    default:
        false
    }
}

/// A letter or `_`, then letters, digits, `_` and `-`, all of ASCII.
private func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
    func isLetter(_ byte: UInt8) -> Bool {
        byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte == UInt8(ascii: "_")
    }
    guard let first = bytes.first, isLetter(first) else { return false }
    return bytes.dropFirst().allSatisfy {
        isLetter($0) || $0 >= 0x30 && $0 <= 0x39 || $0 == UInt8(ascii: "-")
    }
}

extension ExpressionError {
    fileprivate static func unexpectedSymbol(_ symbol: String, _ range: Range<Int>) -> Self {
        let hint: String? =
            switch symbol.unicodeScalars.first {
            case "\"": "strings are written in single quotes"
            case "=": "equality is written `==`"
            case "+", "-", "/", "%": "there is no arithmetic in expressions"
            case "#": "there are no comments in expressions"
            default: nil
            }
        return Self(
            stage: .lexing,
            message: "unexpected symbol `\(shortened(symbol))`",
            range: range,
            hint: hint
        )
    }

    fileprivate static func unclosedString(_ range: Range<Int>) -> Self {
        Self(
            stage: .lexing,
            message: "a string is not closed",
            range: range,
            hint: "a quote inside a string is written twice"
        )
    }
}

/// The user's text in a message: whole if it is short.
func shortened(_ text: String) -> String {
    text.unicodeScalars.count <= 60 ? text : String(text.unicodeScalars.prefix(57)) + "..."
}
