/// What a JSON text may cost.
struct JSONLimits {
    /// How deep arrays and objects may nest.
    var depth = 100
    /// An estimate of the bytes that the values take.
    var memory = 256 << 20

    /// What a value takes beside its text.
    static let valueSize = 24
}

/// Reads one JSON text into a value.
///
/// Strict, it is RFC 8259. Lenient, it also takes what GitHub's `fromJSON` does: comments, strings in single quotes,
/// raw control characters in strings, names without quotes, a comma after the last element, `NaN` and `Infinity`,
/// numbers such as `.5`, `0x1F` and `017`.
struct JSONReader {
    let bytes: UnsafeBufferPointer<UInt8>
    let isLenient: Bool
    let limits: JSONLimits
    private(set) var place = 0
    private var memory = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, isLenient: Bool, limits: JSONLimits) {
        self.bytes = bytes
        self.isLenient = isLenient
        self.limits = limits
    }

    mutating func read() throws(JSONError) -> Value {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
        try skipSpace()
        guard peek() != nil else { throw error("the JSON text is empty") }
        let value = try readValue(depth: 1)
        try skipSpace()
        guard place == bytes.count else { throw unexpected("the end of the text") }
        return value
    }

    private mutating func readValue(depth: Int) throws(JSONError) -> Value {
        try charge(JSONLimits.valueSize)
        switch peek() {
        case UInt8(ascii: "{"):
            return try readObject(depth: depth)
        case UInt8(ascii: "["):
            return try readArray(depth: depth)
        case UInt8(ascii: "\""):
            return .string(try readString())
        case UInt8(ascii: "'") where isLenient:
            return .string(try readString())
        case UInt8(ascii: "t") where skip("true"):
            return .boolean(true)
        case UInt8(ascii: "f") where skip("false"):
            return .boolean(false)
        case UInt8(ascii: "n") where skip("null"):
            return .null
        case let byte? where byte.beginsNumber(isLenient: isLenient):
            return .number(try readNumber())
        case UInt8(ascii: "N") where isLenient && skip("NaN"):
            return .number(.nan)
        case UInt8(ascii: "I") where isLenient && skip("Infinity"):
            return .number(.infinity)
        default:
            throw unexpected("a value")
        }
    }

    private mutating func readArray(depth: Int) throws(JSONError) -> Value {
        try enter(depth)
        var elements: [Value] = []
        while true {
            try skipSpace()
            if peek() == UInt8(ascii: "]"), elements.isEmpty || isLenient { break }
            elements.append(try readValue(depth: depth + 1))
            try skipSpace()
            if peek() == UInt8(ascii: "]") { break }
            guard peek() == UInt8(ascii: ",") else { throw unexpected("`,` or `]`") }
            place += 1
        }
        place += 1
        return .array(ArrayValue(elements))
    }

    private mutating func readObject(depth: Int) throws(JSONError) -> Value {
        try enter(depth)
        var pairs: [ObjectValue.Pair] = []
        while true {
            try skipSpace()
            if peek() == UInt8(ascii: "}"), pairs.isEmpty || isLenient { break }
            let key = try readKey()
            try skipSpace()
            guard peek() == UInt8(ascii: ":") else { throw unexpected("`:`") }
            place += 1
            try skipSpace()
            pairs.append((key, try readValue(depth: depth + 1)))
            try skipSpace()
            if peek() == UInt8(ascii: "}") { break }
            guard peek() == UInt8(ascii: ",") else { throw unexpected("`,` or `}`") }
            place += 1
        }
        place += 1
        return .object(ObjectValue(pairs))
    }

    /// Steps over the opening bracket.
    private mutating func enter(_ depth: Int) throws(JSONError) {
        guard depth <= limits.depth else { throw error("JSON nests deeper than \(limits.depth) levels") }
        place += 1
    }

    private mutating func readKey() throws(JSONError) -> String {
        try charge(JSONLimits.valueSize)
        if peek() == UInt8(ascii: "\"") || isLenient && peek() == UInt8(ascii: "'") {
            return try readString()
        }
        guard isLenient else { throw unexpected("a name in double quotes") }
        let start = place
        while let byte = peek(),
            byte.isLetterOrDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
        {
            place += 1
        }
        guard place > start else { throw unexpected("a name") }
        return text(start..<place)
    }

    private mutating func readNumber() throws(JSONError) -> Double {
        let start = place
        if isLenient, peek() == UInt8(ascii: "-") {
            place += 1
            if skip("Infinity") { return -.infinity }
        }
        while let byte = peek(), byte.isPartOfNumber(isLenient: isLenient) { place += 1 }

        let digits = UnsafeBufferPointer(rebasing: bytes[start..<place])
        let number = isLenient ? lenientNumber(digits[...]) : strictNumber(digits)
        guard let number else {
            place = start
            throw error("`\(text(start..<min(start + 40, start + digits.count)))` is not a number")
        }
        return number
    }

    private mutating func skipSpace() throws(JSONError) {
        while let byte = peek() {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D:
                place += 1
            case UInt8(ascii: "/") where isLenient:
                try skipComment()
            default:
                guard isLenient, let length = leadingWhitespace(bytes[place...]) else { return }
                place += length
            }
        }
    }

    private mutating func skipComment() throws(JSONError) {
        let start = place
        place += 1
        switch peek() {
        case UInt8(ascii: "/"):
            while let byte = peek(), byte != 0x0A { place += 1 }
        case UInt8(ascii: "*"):
            place += 1
            while place + 1 < bytes.count {
                place += 1
                if bytes[place] == UInt8(ascii: "/"), bytes[place - 1] == UInt8(ascii: "*"), place > start + 2
                {
                    place += 1
                    return
                }
            }
            place = start
            throw error("a comment is not closed")
        default:
            place = start
            throw unexpected("a value")
        }
    }
}

extension JSONReader {
    mutating func charge(_ amount: Int) throws(JSONError) {
        memory += amount
        guard memory <= limits.memory else {
            throw error("the JSON text needs more than \(limits.memory) bytes of memory")
        }
    }

    func peek() -> UInt8? { place < bytes.count ? bytes[place] : nil }

    mutating func step(_ count: Int = 1) { place += count }

    /// Steps over `word` if it is next and no letter or digit follows it.
    private mutating func skip(_ word: StaticString) -> Bool {
        let end = place + word.utf8CodeUnitCount
        guard end <= bytes.count, bytes[place..<end].elementsEqual(word.bytes) else { return false }
        if end < bytes.count, bytes[end].isLetterOrDigit { return false }
        place = end
        return true
    }

    func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    func unexpected(_ wanted: String) -> JSONError {
        guard place < bytes.count else { return error("the JSON text ends where \(wanted) should be") }
        let found = text(place..<min(place + 4, bytes.count)).unicodeScalars.first ?? "?"
        return error("found `\(found)` where \(wanted) should be")
    }

    func error(_ message: String) -> JSONError {
        let before = bytes[..<min(place, bytes.count)]
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let line = before.count { $0 == 0x0A } + 1
        return JSONError(message: message, offset: place, line: line, column: place - lineStart + 1)
    }
}

/// A number as RFC 8259 writes it: no plus sign, no leading zero, a digit on both sides of the point.
private func strictNumber(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
    let unsigned = bytes.first == UInt8(ascii: "-") ? bytes.dropFirst() : bytes[...]
    let whole = unsigned.prefix { $0 >= 0x30 && $0 <= 0x39 }
    guard !whole.isEmpty, whole.count == 1 || whole.first != UInt8(ascii: "0") else { return nil }
    let rest = unsigned.dropFirst(whole.count)
    if rest.first == UInt8(ascii: ".") {
        guard let digit = rest.dropFirst().first, digit >= 0x30, digit <= 0x39 else { return nil }
    }
    return parseDecimal(bytes)
}

/// A number as GitHub's reader takes it: also hexadecimal, octal after a leading zero, and without a digit before or
/// after the point.
private func lenientNumber(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Double? {
    let isNegative = bytes.first == UInt8(ascii: "-")
    let unsigned = isNegative ? bytes.dropFirst() : bytes
    guard unsigned.first == UInt8(ascii: "0"), let second = unsigned.dropFirst().first else {
        return parseDecimal(bytes)
    }
    let size: UInt64?
    if second | 0x20 == UInt8(ascii: "x") {
        size = UInt64(String(decoding: unsigned.dropFirst(2), as: UTF8.self), radix: 16)
    } else if unsigned.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
        size = UInt64(String(decoding: unsigned, as: UTF8.self), radix: 8)
    } else {
        return parseDecimal(bytes)
    }
    return size.map { isNegative ? -Double($0) : Double($0) }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        self >= 0x30 && self <= 0x39 || self | 0x20 >= 0x61 && self | 0x20 <= 0x7A
    }

    fileprivate func beginsNumber(isLenient: Bool) -> Bool {
        self >= 0x30 && self <= 0x39 || self == UInt8(ascii: "-") || isLenient && self == UInt8(ascii: ".")
    }

    fileprivate func isPartOfNumber(isLenient: Bool) -> Bool {
        switch self {
        case 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."): true
        case UInt8(ascii: "e"), UInt8(ascii: "E"): true
        default: isLenient && isLetterOrDigit
        }
    }
}

extension StaticString {
    fileprivate var bytes: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
    }
}
