/// The number of bytes of the white space character that UTF-8 text begins with; `nil` if it begins with another.
///
/// White space is what Unicode says it is, as in GitHub's runner.
func leadingWhitespace<Bytes: Collection<UInt8>>(_ bytes: Bytes) -> Int? where Bytes.Index == Int {
    guard let first = bytes.first else { return nil }
    switch first {
    case 0x20, 0x09...0x0D: return 1
    case 0xC2, 0xE1, 0xE2, 0xE3: break
    default: return nil
    }
    func byte(_ offset: Int) -> UInt8 {
        offset < bytes.count ? bytes[bytes.startIndex + offset] : 0
    }
    return switch (first, byte(1), byte(2)) {
    case (0xC2, 0x85, _), (0xC2, 0xA0, _): 2
    case (0xE1, 0x9A, 0x80): 3  // U+1680
    case (0xE2, 0x80, 0x80...0x8A): 3  // U+2000 to U+200A
    case (0xE2, 0x80, 0xA8), (0xE2, 0x80, 0xA9), (0xE2, 0x80, 0xAF): 3
    case (0xE2, 0x81, 0x9F): 3  // U+205F
    case (0xE3, 0x80, 0x80): 3  // U+3000
    default: nil
    }
}

/// The number of bytes of the white space character that UTF-8 text ends with; `nil` if it ends with another.
func trailingWhitespace<Bytes: Collection<UInt8>>(_ bytes: Bytes) -> Int? where Bytes.Index == Int {
    for length in 1...3 where length <= bytes.count {
        let end = bytes[(bytes.endIndex - length)...]
        if leadingWhitespace(end) == length { return length }
    }
    return nil
}

/// The part of `range` that is left without the white space around it.
func trimmedRange(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
    var range = range
    while let length = leadingWhitespace(bytes[range]) {
        range = range.lowerBound + length..<range.upperBound
    }
    while let length = trailingWhitespace(bytes[range]) {
        range = range.lowerBound..<range.upperBound - length
    }
    return range
}
