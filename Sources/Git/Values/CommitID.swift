/// The name of a commit (or of another object of git): 40 hexadecimal digits in lower case.
package struct CommitID: Hashable, Sendable, Codable, CustomStringConvertible {
    /// All 40 digits.
    package let hex: String

    /// Takes 40 hexadecimal digits of either case; anything else gives nil.
    package init?(_ text: some StringProtocol) { self.init(text: String(text)) }

    private init?(text: String) {
        guard text.utf8.count == 40, text.utf8.allSatisfy(\.isHexDigit) else { return nil }
        hex = text.lowercased()
    }

    package var description: String { hex }

    /// The seven digits that people read.
    package var short: String { String(hex.prefix(7)) }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = CommitID(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "`\(text)` is not a commit id"
            )
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }

    init(digits: String) {
        hex = digits
    }
}

extension UInt8 {
    var isHexDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
