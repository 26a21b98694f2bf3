import Foundation

/// How common tools write a value when they quote it for a URL, JSON, XML or a shell.
enum MaskEscapes {
    /// Whether every form that is made here is the value itself, but for those of `wholly`.
    static func isPlain(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0.isAlphanumeric || "-._".utf8.contains($0) }
    }

    /// Each character escaped, as some obfuscating or cautious writers of JSON do.
    static func wholly(_ value: String) -> [String] {
        [false, true].map { upper in value.utf16.map { unicodeEscape($0, upper) }.joined() }
    }

    static func url(_ value: String) -> [String] {
        // RFC 3986, Python's quote, JavaScript's encodeURIComponent and encodeURI.
        let kept = ["-._~", "-._~/", "-._~!'()*", "-._~!'()*;/?:@&=+$,#"]
        var forms: [String] = []
        for marks in kept {
            let upper = percentEncoded(value, keeping: marks, upper: true)
            let lower = percentEncoded(value, keeping: marks, upper: false)
            for form in [upper, lower] {
                forms.append(form)
                forms.append(form.replacingOccurrences(of: "%20", with: "+"))
            }
        }
        return forms
    }

    private static func percentEncoded(_ value: String, keeping marks: String, upper: Bool) -> String {
        let kept = Set(marks.utf8)
        var bytes: [UInt8] = []
        for byte in value.utf8 {
            if byte.isAlphanumeric || kept.contains(byte) {
                bytes.append(byte)
            } else {
                let digits = String(byte, radix: 16, uppercase: upper)
                bytes += Array("%\(byte < 16 ? "0" : "")\(digits)".utf8)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func json(_ value: String) -> [String] {
        var forms: Set<String> = []
        for slash in [false, true] {
            for ascii in [false, true] {
                for markup in ["", "<>&", "<>&'+\"", "<>&'"] {
                    for upper in [false, true] {
                        forms.insert(
                            jsonEscaped(value, slash: slash, ascii: ascii, markup: Set(markup), upper: upper)
                        )
                    }
                }
            }
        }
        return Array(forms) + wholly(value)
    }

    private static func jsonEscaped(
        _ value: String,
        slash: Bool,
        ascii: Bool,
        markup: Set<Character>,
        upper: Bool
    ) -> String {
        var text = ""
        for scalar in value.unicodeScalars {
            if markup.contains(Character(scalar)) {
                text += unicodeEscape(UInt16(scalar.value), upper)
                continue
            }
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{8}": text += "\\b"
            case "\u{c}": text += "\\f"
            case "/" where slash: text += "\\/"
            case _ where scalar.value < 0x20 || (ascii && scalar.value > 0x7E):
                for unit in String(scalar).utf16 { text += unicodeEscape(unit, upper) }
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    private static func unicodeEscape(_ unit: UInt16, _ upper: Bool) -> String {
        let digits = String(unit, radix: 16, uppercase: upper)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    static func xml(_ value: String) -> [String] {
        let base = value.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(
            of: "<",
            with: "&lt;"
        )
        var forms = [base]
        let right = base.replacingOccurrences(of: ">", with: "&gt;")
        forms.append(right)
        for quote in ["\"", "&quot;", "&#34;", "&#x22;"] {
            for apostrophe in ["'", "&apos;", "&#39;", "&#x27;", "&#039;"] {
                forms.append(
                    right.replacingOccurrences(of: "\"", with: quote)
                        .replacingOccurrences(of: "'", with: apostrophe)
                )
            }
        }
        forms.append(forms[forms.count - 1].replacingOccurrences(of: "/", with: "&#x2F;"))
        forms += [numbered(value) { "&#\($0);" }, numbered(value) { "&#x\(String($0, radix: 16));" }]
        return forms
    }

    /// The characters that XML and HTML reserve as references by number.
    private static func numbered(_ value: String, reference: (UInt32) -> String) -> String {
        value.unicodeScalars.map { "&<>\"'".unicodeScalars.contains($0) ? reference($0.value) : String($0) }
            .joined()
    }

    static func shell(_ value: String) -> [String] {
        // `printf %q`, which writes `$'…'` as soon as there is a character that does not print.
        let safe = Set("%+-./:=@_,".utf8)
        var quoted: [UInt8] = []
        for byte in value.utf8 {
            if !byte.isAlphanumeric, byte < 0x80, !safe.contains(byte) { quoted.append(UInt8(ascii: "\\")) }
            quoted.append(byte)
        }
        // Commas are quoted by some versions and not by others.
        let backslashed = String(decoding: quoted, as: UTF8.self)
        return [
            backslashed,
            backslashed.replacingOccurrences(of: ",", with: "\\,"),
            dollarQuoted(value, ascii: false),
            dollarQuoted(value, ascii: true),
            value.replacingOccurrences(of: "'", with: "'\\''"),
            value.replacingOccurrences(of: "'", with: "'\"'\"'"),
        ]
    }

    /// The inside of `$'…'`.
    private static func dollarQuoted(_ value: String, ascii: Bool) -> String {
        var bytes: [UInt8] = []
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\n"): bytes += Array("\\n".utf8)
            case UInt8(ascii: "\t"): bytes += Array("\\t".utf8)
            case UInt8(ascii: "\r"): bytes += Array("\\r".utf8)
            case UInt8(ascii: "\u{1B}"): bytes += Array("\\E".utf8)
            case UInt8(ascii: "'"), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case _ where byte < 0x20 || byte == 0x7F || (ascii && byte > 0x7F):
                let digits = String(byte, radix: 8)
                bytes += Array("\\\(String(repeating: "0", count: 3 - digits.count))\(digits)".utf8)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var isAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
