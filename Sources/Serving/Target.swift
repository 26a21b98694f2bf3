import Foundation

/// What a request line asks for: the path's parts, each decoded on its own, and the query.
///
/// Decoding after the cut keeps a `%2F` inside an object's name from acting as a step of the path.
package struct Target: Sendable {
    package let path: [String]
    package let query: Query

    /// Reads `/a/b?c=d` or, as it is sent to a proxy, `http://host/a/b?c=d`; nil where it is not valid UTF-8.
    package init?(_ text: String) {
        var rest = Substring(text)
        for scheme in ["http://", "https://"] where rest.lowercased().hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count)
            rest = rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
        }
        let question = rest.firstIndex(of: "?")
        query = Query(question.map { String(rest[rest.index(after: $0)...]) } ?? "")
        var path: [String] = []
        for part in rest[..<(question ?? rest.endIndex)].split(
            separator: "/",
            omittingEmptySubsequences: false
        )
        .dropFirst() {
            guard let decoded = Target.decode(part, plusIsSpace: false) else { return nil }
            path.append(decoded)
        }
        self.path = path
    }

    static func decode(_ text: Substring, plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        var iterator = text.utf8.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = iterator.next(), let low = iterator.next(),
                    let value = hexadecimal(high, low)
                else { return nil }
                bytes.append(value)
            case UInt8(ascii: "+") where plusIsSpace:
                bytes.append(UInt8(ascii: " "))
            default:
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

/// The fields of a query or of a form; the first of several with one name counts.
package struct Query: Sendable {
    private var fields: [String: String] = [:]

    package init(_ text: String) {
        for field in text.split(separator: "&") {
            let sides = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Target.decode(sides[0], plusIsSpace: true),
                let value = sides.count == 2 ? Target.decode(sides[1], plusIsSpace: true) : ""
            else { continue }
            if fields[name] == nil { fields[name] = value }
        }
    }

    package subscript(_ name: String) -> String? { fields[name] }
}

/// The byte that two hexadecimal digits name.
package func hexadecimal(_ high: UInt8, _ low: UInt8) -> UInt8? {
    guard let high = Character(UnicodeScalar(high)).hexDigitValue,
        let low = Character(UnicodeScalar(low)).hexDigitValue
    else { return nil }
    return UInt8(high * 16 + low)
}
