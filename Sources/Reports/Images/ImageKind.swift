/// The kinds of image that a report may hold, told by their first bytes and never by their names.
package enum ImageKind: String, Sendable, CaseIterable {
    case png, jpeg, gif, webp, bmp, svg

    package init?(of bytes: some Collection<UInt8>) {
        let head = Array(bytes.prefix(1024))
        func has(_ magic: [UInt8], at offset: Int = 0) -> Bool { head.dropFirst(offset).starts(with: magic) }
        if has([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) {
            self = .png
        } else if has([0xff, 0xd8, 0xff]) {
            self = .jpeg
        } else if has(Array("GIF87a".utf8)) || has(Array("GIF89a".utf8)) {
            self = .gif
        } else if has(Array("RIFF".utf8)), has(Array("WEBP".utf8), at: 8) {
            self = .webp
        } else if has(Array("BM".utf8)), has([0, 0, 0, 0], at: 6) {
            self = .bmp
        } else if Self.isSVG(head) {
            self = .svg
        } else {
            return nil
        }
    }

    package var fileExtension: String { self == .jpeg ? "jpg" : rawValue }

    package var mediaType: String { self == .svg ? "image/svg+xml" : "image/" + rawValue }

    /// XML whose first element is `svg`: declaration, comments and document type may stand before it.
    private static func isSVG(_ head: [UInt8]) -> Bool {
        var text = String(decoding: head, as: UTF8.self).drop { $0.isWhitespace || $0 == "\u{feff}" }
        while text.hasPrefix("<?") || text.hasPrefix("<!") {
            let closer = text.hasPrefix("<!--") ? "-->" : ">"
            guard let end = text.firstRange(of: closer) else { return false }
            text = text[end.upperBound...].drop { $0.isWhitespace }
        }
        guard text.hasPrefix("<svg"), let next = text.dropFirst(4).first else { return false }
        return next.isWhitespace || next == ">" || next == "/"
    }
}
