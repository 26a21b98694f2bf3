/// A single value: its text, how it is written, and what the core schema of YAML 1.2 takes it for.
package struct Scalar: Sendable {
    package enum Style: Sendable { case plain, singleQuoted, doubleQuoted, literal, folded }

    /// The text after escapes, folding and indentation have been seen to.
    package var text: String
    package var style: Style
    package var value: CoreValue
    /// Whether a quoted text has a tag such as `!!int` before it.
    ///
    /// The published reader of GitHub takes that for a fault where
    /// the type matters; where only the text counts it does no harm.
    package var isTaggedAgainstStyle: Bool
    /// How the scalar is written in the file, quotes and block indentation included.
    package var source: Substring

    package var isPlain: Bool { style == .plain }
}

/// A scalar as the core schema types it.
package enum CoreValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    case number(Double)
    case string(String)
}

extension CoreValue {
    /// Types a plain text.
    ///
    /// `yes`, `on`, dates and `12_345` are strings.
    package init(plain text: String) {
        // Most words begin as nothing but a text can.
        if let first = text.utf8.first, !"0123456789+-.~nNtTfF".utf8.contains(first) {
            self = .string(text)
            return
        }
        self =
            Self.null(text) ?? Self.boolean(text) ?? Self.integer(text) ?? Self.float(text) ?? .string(text)
    }

    static func null(_ text: String) -> CoreValue? {
        switch text {
        case "", "null", "Null", "NULL", "~": .null
        default: nil
        }
    }

    static func boolean(_ text: String) -> CoreValue? {
        switch text {
        case "true", "True", "TRUE": .boolean(true)
        case "false", "False", "FALSE": .boolean(false)
        default: nil
        }
    }

    static func integer(_ text: String) -> CoreValue? {
        if text.hasPrefix("0x") { return digits(text.dropFirst(2), radix: 16) }
        if text.hasPrefix("0o") { return digits(text.dropFirst(2), radix: 8) }
        let unsigned = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        guard !unsigned.isEmpty, unsigned.utf8.allSatisfy(isDigit) else { return nil }
        return Double(text).map(CoreValue.number)
    }

    static func float(_ text: String) -> CoreValue? {
        switch text {
        case ".nan", ".NaN", ".NAN": return .number(.nan)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .number(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
        default: break
        }
        guard isDecimal(text.utf8[...]) else { return nil }
        // `1.` and `.5` are numbers in YAML; Swift wants a digit on either side.
        let padded =
            text.replacingFirst("-.", with: "-0.").replacingFirst("+.", with: "+0.").replacingFirst(
                ".",
                with: "0."
            )
        return Double(padded.droppingBarePoint()).map(CoreValue.number)
    }

    /// Whether a text matches `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`, a decimal number.
    private static func isDecimal(_ text: Substring.UTF8View) -> Bool {
        var rest = text
        if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            rest.removeFirst()
        }
        let whole = rest.prefix(while: isDigit)
        rest = rest[whole.endIndex...]
        var fraction = rest.prefix(0)
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = rest.prefix(while: isDigit)
            rest = rest[fraction.endIndex...]
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return false }
        guard let letter = rest.first else { return true }
        guard letter == UInt8(ascii: "e") || letter == UInt8(ascii: "E") else { return false }
        rest.removeFirst()
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            rest.removeFirst()
        }
        return !rest.isEmpty && rest.allSatisfy(isDigit)
    }

    private static func digits(_ text: Substring, radix: Int) -> CoreValue? {
        guard !text.isEmpty else { return nil }
        var number = 0.0
        for character in text {
            guard character.isASCII, let digit = character.hexDigitValue, digit < radix else { return nil }
            number = number * Double(radix) + Double(digit)
        }
        return .number(number)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
}

extension String {
    fileprivate func replacingFirst(_ prefix: String, with replacement: String) -> String {
        hasPrefix(prefix) ? replacement + dropFirst(prefix.count) : self
    }

    /// `1.` and `1.e3` without the point that no digit follows.
    fileprivate func droppingBarePoint() -> String {
        guard let point = firstIndex(of: ".") else { return self }
        let next = index(after: point)
        if next < endIndex, self[next].isNumber { return self }
        return String(self[..<point] + self[next...])
    }
}
