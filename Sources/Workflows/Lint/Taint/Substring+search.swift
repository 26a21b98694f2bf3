extension Substring {
    /// Whether a text stands in this one, byte by byte.
    ///
    /// Scripts are searched for many words; the standard library's search, which knows of equivalent spellings, is many
    /// times slower.
    func has(_ text: String) -> Bool { range(ofBytes: text) != nil }

    /// The lines between line feeds; looking for these by characters is slow where letters have accents.
    var lines: [Substring] {
        utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Substring($0) }
    }

    /// Where a text first stands in this one, byte by byte.
    func range(ofBytes text: String) -> Range<Index>? {
        var (line, text) = (self, text)
        let offset = line.withUTF8 { line in
            text.withUTF8 { text -> Int? in
                guard let first = text.first, text.count <= line.count else { return nil }
                var start = 0
                while start <= line.count - text.count {
                    if line[start] == first {
                        var length = 1
                        while length < text.count, line[start + length] == text[length] { length += 1 }
                        if length == text.count { return start }
                    }
                    start += 1
                }
                return nil
            }
        }
        guard let offset else { return nil }
        let start = utf8.index(startIndex, offsetBy: offset)
        return start..<utf8.index(start, offsetBy: text.utf8.count)
    }
}
