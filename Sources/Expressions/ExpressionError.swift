/// Why an expression cannot be read or evaluated.
package struct ExpressionError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Stage: String, Hashable, Sendable {
        case lexing, parsing, evaluation
    }

    package var stage: Stage
    package var message: String
    /// Where: UTF-8 offsets in the source text given; `nil` where the whole is meant.
    package var range: Range<Int>?
    /// What may help, such as a name that was probably meant.
    package var hint: String?

    package init(stage: Stage, message: String, range: Range<Int>? = nil, hint: String? = nil) {
        self.stage = stage
        self.message = message
        self.range = range
        self.hint = hint
    }

    package var description: String { hint.map { "\(message); \($0)" } ?? message }
}

extension ExpressionError {
    /// This error, with its range moved by `offset`: from a part of a text to the text.
    func moved(by offset: Int) -> ExpressionError {
        var error = self
        error.range = range.map { $0.lowerBound + offset..<$0.upperBound + offset }
        return error
    }
}
