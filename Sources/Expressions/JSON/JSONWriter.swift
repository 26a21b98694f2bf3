/// Writes a value as JSON text.
///
/// Pretty, it is what `toJSON` gives: two spaces a level, `\n` line ends, numbers with 15 digits. Compact, it is one
/// line whose numbers read back to exactly what they were.
struct JSONWriter {
    let isPretty: Bool
    /// The most memory that the text may take, by the estimate of `MemoryBudget` with each piece a text of its own.
    let limit: Int
    private(set) var text: [UInt8] = []
    private var pieces = 0
    /// How many bytes more the text has than characters of UTF-16.
    private var surplus = 0

    init(isPretty: Bool, limit: Int = .max) {
        self.isPretty = isPretty
        self.limit = limit
    }

    /// Whether the text was cut short at the limit.
    var isFull: Bool { pieces * MemoryBudget.textSize + 2 * (text.count - surplus) > limit }

    mutating func write(_ value: Value) {
        write(value, level: 0)
    }

    private mutating func write(_ value: Value, level: Int) {
        guard !isFull else { return }
        pieces += 1
        switch value {
        case .null:
            text += "null".utf8
        case .boolean(let boolean):
            text += (boolean ? "true" : "false").utf8
        case .number(let number):
            text += (isPretty ? numberText(number) : exactText(number)).utf8
        case .string(let string):
            write(string: string)
        case .array(let array):
            write(array, level: level)
        case .object(let object):
            write(object, level: level)
        }
    }

    private mutating func write(_ array: ArrayValue, level: Int) {
        text.append(UInt8(ascii: "["))
        for (place, element) in array.elements.enumerated() where !isFull {
            startItem(isFirst: place == 0, level: level + 1)
            write(element, level: level + 1)
        }
        if !array.isEmpty { endItems(level: level) }
        text.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ object: ObjectValue, level: Int) {
        text.append(UInt8(ascii: "{"))
        for (place, pair) in object.pairs.enumerated() where !isFull {
            startItem(isFirst: place == 0, level: level + 1)
            pieces += 1
            write(string: pair.key)
            text += (isPretty ? ": " : ":").utf8
            write(pair.value, level: level + 1)
        }
        if !object.isEmpty { endItems(level: level) }
        text.append(UInt8(ascii: "}"))
    }

    private mutating func startItem(isFirst: Bool, level: Int) {
        if !isFirst { text.append(UInt8(ascii: ",")) }
        startLine(level: level)
    }

    private mutating func endItems(level: Int) {
        pieces += 1
        startLine(level: level)
    }

    private mutating func startLine(level: Int) {
        guard isPretty else { return }
        text.append(0x0A)
        text.append(contentsOf: repeatElement(0x20, count: level * 2))
    }

    private mutating func write(string: String) {
        text.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                text += [UInt8(ascii: "\\"), byte]
            case 0x08: text += "\\b".utf8
            case 0x09: text += "\\t".utf8
            case 0x0A: text += "\\n".utf8
            case 0x0C: text += "\\f".utf8
            case 0x0D: text += "\\r".utf8
            case ..<0x20:
                text += (byte < 0x10 ? "\\u000" : "\\u00").utf8
                text += String(byte, radix: 16).utf8
            default:
                text.append(byte)
                if byte >= 0x80 { countBeyondASCII(byte) }
            }
        }
        text.append(UInt8(ascii: "\""))
    }

    private mutating func countBeyondASCII(_ byte: UInt8) {
        let isContinuation = byte & 0xC0 == 0x80
        surplus += isContinuation ? 1 : byte >= 0xF0 ? -1 : 0
        if isContinuation { escapeLineEnd() }
    }

    /// Replaces the line ends of Unicode (U+0085, U+2028, U+2029) by their escapes, as GitHub's writer does.
    private mutating func escapeLineEnd() {
        switch text.last {
        case 0x85 where text.suffix(2).elementsEqual([0xC2, 0x85]):
            text.removeLast(2)
            text += "\\u0085".utf8
        case 0xA8 where text.suffix(3).elementsEqual([0xE2, 0x80, 0xA8]):
            text.removeLast(3)
            text += "\\u2028".utf8
        case 0xA9 where text.suffix(3).elementsEqual([0xE2, 0x80, 0xA9]):
            text.removeLast(3)
            text += "\\u2029".utf8
        default:
            break
        }
    }

    /// The shortest text that reads back to the number.
    ///
    /// What JSON has no number for is written as `fromJSON` reads it.
    private func exactText(_ number: Double) -> String {
        if !number.isFinite || number == 0 { return numberText(number) }
        if abs(number) < 1e15, let integer = Int64(exactly: number) { return String(integer) }
        let text = number.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
