/// What a part of an upload says of itself: `bytes 0-99/200`, `bytes 0-99/*`, `bytes */200`, `bytes */*`.
package struct ContentRange: Equatable {
    /// The part's first and last byte; nil for one without bytes.
    package var part: ClosedRange<Int64>?
    /// The size of the whole, once the client knows it.
    package var total: Int64?

    package init?(_ text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: true)
        guard words.count == 2, words[0].lowercased() == "bytes" else { return nil }
        let sides = words[1].split(separator: "/", omittingEmptySubsequences: false)
        guard sides.count == 2 else { return nil }
        if sides[1] != "*" {
            guard let total = Int64(sides[1]), total >= 0 else { return nil }
            self.total = total
        }
        if sides[0] != "*" {
            let ends = sides[0].split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count == 2, let first = Int64(ends[0]), let last = Int64(ends[1]), first >= 0,
                last >= first, last < total ?? .max
            else { return nil }
            part = first...last
        }
    }
}
