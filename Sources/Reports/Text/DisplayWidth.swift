/// How many columns a terminal gives to text.
///
/// SGR sequences take none.
package enum DisplayWidth {
    package static func of(_ text: String) -> Int {
        var width = 0
        forEachPiece(of: text) { piece in
            if case .character(let character) = piece { width += of(character) }
            return true
        }
        return width
    }

    package static func of(_ character: Character) -> Int {
        if let byte = character.asciiValue { return byte < 0x20 || byte == 0x7f ? 0 : 1 }
        let scalars = character.unicodeScalars
        guard let first = scalars.first else { return 0 }
        if scalars.contains("\u{fe0f}") || first.properties.isEmojiPresentation { return 2 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control, .lineSeparator, .paragraphSeparator: return 0
        default: return isWide(first.value) ? 2 : 1
        }
    }

    /// The text cut to the columns, its last one an ellipsis where something is missing; styles are closed.
    package static func cut(_ text: String, to columns: Int) -> String {
        guard columns > 0 else { return "" }
        guard of(text) > columns else { return text }
        var result = ""
        var used = 0
        var isStyled = false
        forEachPiece(of: text) { piece in
            switch piece {
            case .style(let sequence):
                result += sequence
                isStyled = true
            case .character(let character):
                guard used + of(character) < columns else { return false }
                used += of(character)
                result.append(character)
            }
            return true
        }
        return result + "…" + (isStyled ? "\u{1b}[0m" : "")
    }

    package static func padded(_ text: String, to columns: Int) -> String {
        text + String(repeating: " ", count: max(0, columns - of(text)))
    }

    private enum Piece { case character(Character), style(String) }

    private static func forEachPiece(of text: String, _ body: (Piece) -> Bool) {
        var index = text.startIndex
        while index < text.endIndex {
            let character = text[index]
            let next = text.index(after: index)
            if character == "\u{1b}", let end = text[next...].firstIndex(of: "m"), text[next...].first == "["
            {
                let after = text.index(after: end)
                guard body(.style(String(text[index..<after]))) else { return }
                index = after
                continue
            }
            guard body(.character(character)) else { return }
            index = next
        }
    }

    /// East Asian Wide and Fullwidth, by block.
    private static func isWide(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0x9fff,
            0xa000...0xa4cf,
            0xa960...0xa97f, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60,
            0xffe0...0xffe6,
            0x1_7000...0x1_8cff, 0x1_b000...0x1_b2ff, 0x2_0000...0x3_fffd:
            true
        default: false
        }
    }
}
