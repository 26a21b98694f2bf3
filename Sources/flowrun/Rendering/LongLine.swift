import Foundation

/// A line of output that is too long for a person to read: its beginning, and how much more there is.
///
/// The raw log has all of it, which `run logs --raw` prints.
enum LongLine {
    /// The most bytes of one line that people are shown.
    static let limit = 64 << 10

    /// The line as a person is shown it; the line itself where it is not too long.
    static func shown(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard line.count > limit else { return line }
        var end = line.startIndex + limit
        // No character is cut in two.
        while end > line.startIndex, line[end] & 0xC0 == 0x80 { end -= 1 }
        let left = omitted(from: line[end...])
        return line[..<end] + Array(" [\(left) bytes more in the log: flowrun run logs --raw]".utf8)
    }

    /// How many bytes the rest of a line stands for: the end of a very long one may be left out of it already.
    private static func omitted(from rest: ArraySlice<UInt8>) -> Int {
        let end = String(decoding: rest.suffix(48), as: UTF8.self)
        guard let note = end.firstMatch(of: /[ ]\[(\d{1,12}) bytes more in the log\]$/),
            let more = Int(note.1)
        else { return rest.count }
        return rest.count - note.0.utf8.count + more
    }
}
