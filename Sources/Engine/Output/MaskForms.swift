import Foundation

/// The byte strings under which a secret may show up in a log.
struct MaskForms {
    /// Looked for as they are.
    private(set) var literal: Set<[UInt8]> = []
    /// Base64 and hex: looked for through line ends as well, since tools wrap them.
    private(set) var folded: Set<[UInt8]> = []

    /// What is shorter than this is not masked: it would turn `banana` into `b***n***n***`.
    static let shortest = 4
    /// The shortest string inside a JSON document that is masked by itself.
    static let shortestLeaf = 6
    /// The most bytes of all forms together: a job that asks for more masks than this is not served, since what is
    /// looked for takes some 30 times as much memory.
    static let capacity = 8 << 20
    /// Beyond so many bytes only the plain forms are added.
    private static let encodedCapacity = 2 << 20
    /// A longer form is looked for in pieces of this size, so that no more than a piece is ever held back.
    private static let longestPiece = 8 << 10

    private var size = 0

    /// Adds every form of `secret`, of each of its lines and, where it is a JSON document, of each string in
    /// it.
    ///
    /// False where there is no room for it.
    mutating func add(_ secret: String) -> Bool {
        guard size + 2 * secret.utf8.count <= Self.capacity else { return false }
        var values: Set<String> = [secret]
        let trimmed = Self.trimmed(secret, of: \.isWhitespace)
        values.insert(trimmed)
        values.insert(Self.trimmed(trimmed) { $0 == "\"" || $0 == "'" })
        let lines = secret.split(whereSeparator: \.isNewline).map(String.init)
        if lines.count > 1 {
            for line in lines {
                values.insert(line)
                values.insert(Self.trimmed(line, of: \.isWhitespace))
            }
        }
        values.formUnion(Self.leaves(of: trimmed))
        for value in values where value.utf8.count >= Self.shortest {
            size += Self.insert(Array(value.utf8), into: &literal)
            addEncodings(of: value)
        }
        return true
    }

    private mutating func addEncodings(of value: String) {
        let bytes = Array(value.utf8)
        guard size + 30 * bytes.count <= Self.encodedCapacity else { return }
        for form in Self.escapes(of: value) { size += Self.insert(Array(form.utf8), into: &literal) }
        for form in Self.base64(of: bytes) { size += Self.insert(form, into: &folded) }
        let digits = bytes.hex
        size += Self.insert(Array(digits.utf8), into: &folded)
        size += Self.insert(Array(digits.uppercased().utf8), into: &folded)
    }

    /// Adds a form and gives by how many bytes that has made the set larger.
    private static func insert(_ form: [UInt8], into set: inout Set<[UInt8]>) -> Int {
        var rest = form[...]
        var added = 0
        while rest.count >= shortest {
            // What follows a piece must be long enough to be one itself.
            let isLast = rest.count < longestPiece + shortest
            let piece = Array(isLast ? rest : rest.prefix(longestPiece))
            rest = rest.dropFirst(piece.count)
            if set.insert(piece).inserted { added += piece.count }
        }
        return added
    }

    private static func trimmed(_ text: String, of isMargin: (Character) -> Bool) -> String {
        let start = text.drop(while: isMargin)
        guard let last = start.lastIndex(where: { !isMargin($0) }) else { return "" }
        return String(start[...last])
    }

    /// Base64 with both alphabets, at each of the three places in a group of bytes where the value may begin.
    ///
    /// Only the characters that the value alone decides are in it, and the whole with its padding.
    private static func base64(of bytes: [UInt8]) -> [[UInt8]] {
        var forms: [[UInt8]] = []
        for lead in 0..<3 {
            let encoded = Array(Data([UInt8](repeating: 0, count: lead) + bytes).base64EncodedString().utf8)
            let first = (lead * 8 + 5) / 6
            let last = (lead + bytes.count) * 8 / 6
            if first < last { forms.append(Array(encoded[first..<last])) }
            // Where the value is the end, the character before the padding is decided as well.
            let unpadded = encoded.filter { $0 != UInt8(ascii: "=") }
            if first < unpadded.count { forms.append(Array(unpadded[first...])) }
            if first < encoded.count { forms.append(Array(encoded[first...])) }
        }
        let urlSafe = forms.map { form in
            form.map { byte -> UInt8 in
                switch byte {
                case UInt8(ascii: "+"): UInt8(ascii: "-")
                case UInt8(ascii: "/"): UInt8(ascii: "_")
                default: byte
                }
            }
        }
        return forms + urlSafe
    }

    private static func escapes(of value: String) -> [String] {
        // What no tool quotes: most tokens are such.
        if MaskEscapes.isPlain(value) { return MaskEscapes.wholly(value) }
        var forms = MaskEscapes.url(value) + MaskEscapes.json(value) + MaskEscapes.xml(value)
        forms += MaskEscapes.shell(value)
        forms.append(value.replacingOccurrences(of: "$", with: "$$"))
        // An expression's string, and an argument in double quotes.
        forms.append(value.replacingOccurrences(of: "'", with: "''"))
        forms.append(value.replacingOccurrences(of: "\"", with: "\\\""))
        if value.contains("\n") {
            forms.append(value.replacingOccurrences(of: "\r\n", with: "\n"))
            forms.append(
                value.replacingOccurrences(of: "\r\n", with: "\n").replacingOccurrences(
                    of: "\n",
                    with: "\r\n"
                )
            )
            forms.append(value.split(whereSeparator: \.isNewline).joined(separator: " "))
        }
        return forms
    }

    /// The strings in a JSON object or array that are long enough.
    private static func leaves(of text: String) -> Set<String> {
        guard text.hasPrefix("{") || text.hasPrefix("["),
            let document = try? JSONSerialization.jsonObject(with: Data(text.utf8))
        else { return [] }
        var leaves: Set<String> = []
        var open = [document]
        while let value = open.popLast() {
            switch value {
            case let string as String where string.utf8.count >= shortestLeaf:
                leaves.insert(string)
                leaves.formUnion(string.split(whereSeparator: \.isNewline).map(String.init))
            case let array as [Any]: open += array
            case let object as [String: Any]: open += object.values
            default: continue
            }
        }
        return leaves
    }
}
