package import Foundation

/// Writes JSON straight into bytes.
///
/// Keys are our own, so they are taken as they are; texts are escaped, and what is not
/// UTF-8 in them becomes U+FFFD.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init() {}

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package mutating func object(_ key: StaticString? = nil, _ body: (inout JSONWriter) -> Void) {
        nested(key, open: UInt8(ascii: "{"), close: UInt8(ascii: "}"), body)
    }

    package mutating func array(_ key: StaticString? = nil, _ body: (inout JSONWriter) -> Void) {
        nested(key, open: UInt8(ascii: "["), close: UInt8(ascii: "]"), body)
    }

    package mutating func field(_ key: StaticString, _ value: String) {
        begin(key)
        bytes.append(UInt8(ascii: "\""))
        bytes.appendEscaped(value)
        bytes.append(UInt8(ascii: "\""))
    }

    /// A field whose name is the user's.
    package mutating func entry(_ key: String, _ value: String) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        bytes.appendEscaped(key)
        bytes.append(contentsOf: "\":\"".utf8)
        bytes.appendEscaped(value)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    package mutating func field(_ key: StaticString, _ value: some BinaryInteger) {
        begin(key)
        bytes.append(contentsOf: String(value).utf8)
    }

    package mutating func field(_ key: StaticString, _ value: Double) {
        begin(key)
        bytes.append(contentsOf: value.description.utf8)
    }

    package mutating func field(_ key: StaticString, _ value: Date) {
        begin(key)
        bytes.append(UInt8(ascii: "\""))
        var stamp = TimeStamp()
        stamp.append(value, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    package mutating func field(_ key: StaticString, _ value: Bool) {
        begin(key)
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// A text of an array.
    package mutating func element(_ value: String) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        bytes.appendEscaped(value)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    package mutating func null(_ key: StaticString) {
        begin(key)
        bytes.append(contentsOf: "null".utf8)
    }

    /// The value, or `null`.
    package mutating func nullable(_ key: StaticString, _ value: String?) {
        if let value { field(key, value) } else { null(key) }
    }

    private mutating func nested(
        _ key: StaticString?,
        open: UInt8,
        close: UInt8,
        _ body: (inout JSONWriter) -> Void
    ) {
        if let key {
            begin(key)
        } else if needsComma {
            bytes.append(UInt8(ascii: ","))
        }
        bytes.append(open)
        needsComma = false
        body(&self)
        bytes.append(close)
        needsComma = true
    }

    private mutating func begin(_ key: StaticString) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
        bytes.append(UInt8(ascii: "\""))
        key.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: "\":".utf8)
    }
}

extension [UInt8] {
    package mutating func appendEscaped(_ text: String) {
        var text = text
        text.withUTF8 { appendEscaped($0) }
    }

    /// Appends the inside of a JSON string.
    ///
    /// Runs of bytes that need nothing are copied whole.
    package mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte >= 0x20, byte < 0x80, byte != 0x22, byte != 0x5c {
                index += 1
                continue
            }
            if byte >= 0x80 {
                let (length, isValid) = sequence(in: text, at: index)
                if isValid {
                    index += length
                    continue
                }
                append(contentsOf: text[start..<index])
                append(contentsOf: [0xef, 0xbf, 0xbd])
                index += length
            } else {
                append(contentsOf: text[start..<index])
                appendEscape(of: byte)
                index += 1
            }
            start = index
        }
        append(contentsOf: text[start..<index])
    }

    private mutating func appendEscape(of byte: UInt8) {
        append(0x5c)
        switch byte {
        case 0x22, 0x5c: append(byte)
        case 0x08: append(UInt8(ascii: "b"))
        case 0x09: append(UInt8(ascii: "t"))
        case 0x0a: append(UInt8(ascii: "n"))
        case 0x0c: append(UInt8(ascii: "f"))
        case 0x0d: append(UInt8(ascii: "r"))
        default:
            append(contentsOf: "u00".utf8)
            for digit in [byte >> 4, byte & 15] { append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
        }
    }

    /// The UTF-8 sequence that begins here: how many bytes it has, or how many one U+FFFD stands for.
    private func sequence(in text: UnsafeBufferPointer<UInt8>, at index: Int) -> (length: Int, isValid: Bool)
    {
        let lead = text[index]
        let length: Int
        // The second byte's range shuts out overlong forms, surrogates and what lies beyond U+10FFFF.
        var second: ClosedRange<UInt8> = 0x80...0xbf
        switch lead {
        case 0xc2...0xdf: length = 2
        case 0xe0: (length, second) = (3, 0xa0...0xbf)
        case 0xed: (length, second) = (3, 0x80...0x9f)
        case 0xe1...0xef: length = 3
        case 0xf0: (length, second) = (4, 0x90...0xbf)
        case 0xf4: (length, second) = (4, 0x80...0x8f)
        case 0xf1...0xf3: length = 4
        default: return (1, false)
        }
        for offset in 1..<length {
            let range = offset == 1 ? second : 0x80...0xbf
            guard index + offset < text.count, range.contains(text[index + offset]) else {
                return (offset, false)
            }
        }
        return (length, true)
    }
}

/// RFC 3339 in UTC with milliseconds.
///
/// The second is worked out once and used until the next.
package struct TimeStamp {
    private var second = Int.min
    private var prefix: [UInt8] = []

    package init() {}

    package mutating func append(_ date: Date, to bytes: inout [UInt8]) {
        let total = Int((date.timeIntervalSince1970 * 1000).rounded(.down))
        let milliseconds = ((total % 1000) + 1000) % 1000
        let current = (total - milliseconds) / 1000
        if current != second {
            second = current
            var time = time_t(current)
            var parts = tm()
            gmtime_r(&time, &parts)
            func padded(_ number: Int32, _ width: Int) -> String {
                let digits = String(number)
                return String(repeating: "0", count: max(0, width - digits.count)) + digits
            }
            let day =
                "\(padded(parts.tm_year + 1900, 4))-\(padded(parts.tm_mon + 1, 2))-\(padded(parts.tm_mday, 2))"
            let clock = "\(padded(parts.tm_hour, 2)):\(padded(parts.tm_min, 2)):\(padded(parts.tm_sec, 2))"
            prefix = Array("\(day)T\(clock).".utf8)
        }
        bytes.append(contentsOf: prefix)
        bytes.append(0x30 + UInt8(milliseconds / 100))
        bytes.append(0x30 + UInt8(milliseconds / 10 % 10))
        bytes.append(0x30 + UInt8(milliseconds % 10))
        bytes.append(UInt8(ascii: "Z"))
    }
}
