import Foundation

/// The list by which a client has its blocks put together: `<BlockList><Latest>BASE64</Latest>…</BlockList>`.
///
/// Of XML only what such a list is made of is read; anything else is no list.
enum BlockList {
    /// Azure's own limit.
    private static let limit = 50_000

    /// The blocks' ids in the order of the list.
    static func read(_ text: String) throws(ToolkitFault) -> [[UInt8]] {
        var rest = text.trimmingCharacters(in: .whitespacesAndNewlines)[...]
        if rest.hasPrefix("\u{FEFF}") { rest = rest.dropFirst() }
        if rest.hasPrefix("<?xml"), let end = rest.range(of: "?>") {
            rest = rest[end.upperBound...].drop(while: \.isWhitespace)
        }
        if rest == "<BlockList/>" || rest == "<BlockList />" { return [] }
        guard rest.hasPrefix("<BlockList>"), rest.hasSuffix("</BlockList>") else { throw broken }
        rest = rest.dropFirst("<BlockList>".count).dropLast("</BlockList>".count)
        var ids: [[UInt8]] = []
        while true {
            rest = rest.drop(while: \.isWhitespace)
            guard !rest.isEmpty else { return ids }
            guard
                let kind = ["Latest", "Committed", "Uncommitted"].first(where: { rest.hasPrefix("<\($0)>") }),
                let end = rest.range(of: "</\(kind)>")
            else { throw broken }
            ids.append(
                try id(String(rest[rest.index(rest.startIndex, offsetBy: kind.count + 2)..<end.lowerBound]))
            )
            guard ids.count <= limit else { throw ToolkitFault(.tooLarge, "The list has too many blocks") }
            rest = rest[end.upperBound...]
        }
    }

    /// The bytes of a block's id, which clients send in base64.
    static func id(_ text: String) throws(ToolkitFault) -> [UInt8] {
        guard let bytes = Data(base64Encoded: text.trimmingCharacters(in: .whitespacesAndNewlines)),
            (1...64).contains(bytes.count)
        else { throw ToolkitFault(.invalid, "A block's id is 1 to 64 bytes in base64, not `\(text)`") }
        return Array(bytes)
    }

    private static let broken = ToolkitFault(.malformed, "The body is no list of blocks")
}
