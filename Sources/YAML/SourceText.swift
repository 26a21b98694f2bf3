/// The lines of a text, found by number.
package struct SourceText: Sendable {
    /// Without their line breaks.
    let lines: [Substring]

    package init(_ text: String) {
        var text = text
        let places = text.withUTF8 { Self.lines(of: $0) }
        let whole = text
        let utf8 = whole.utf8
        lines = places.map { range in
            let start = utf8.index(utf8.startIndex, offsetBy: range.lowerBound)
            return whole[start..<utf8.index(start, offsetBy: range.count)]
        }
    }

    /// The line with this number, counted from one.
    func line(_ number: Int) -> Substring? {
        lines.indices.contains(number - 1) ? lines[number - 1] : nil
    }

    /// Where the lines are, by what libyaml takes for a line break, so that its line numbers fit: line feed, carriage
    /// return, both together, and U+0085, U+2028, U+2029.
    private static func lines(of bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var (start, place) = (0, 0)
        while place < bytes.count {
            let length = lengthOfBreak(in: bytes, at: place)
            guard length > 0 else {
                place += 1
                continue
            }
            lines.append(start..<place)
            place += length
            start = place
        }
        lines.append(start..<bytes.count)
        return lines
    }

    private static func lengthOfBreak(in bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Int {
        func byte(_ offset: Int) -> UInt8 { place + offset < bytes.count ? bytes[place + offset] : 0 }
        switch bytes[place] {
        case 0x0a: return 1
        case 0x0d: return byte(1) == 0x0a ? 2 : 1
        case 0xc2: return byte(1) == 0x85 ? 2 : 0
        case 0xe2: return byte(1) == 0x80 && (byte(2) == 0xa8 || byte(2) == 0xa9) ? 3 : 0
        default: return 0
        }
    }
}
