/// A part of a text that may hold `${{ }}`: plain text, or what stands between the braces, without the white space
/// around it.
enum TemplateSegment {
    case text(Range<Int>)
    case expression(Range<Int>)

    static let open = Array("${{".utf8)
    static let close = Array("}}".utf8)

    var range: Range<Int> {
        switch self {
        case .text(let range), .expression(let range): range
        }
    }

    var isExpression: Bool {
        if case .expression = self { true } else { false }
    }

    /// Cuts a text.
    ///
    /// Closing braces inside a string of an expression do not close it.
    static func segments(of bytes: [UInt8]) throws(ExpressionError) -> [TemplateSegment] {
        var segments: [TemplateSegment] = []
        var place = 0
        while let start = nextOpen(bytes, from: place) {
            if place < start { segments.append(.text(place..<start)) }
            let inner = start + open.count
            guard let end = nextClose(bytes, from: inner) else { throw .notClosed(start..<bytes.count) }
            let range = trimmedRange(bytes, inner..<end)
            place = end + close.count
            guard !range.isEmpty else { throw .noExpression(start..<place) }
            segments.append(.expression(range))
        }
        if place < bytes.count { segments.append(.text(place..<bytes.count)) }
        return segments
    }

    private static func nextOpen(_ bytes: [UInt8], from start: Int) -> Int? {
        var place = start
        while place + open.count <= bytes.count {
            if bytes[place] == open[0], bytes[place + 1] == open[1], bytes[place + 2] == open[2] {
                return place
            }
            place += 1
        }
        return nil
    }

    private static func nextClose(_ bytes: [UInt8], from start: Int) -> Int? {
        var isInString = false
        var place = start
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "'") {
                // A doubled quote leaves the string and enters it again.
                isInString.toggle()
            } else if !isInString, place + 1 < bytes.count, bytes[place] == close[0],
                bytes[place + 1] == close[1]
            {
                return place
            }
            place += 1
        }
        return nil
    }
}

extension ExpressionError {
    fileprivate static func notClosed(_ range: Range<Int>) -> Self {
        Self(stage: .parsing, message: "an expression is not closed: `${{` without `}}`", range: range)
    }

    fileprivate static func noExpression(_ range: Range<Int>) -> Self {
        Self(stage: .parsing, message: "there is no expression between `${{` and `}}`", range: range)
    }
}
