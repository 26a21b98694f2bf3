/// What of a text that somebody else wrote may reach a terminal.
///
/// Colours and weights (SGR, `ESC [ ... m`) are harmless and may pass; every other control sequence could move the
/// cursor, rename the window or hide text, and is shown in caret notation (`^[`) instead.
package enum SafeText {
    /// What becomes of the colours and weights in the text.
    package enum Styling: Sendable { case kept, removed, shown }

    /// The text on one line: control characters neutralised, tabs as spaces.
    ///
    /// Where styling is kept and the text sets any, a reset follows it.
    package static func line(_ text: String, styling: Styling = .shown) -> String {
        line(Array(text.utf8), styling: styling)
    }

    /// The bytes as one line; what is not UTF-8 becomes U+FFFD.
    package static func line(_ bytes: [UInt8], styling: Styling = .shown) -> String {
        var out: [UInt8] = []
        append(bytes[...], to: &out, styling: styling)
        return String(decoding: out, as: UTF8.self)
    }

    /// Appends the bytes as one line.
    ///
    /// Plain ASCII, which most output is, is copied as it stands.
    package static func append(_ bytes: ArraySlice<UInt8>, to out: inout [UInt8], styling: Styling) {
        let isPlain = bytes.withUnsafeBufferPointer { storage in
            for byte in storage where byte < 0x20 || byte > 0x7e { return false }
            return true
        }
        if isPlain {
            bytes.withUnsafeBufferPointer { out.append(contentsOf: $0) }
        } else {
            appendScalars(of: String(decoding: bytes, as: UTF8.self), to: &out, styling: styling)
        }
    }

    /// What a terminal would show of a line that returns to its beginning, as progress bars do: the last state.
    package static func lastState(of bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var end = bytes.endIndex
        while end > bytes.startIndex, bytes[end - 1] == 0x0d { end -= 1 }
        let line = bytes[bytes.startIndex..<end]
        guard let last = line.lastIndex(of: 0x0d) else { return line }
        return line[(last + 1)...]
    }

    private static func appendScalars(of text: String, to out: inout [UInt8], styling: Styling) {
        let scalars = Array(text.unicodeScalars)
        var index = 0
        var column = 0
        var isStyled = false
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar == "\u{1b}", styling != .shown, let end = endOfStyle(scalars, at: index) {
                if styling == .kept {
                    out.append(contentsOf: String(String.UnicodeScalarView(scalars[index..<end])).utf8)
                    isStyled = true
                }
                index = end
                continue
            }
            index += 1
            if scalar == "\t" {
                let spaces = 8 - column % 8
                out.append(contentsOf: repeatElement(0x20, count: spaces))
                column += spaces
            } else if let shown = notation(for: scalar) {
                out.append(contentsOf: shown.utf8)
                column += shown.utf8.count
            } else {
                out.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                column += 1
            }
        }
        if isStyled { out.append(contentsOf: "\u{1b}[0m".utf8) }
    }

    /// Where the SGR sequence that starts here ends; nil if it is none.
    static func endOfStyle(_ scalars: [Unicode.Scalar], at start: Int) -> Int? {
        guard start + 1 < scalars.count, scalars[start + 1] == "[" else { return nil }
        var index = start + 2
        while index < scalars.count, index - start < 64 {
            switch scalars[index] {
            case "0"..."9", ";", ":": index += 1
            case "m": return index + 1
            default: return nil
            }
        }
        return nil
    }

    /// How a character is shown that would act on the terminal, or on the order of the text.
    private static func notation(for scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0..<0x20: "^" + String(Unicode.Scalar(UInt8(scalar.value) + 0x40))
        case 0x7f: "^?"
        case 0x80...0x9f, 0x2028, 0x2029, 0x202a...0x202e, 0x2066...0x2069:
            "<" + String(scalar.value, radix: 16) + ">"
        default: nil
        }
    }
}
