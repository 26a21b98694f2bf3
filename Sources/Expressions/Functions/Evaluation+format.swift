extension Evaluation {
    /// `format('{0} of {1}', a, b)`.
    ///
    /// Only the arguments that are named are evaluated, each once.
    mutating func format(_ arguments: [Node], _ range: Range<Int>) throws(ExpressionError) -> String {
        let pattern = try evaluate(arguments[0]).text
        var values = [String?](repeating: nil, count: arguments.count)
        var result = BoundedText(limit: memory.limit)
        for piece in try FormatPattern.pieces(of: pattern, range) {
            switch piece {
            case .text(let text):
                try result.append(text)
            case .argument(let index):
                guard index + 1 < arguments.count else { throw .missingFormatArgument(index, pattern, range) }
                if let known = values[index + 1] {
                    try result.append(known)
                } else {
                    let text = try evaluate(arguments[index + 1]).text
                    values[index + 1] = text
                    try result.append(text)
                }
            }
        }
        return result.text
    }

    mutating func interpolate(_ segments: [Node.Segment]) throws(ExpressionError) -> String {
        var result = BoundedText(limit: memory.limit)
        for segment in segments {
            switch segment {
            case .text(let text): try result.append(text)
            case .value(let node): try result.append(try evaluate(node).text)
            }
        }
        return result.text
    }
}

/// The first argument of `format`, cut at its placeholders.
private enum FormatPattern {
    enum Piece {
        case text(Substring)
        case argument(Int)
    }

    static func pieces(of pattern: String, _ range: Range<Int>) throws(ExpressionError) -> [Piece] {
        let text = pattern.utf8
        var pieces: [Piece] = []
        var start = text.startIndex
        var place = start
        while place < text.endIndex {
            let byte = text[place]
            let after = text.index(after: place)
            guard byte == leftBrace || byte == rightBrace else {
                place = after
                continue
            }
            if after < text.endIndex, text[after] == byte {
                // A doubled brace is a brace.
                pieces.append(.text(pattern[start..<after]))
                place = text.index(after: after)
            } else if byte == leftBrace {
                pieces.append(.text(pattern[start..<place]))
                pieces.append(.argument(try argument(pattern, at: after, &place, range)))
            } else {
                throw .invalidFormat(pattern, "a `}` that stands for itself is doubled", range)
            }
            start = place
        }
        pieces.append(.text(pattern[start...]))
        return pieces
    }

    /// The number of a placeholder whose digits begin at `start`; `end` is set to past its brace.
    private static func argument(
        _ pattern: String,
        at start: String.Index,
        _ end: inout String.Index,
        _ range: Range<Int>
    ) throws(ExpressionError) -> Int {
        let rest = pattern.utf8[start...]
        let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
        guard digits.endIndex < rest.endIndex, let index = UInt8(String(decoding: digits, as: UTF8.self))
        else {
            throw .invalidFormat(pattern, "a `{` that stands for itself is doubled", range)
        }
        switch rest[digits.endIndex] {
        case rightBrace:
            end = rest.index(after: digits.endIndex)
            return Int(index)
        case UInt8(ascii: ":"):
            throw .invalidFormat(
                pattern,
                "a placeholder is only a number: there are no format specifiers",
                range
            )
        default:
            throw .invalidFormat(pattern, "a `{` that stands for itself is doubled", range)
        }
    }

    private static let leftBrace = UInt8(ascii: "{")
    private static let rightBrace = UInt8(ascii: "}")
}

extension ExpressionError {
    fileprivate static func invalidFormat(_ pattern: String, _ hint: String, _ range: Range<Int>) -> Self {
        Self(
            stage: .evaluation,
            message: "the format string `\(shortened(pattern))` is invalid",
            range: range,
            hint: hint
        )
    }

    fileprivate static func missingFormatArgument(
        _ index: Int,
        _ pattern: String,
        _ range: Range<Int>
    ) -> Self {
        Self(
            stage: .evaluation,
            message:
                "the format string `\(shortened(pattern))` has `{\(index)}`, for which there is no argument",
            range: range
        )
    }
}
