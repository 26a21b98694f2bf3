/// The tags of an HTML text and the text between them, in their order.
///
/// Comments and declarations are left out, and references such as `&lt;` are what they stand for.
struct HTMLTokens: Sequence, IteratorProtocol {
    enum Token: Equatable {
        case text(String)
        /// Names are lower case.
        case start(String, [String: String])
        case end(String)
    }

    private var rest: Substring

    init(_ html: String) { rest = html[...] }

    mutating func next() -> Token? {
        while let first = rest.first {
            guard first == "<" else { return text() }
            if rest.hasPrefix("<!--") {
                rest = rest.firstRange(of: "-->").map { rest[$0.upperBound...] } ?? ""
            } else if rest.hasPrefix("<!") || rest.hasPrefix("<?") {
                rest = rest.firstIndex(of: ">").map { rest[rest.index(after: $0)...] } ?? ""
            } else if let tag = tag() {
                return tag
            } else {
                return text()
            }
        }
        return nil
    }

    /// Up to the next tag; what it begins with is text even where it is a `<`.
    private mutating func text() -> Token {
        let end = rest.dropFirst().firstIndex(of: "<") ?? rest.endIndex
        defer { rest = rest[end...] }
        return .text(Self.decoded(rest[..<end]))
    }

    /// Nil, with nothing read, where there is none.
    private mutating func tag() -> Token? {
        var place = rest.dropFirst()
        let isEnd = place.first == "/"
        if isEnd { place = place.dropFirst() }
        let name = place.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        guard name.first?.isLetter == true else { return nil }
        place = place.dropFirst(name.count)
        var attributes: [String: String] = [:]
        while let character = place.first, character != ">" {
            guard !character.isWhitespace, character != "/" else {
                place = place.dropFirst()
                continue
            }
            let key = place.prefix { !$0.isWhitespace && !"=/>".contains($0) }
            guard !key.isEmpty else {
                place = place.dropFirst()
                continue
            }
            place = place.dropFirst(key.count).drop(while: \.isWhitespace)
            var value = ""
            if place.first == "=" {
                place = place.dropFirst().drop(while: \.isWhitespace)
                value = Self.value(&place)
            }
            attributes[key.lowercased()] = value
        }
        guard place.first == ">" else { return nil }
        rest = place.dropFirst()
        return isEnd ? .end(name.lowercased()) : .start(name.lowercased(), attributes)
    }

    private static func value(_ place: inout Substring) -> String {
        if let quote = place.first, quote == "\"" || quote == "'" {
            let words = place.dropFirst().prefix { $0 != quote }
            place = place.dropFirst(words.count + 2)
            return decoded(words)
        }
        let words = place.prefix { !$0.isWhitespace && $0 != ">" }
        place = place.dropFirst(words.count)
        return decoded(words)
    }

    private static let named = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{a0}", "hellip": "…",
        "ndash": "–", "mdash": "—", "copy": "©", "times": "×", "middot": "·", "bull": "•", "check": "✓",
    ]

    private static func decoded(_ text: Substring) -> String {
        guard text.contains("&") else { return String(text) }
        return String(text).replacing(/&(#[xX][0-9a-fA-F]{1,6}|#[0-9]{1,7}|[A-Za-z]{2,8});/) { match in
            let name = match.1
            guard name.first == "#" else { return named[String(name)] ?? String(match.0) }
            let digits = name.dropFirst()
            let isHexadecimal = digits.first == "x" || digits.first == "X"
            let number = isHexadecimal ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            return number.flatMap(Unicode.Scalar.init).map { String(Character($0)) } ?? String(match.0)
        }
    }
}
