import Foundation

/// Hides in a stored log what was masked only after it had been printed.
///
/// Each byte of it becomes a star: the log keeps its length, and the places of steps in it.
enum LateMasks {
    private static let pieceSize = 1 << 20

    /// - Returns: How many places were hidden.
    static func hide(in path: String, _ patterns: Masker.Patterns) throws(FolderError) -> Int {
        let log = open(path, O_RDWR | O_CLOEXEC)
        guard log >= 0 else { throw FolderError(path: path, reason: String(cString: strerror(errno))) }
        defer { close(log) }
        var found: [Range<Int>] = []
        var state = ByteMatcher.root
        var position = 0
        var piece = [UInt8](repeating: 0, count: pieceSize)
        while true {
            let count = pread(log, &piece, piece.count, off_t(position))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FolderError(path: path, reason: String(cString: strerror(errno))) }
            if count == 0 { break }
            for byte in piece[..<count] {
                state = patterns.literal.next(state, byte)
                position += 1
                let length = patterns.literal.hit(state)
                guard length > 0 else { continue }
                let place = (position - length)..<position
                // A longer form that ends later has the shorter one in it.
                if let last = found.last, last.upperBound >= place.lowerBound {
                    found[found.count - 1] = min(last.lowerBound, place.lowerBound)..<place.upperBound
                } else {
                    found.append(place)
                }
            }
        }
        for place in found {
            let stars = [UInt8](repeating: UInt8(ascii: "*"), count: place.count)
            guard pwrite(log, stars, stars.count, off_t(place.lowerBound)) == stars.count else {
                throw FolderError(path: path, reason: String(cString: strerror(errno)))
            }
        }
        return found.count
    }
}
