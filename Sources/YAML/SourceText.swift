/// The lines of a text, found by number.
package struct SourceText: Sendable {
    let text: String
    /// Where each line begins and where it ends without its break, in bytes; a file may be nothing but line breaks, and
    /// a `Substring` for each would take thirty times its size.
    private let places: [Place]
    /// Whether a column, a character and a byte are the same everywhere in it.
    let isASCII: Bool

    private struct Place {
        var start: UInt32
        var end: UInt32
    }

    package init(_ text: String) {
        var text = text
        (places, isASCII) = text.withUTF8 { bytes in
            (Self.lines(of: bytes), !bytes.contains { $0 > 0x7F })
        }
        self.text = text
    }

    /// Without their line breaks.
    var lines: some RandomAccessCollection<Substring> { places.lazy.map(substring) }

    /// The line with this number, counted from one.
    func line(_ number: Int) -> Substring? {
        places.indices.contains(number - 1) ? substring(places[number - 1]) : nil
    }

    /// Where a column of a line is, both counted from zero, in a text that is ASCII: at most the line's end, and the text's
    /// where there is no such line.
    func place(line: Int, column: Int) -> (index: String.Index, column: Int) {
        guard places.indices.contains(line) else { return (text.endIndex, 0) }
        let place = places[line]
        let column = min(column, Int(place.end - place.start))
        return (text.utf8.index(text.startIndex, offsetBy: Int(place.start) + column), column)
    }

    private func substring(_ place: Place) -> Substring {
        let utf8 = text.utf8
        let start = utf8.index(utf8.startIndex, offsetBy: Int(place.start))
        return text[start..<utf8.index(start, offsetBy: Int(place.end - place.start))]
    }

    /// Where the lines are, by what libyaml takes for a line break, so that its line numbers fit: line feed, carriage
    /// return, both together, and U+0085, U+2028, U+2029.
    private static func lines(of bytes: UnsafeBufferPointer<UInt8>) -> [Place] {
        var lines: [Place] = []
        var (start, place) = (0, 0)
        while place < bytes.count {
            let length = lengthOfBreak(in: bytes, at: place)
            guard length > 0 else {
                place += 1
                continue
            }
            lines.append(Place(start: UInt32(start), end: UInt32(place)))
            place += length
            start = place
        }
        lines.append(Place(start: UInt32(start), end: UInt32(bytes.count)))
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
