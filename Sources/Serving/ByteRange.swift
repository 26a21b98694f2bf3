/// The part of a file that a download asks for: `bytes=0-99`, `bytes=100-`, `bytes=-100`.
package enum ByteRange: Equatable {
    case whole
    case part(ClosedRange<Int64>)
    case unsatisfiable

    /// Reads a `Range` header; one that is not understood asks for the whole, as RFC 9110 has it.
    package init(_ text: String?, size: Int64) {
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
