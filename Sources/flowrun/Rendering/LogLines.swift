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

    /// The lines as they are, each with a prefix and a newline.
    func prefixed(_ prefix: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count + 1 + lineCount * prefix.count) { room, filled in
            func add(_ bytes: UnsafeBufferPointer<UInt8>) {
                filled = room[filled...].initialize(fromContentsOf: bytes)
            }
            prefix.withUnsafeBufferPointer { prefix in
                forEachLine { line in
                    add(prefix)
                    add(line)
                    room.initializeElement(at: filled, to: 0x0a)
                    filled += 1
                }
            }
        }
    }

    private var lineCount: Int { reduce(1) { $1 == 0x0a ? $0 + 1 : $0 } }

    /// How many lines these are, and the last ones of them.
    func tail(_ length: Int) -> (count: Int, lines: [[UInt8]]) {
        var start = endIndex
        for _ in 0..<length {
            guard let before = self[..<start].lastIndex(of: 0x0a) else {
                start = startIndex
                break
            }
            start = before
        }
        let rest = start == startIndex ? self[...] : self[(start + 1)...]
        return (lineCount, rest.split(separator: 0x0a, omittingEmptySubsequences: false).map(Array.init))
    }

    /// Whether all of it is printable ASCII and a mark such as `##[group]` is nowhere in it.
    var isPlainText: Bool {
        withUnsafeBufferPointer { bytes in
            // Without a branch, so that the compiler makes it many bytes at a time.
            var others: UInt8 = 0
            for byte in bytes { others |= byte &- 0x20 > 0x5e && byte != 0x0a ? 1 : 0 }
            guard others == 0 else { return false }
            guard let base = bytes.baseAddress else { return true }
            var start = 0
            while let found = memchr(base + start, Int32(UInt8(ascii: "#")), bytes.count - start) {
                start = UnsafeRawPointer(base).distance(to: found)
                if bytes[start...].starts(with: "##[".utf8) { return false }
                start += 1
            }
            return true
        }
    }
}
