import Foundation

/// Reads an upload of two parts, an object's description and its bytes, while it streams in.
///
/// The bytes end at the very end of the request and not at the first line that looks like the boundary: some
/// clients send every upload with one fixed boundary, whatever the bytes hold.
struct MultipartRelated {
    struct Head {
        /// The first part, JSON.
        var description: [UInt8]
        /// The second part's type.
        var contentType: String?
        /// What stands between the second part's bytes and the end of the request.
        var closing: [UInt8]
        /// Where the second part's bytes start.
        var bodyStart: Int
    }

    /// The most that the description and the parts' headers may take.
    static let longestHead = 1 << 20

    private let boundary: [UInt8]

    init(contentType: String?) throws(StorageFault) {
        let parameters = contentType?.split(separator: ";").dropFirst() ?? []
        let values = parameters.compactMap { parameter -> String? in
            let parameter = parameter.trimmingCharacters(in: .whitespaces)
            guard parameter.lowercased().hasPrefix("boundary=") else { return nil }
            return parameter.dropFirst("boundary=".count).trimmingCharacters(
                in: CharacterSet(charactersIn: "\"'")
            )
        }
        guard let boundary = values.first, !boundary.isEmpty, boundary.utf8.count <= 200 else {
            throw .invalid("A multipart upload names its boundary in its Content-Type")
        }
        self.boundary = Array("--\(boundary)".utf8)
    }

    /// Reads all that comes before the object's bytes; nil while not all of it is there.
    func head(in bytes: [UInt8]) throws(StorageFault) -> Head? {
        var position = 0
        while position < bytes.count, bytes[position] == 0x0D || bytes[position] == 0x0A { position += 1 }
        guard let opening = line(in: bytes, at: position) else { return nil }
        guard opening.text.starts(with: boundary) else {
            throw .invalid("A multipart upload starts with its boundary")
        }
        let newline: [UInt8] = opening.hasReturn ? [0x0D, 0x0A] : [0x0A]
        guard let first = try headers(in: bytes, at: opening.next),
            let description = range(of: newline + boundary, in: bytes, from: first.next),
            let between = line(in: bytes, at: description.upperBound),
            let second = try headers(in: bytes, at: between.next)
        else { return nil }
        if let encoding = second.fields["content-transfer-encoding"], encoding.lowercased() == "base64" {
            throw .invalid("The bytes of a multipart upload are sent as they are, not in base64")
        }
        return Head(
            description: Array(bytes[first.next..<description.lowerBound]),
            contentType: second.fields["content-type"],
            closing: newline + boundary + Array("--".utf8),
            bodyStart: second.next
        )
    }

    private func line(
        in bytes: [UInt8],
        at start: Int
    ) -> (text: ArraySlice<UInt8>, hasReturn: Bool, next: Int)? {
        guard start <= bytes.count, let end = bytes[start...].firstIndex(of: 0x0A) else { return nil }
        let hasReturn = end > start && bytes[end - 1] == 0x0D
        return (bytes[start..<(hasReturn ? end - 1 : end)], hasReturn, end + 1)
    }

    private func headers(
        in bytes: [UInt8],
        at start: Int
    ) throws(StorageFault) -> (fields: [String: String], next: Int)? {
        var fields: [String: String] = [:]
        var position = start
        while let line = line(in: bytes, at: position) {
            position = line.next
            if line.text.isEmpty { return (fields, position) }
            guard let colon = line.text.firstIndex(of: UInt8(ascii: ":")) else {
                throw .invalid("A header in a multipart upload has no colon")
            }
            let name = String(decoding: line.text[..<colon], as: UTF8.self).lowercased()
            let value = String(decoding: line.text[(colon + 1)...], as: UTF8.self)
            fields[name] = value.trimmingCharacters(in: .whitespaces)
        }
        return nil
    }

    private func range(of wanted: [UInt8], in bytes: [UInt8], from start: Int) -> Range<Int>? {
        // The description may be empty: its end is then the end of the line before.
        var position = max(0, start - wanted.prefix { $0 == 0x0D || $0 == 0x0A }.count)
        while position + wanted.count <= bytes.count {
            if bytes[position...].starts(with: wanted) {
                return max(position, start)..<(position + wanted.count)
            }
            position += 1
        }
        return nil
    }
}

/// Holds back the end of a stream, where the closing boundary is going to be.
struct ClosingBoundary {
    private let closing: [UInt8]
    private var held: [UInt8] = []
    /// Line breaks that may follow the closing boundary.
    private static let epilogue = 4

    init(_ closing: [UInt8]) {
        self.closing = closing
    }

    /// Takes in more of the stream and gives out what is certainly not the end of it.
    mutating func pass(_ bytes: [UInt8]) -> [UInt8] {
        held += bytes
        let surplus = max(0, held.count - closing.count - ClosingBoundary.epilogue)
        defer { held.removeFirst(surplus) }
        return Array(held.prefix(surplus))
    }

    /// The last of the bytes before the closing boundary, or a fault where the stream does not end in it.
    mutating func finish() throws(StorageFault) -> [UInt8] {
        while let last = held.last, last == 0x0D || last == 0x0A { held.removeLast() }
        guard held.count >= closing.count, held.suffix(closing.count).elementsEqual(closing) else {
            throw .invalid("The upload ended before its closing boundary")
        }
        return Array(held.dropLast(closing.count))
    }
}
