import Foundation

/// Reads a log while it grows.
struct LogTail {
    private let path: String
    private var file: FileHandle?
    private var position = 0

    /// So much is read at a time, in bytes.
    private static let pieceSize = 1 << 20

    init(_ path: String) { self.path = path }

    /// How long the log is by now.
    mutating func size() -> Int {
        file = file ?? FileHandle(forReadingAtPath: path)
        guard let file else { return 0 }
        var facts = stat()
        return fstat(file.fileDescriptor, &facts) == 0 ? Int(facts.st_size) : 0
    }

    /// Hands over the lines up to a place, in pieces, with newlines between the lines of a piece.
    ///
    /// - Parameter isEnd: Whether what is left before the place without a newline is a line, too.
    mutating func read(to end: Int, isEnd: Bool, _ take: ([UInt8]) -> Void) {
        let end = min(end, size())
        guard let file else { return }
        while position < end {
            var bytes = [UInt8](repeating: 0, count: min(end - position, Self.pieceSize))
            let count = pread(file.fileDescriptor, &bytes, bytes.count, off_t(position))
            guard count > 0 else { return }
            bytes.removeLast(bytes.count - count)
            let isLastPiece = position + count >= end
            if let last = bytes.lastIndex(of: 0x0A) {
                let isWhole = last == bytes.count - 1 || !(isLastPiece && isEnd)
                position += isWhole ? last + 1 : bytes.count
                take(isWhole ? Array(bytes[..<last]) : bytes)
            } else if isLastPiece, !isEnd {
                return
            } else {
                position += bytes.count
                take(bytes)
            }
        }
    }
}
