import Foundation

/// The lines of one `log` event.
extension [UInt8] {
    /// Gives each line without its newline.
    func forEachLine(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return body(bytes) }
            var start = 0
            while true {
                let rest = base + start
                guard start < bytes.count, let found = memchr(rest, 0x0a, bytes.count - start) else {
                    return body(UnsafeBufferPointer(rebasing: bytes[start...]))
                }
                let length = UnsafeRawPointer(rest).distance(to: UnsafeRawPointer(found))
                body(UnsafeBufferPointer(start: rest, count: length))
                start += length + 1
            }
        }
    }

    /// How many lines these are, and the last ones of them.
    func tail(_ length: Int) -> (count: Int, lines: [[UInt8]]) {
        let count = reduce(1) { $1 == 0x0a ? $0 + 1 : $0 }
        var start = endIndex
        for _ in 0..<length {
            guard let before = self[..<start].lastIndex(of: 0x0a) else {
                start = startIndex
                break
            }
            start = before
        }
        let rest = start == startIndex ? self[...] : self[(start + 1)...]
        return (count, rest.split(separator: 0x0a, omittingEmptySubsequences: false).map(Array.init))
    }

    /// Whether all of it is printable ASCII and a mark such as `##[group]` is nowhere in it.
    var isPlainText: Bool {
        withUnsafeBufferPointer { bytes in
            var others = 0
            for byte in bytes { others += (byte < 0x20 && byte != 0x0a) || byte > 0x7e ? 1 : 0 }
            guard others == 0 else { return false }
            var rest = bytes[...]
            while let found = rest.firstIndex(of: UInt8(ascii: "#")) {
                if bytes[found...].starts(with: "##[".utf8) { return false }
                rest = bytes[(found + 1)...]
            }
            return true
        }
    }
}
