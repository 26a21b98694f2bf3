/// What a part of a resumable upload says of itself: `bytes 0-99/200`, `bytes 0-99/*`, `bytes */200`, `bytes */*`.
struct ContentRange: Equatable {
    /// The part's first and last byte; nil for one without bytes.
    var part: ClosedRange<Int64>?
    /// The size of the whole, once the client knows it.
    var total: Int64?

    init?(_ text: String) {
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

/// The part of an object that a download asks for: `bytes=0-99`, `bytes=100-`, `bytes=-100`.
enum ByteRange: Equatable {
    case whole
    case part(ClosedRange<Int64>)
    case unsatisfiable

    /// Reads a `Range` header; one that is not understood asks for the whole, as RFC 9110 has it.
    init(_ text: String?, size: Int64) {
        self = .whole
        guard let text, let equals = text.firstIndex(of: "="), text[..<equals].lowercased() == "bytes" else {
            return
        }
        let ends = text[text.index(after: equals)...].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2 else { return }
        switch (Int64(ends[0]), Int64(ends[1])) {
        case (let first?, let last?) where first <= last:
            self = first < size ? .part(first...min(last, size - 1)) : .unsatisfiable
        case (let first?, nil) where ends[1].isEmpty:
            self = first < size ? .part(first...(size - 1)) : .unsatisfiable
        case (nil, let count?) where ends[0].isEmpty:
            self = count > 0 && size > 0 ? .part(max(0, size - count)...(size - 1)) : .unsatisfiable
        default:
            return
        }
    }
}
