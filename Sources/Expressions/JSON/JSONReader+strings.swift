extension JSONReader {
    /// Reads a string from its opening quote to past its closing one.
    mutating func readString() throws(JSONError) -> String {
        guard let quote = peek() else { throw unexpected("a string") }
        let opening = self
        step()
        let start = place
        while let byte = peek(), byte != quote, byte != UInt8(ascii: "\\"), byte >= 0x20 || isLenient {
            step()
        }
        try charge(place - start)
        if peek() == quote {
            // The usual string has nothing to replace.
            defer { step() }
            return text(start..<place)
        }

        var decoded = Array(bytes[start..<place])
        while let byte = peek(), byte != quote {
            try charge(1)
            step()
            if byte == UInt8(ascii: "\\") {
                try readEscape(into: &decoded)
            } else if byte < 0x20, !isLenient {
                step(-1)
                throw error("a control character in a string must be escaped")
            } else {
                decoded.append(byte)
            }
        }
        guard peek() == quote else { throw opening.error("a string is not closed") }
        step()
        return String(decoding: decoded, as: UTF8.self)
    }

    private mutating func readEscape(into decoded: inout [UInt8]) throws(JSONError) {
        guard let byte = peek() else { throw error("a string is not closed") }
        step()
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(byte)
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"): decoded.append(contentsOf: String(try readUnicodeEscape()).utf8)
        case UInt8(ascii: "'") where isLenient: decoded.append(byte)
        default:
            step(-1)
            throw unexpected("an escaped character")
        }
    }

    /// Reads what follows `\u`, with the second half of a pair.
    ///
    /// Half a pair alone is no character, and becomes U+FFFD.
    private mutating func readUnicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let unit = try readCodeUnit()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        let isFirstHalf = unit < 0xDC00
        guard isFirstHalf, place + 1 < bytes.count, bytes[place] == UInt8(ascii: "\\"),
            bytes[place + 1] == UInt8(ascii: "u")
        else { return "\u{FFFD}" }

        let afterFirst = self
        step(2)
        let second = try readCodeUnit()
        guard second >= 0xDC00, second <= 0xDFFF else {
            self = afterFirst
            return "\u{FFFD}"
        }
        let value = 0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
        return Unicode.Scalar(value) ?? "\u{FFFD}"
    }

    private mutating func readCodeUnit() throws(JSONError) -> UInt16 {
        guard place + 4 <= bytes.count else { throw error("`\\u` needs four hexadecimal digits") }
        var unit: UInt16 = 0
        for byte in bytes[place..<place + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error("`\\u` needs four hexadecimal digits")
            }
            unit = unit << 4 | UInt16(digit)
        }
        step(4)
        return unit
    }
}
