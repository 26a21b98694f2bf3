/// Masks bytes as they stream by, wherever they are cut: bytes that may be the beginning of a secret are held back,
/// at most as many as the longest secret's longest form has and the line ends and colour codes inside it.
///
/// Line ends are never masked away, so a secret of several lines shows as several lines of `***`.
struct MaskStream {
    /// One reading of the bytes.
    private struct Scan {
        enum Reading {
            /// All bytes.
            case plain
            /// Without colour codes and the like (`ESC [ … letter`).
            case unstyled
            /// Without these and without line ends.
            case folded
        }
        enum Escape { case none, begun, sequence }

        let reading: Reading
        /// A match that is shorter than this at the end of a line does not keep the line from being shown:
        /// else any line whose last character begins some secret would wait for the next.
        ///
        /// What it shows is too short to be masked by itself.
        var shortestHeldLine: Int { reading == .folded ? 8 : MaskForms.shortest + 1 }
        var state = ByteMatcher.root
        var escape = Escape.none
        /// Where the last bytes stood that this reading has let through; not kept for `.plain`.
        var positions: [Int] = []
        /// What stands before this may be shown whatever comes.
        var released = 0

        /// The same match, read without colour codes from here on.
        var unstyled: Scan {
            var scan = Scan(reading: .unstyled)
            scan.state = state
            scan.released = released
            return scan
        }

        func start(of length: Int, at end: Int) -> Int {
            max(released, reading == .plain ? end - length : positions[positions.count - length])
        }
    }

    private let masker: Masker
    private var patterns: Masker.Patterns
    /// What is not written yet, and where it stands in the stream.
    private var held: [UInt8] = []
    private var base = 0
    private var position = 0
    private var plain = Scan(reading: .plain)
    private var folded = Scan(reading: .folded)
    /// Only while there is something to be told apart from `plain`.
    private var unstyled: Scan?
    private var hits: [Range<Int>] = []
    private var maskedUntil = 0
    /// Whether the last thing written is the `***` of what is being masked.
    private var starsWritten = false
    private(set) var hasMasked = false

    /// A partial match that is spread over more bytes than this is given up: nobody prints a secret with
    /// thousands of line ends in it, and what is held back must be bounded.
    private static let spread = 1 << 16

    init(_ masker: Masker) {
        self.masker = masker
        patterns = masker.patterns
    }

    /// Whether everything that came in has gone out.
    var holdsNothing: Bool { held.isEmpty }

    /// Takes bytes and appends to `output` what is safe to be shown.
    mutating func write(_ bytes: UnsafeRawBufferPointer, into output: inout [UInt8]) {
        renewPatterns()
        guard !patterns.isEmpty else {
            output.append(contentsOf: bytes)
            base += bytes.count
            position = base
            return
        }
        held.append(contentsOf: bytes)
        scan(bytes)
        flush(upTo: min(position, pendingStart), into: &output)
    }

    /// Writes what was held back: nothing more comes.
    mutating func finish(into output: inout [UInt8]) {
        flush(upTo: position, into: &output)
        plain = Scan(reading: .plain)
        folded = Scan(reading: .folded)
        unstyled = nil
    }

    private mutating func renewPatterns() {
        let current = masker.patterns
        guard current.version != patterns.version else { return }
        patterns = current
        plain = Scan(reading: .plain)
        folded = Scan(reading: .folded)
        unstyled = nil
        position = base
        let again = held
        again.withUnsafeBytes { scan($0) }
    }

    private mutating func scan(_ bytes: UnsafeRawBufferPointer) {
        let patterns = patterns
        let start = position
        var index = 0
        while index < bytes.count {
            if isAtRoot { index = patterns.firstBeginning(in: bytes, from: index) }
            position = start + index
            guard index < bytes.count else { return }
            step(bytes[index], patterns)
            index += 1
            position += 1
        }
    }

    /// Whether nothing is under way in any reading.
    private var isAtRoot: Bool {
        plain.state == ByteMatcher.root && folded.state == ByteMatcher.root && unstyled == nil
            && folded.escape == .none
    }

    private mutating func step(_ byte: UInt8, _ patterns: Masker.Patterns) {
        if byte == 0x1B, unstyled == nil {
            let depth = patterns.literal.depth(plain.state)
            var scan = plain.unstyled
            scan.positions = Array((position - depth)..<position)
            unstyled = scan
        }
        Self.advance(&plain, byte, at: position, patterns.literal, &hits)
        Self.advance(&folded, byte, at: position, patterns.folded, &hits)
        if var scan = unstyled {
            Self.advance(&scan, byte, at: position, patterns.literal, &hits)
            unstyled = scan.state == ByteMatcher.root && scan.escape == .none ? nil : scan
        }
    }

    private static func advance(
        _ scan: inout Scan,
        _ byte: UInt8,
        at position: Int,
        _ matcher: ByteMatcher,
        _ hits: inout [Range<Int>]
    ) {
        let isSkipped = scan.reading != .plain && skips(byte, &scan)
        if !isSkipped { scan.state = matcher.next(scan.state, byte) }
        guard scan.state != ByteMatcher.root else {
            scan.positions.removeAll(keepingCapacity: true)
            return
        }
        let depth = matcher.depth(scan.state)
        if scan.reading != .plain {
            if !isSkipped { scan.positions.append(position) }
            if scan.positions.count > 2 * matcher.longest {
                scan.positions.removeFirst(scan.positions.count - depth)
            }
            if position - scan.positions[scan.positions.count - depth] > depth + spread {
                scan.state = ByteMatcher.root
                scan.positions.removeAll(keepingCapacity: true)
                return
            }
        }
        let hit = matcher.hit(scan.state)
        if !isSkipped, hit > 0 { hits.append(scan.start(of: hit, at: position + 1)..<(position + 1)) }
        if byte == UInt8(ascii: "\n"), depth < scan.shortestHeldLine { scan.released = position + 1 }
    }

    /// Whether a reading passes over `byte`.
    private static func skips(_ byte: UInt8, _ scan: inout Scan) -> Bool {
        switch scan.escape {
        case .sequence:
            // Parameters, then one letter that ends it.
            if !(0x20...0x3F).contains(byte) { scan.escape = .none }
            return true
        case .begun:
            scan.escape = byte == UInt8(ascii: "[") ? .sequence : .none
            if scan.escape == .sequence { return true }
        case .none: break
        }
        if byte == 0x1B {
            scan.escape = .begun
            return true
        }
        return scan.reading == .folded && (byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r"))
    }

    /// Where the earliest secret begins that may be under way.
    private var pendingStart: Int {
        var start = plain.start(of: patterns.literal.depth(plain.state), at: position)
        if folded.state != ByteMatcher.root {
            start = min(start, folded.start(of: patterns.folded.depth(folded.state), at: position))
        }
        if let unstyled, unstyled.state != ByteMatcher.root {
            start = min(start, unstyled.start(of: patterns.literal.depth(unstyled.state), at: position))
        }
        return start
    }

    private mutating func flush(upTo safe: Int, into output: inout [UInt8]) {
        guard safe > base else { return }
        hits.sort { $0.lowerBound < $1.lowerBound }
        var index = 0
        var cursor = base
        while cursor < safe {
            while index < hits.count, hits[index].lowerBound <= cursor {
                maskedUntil = max(maskedUntil, hits[index].upperBound)
                index += 1
            }
            let isMasked = cursor < maskedUntil
            let nextHit = index < hits.count ? hits[index].lowerBound : safe
            let end = min(safe, isMasked ? min(maskedUntil, max(nextHit, cursor + 1)) : nextHit)
            let run = held[(cursor - base)..<(end - base)]
            if isMasked {
                writeStars(for: run, into: &output)
            } else {
                output.append(contentsOf: run)
                starsWritten = false
            }
            cursor = end
        }
        hits.removeFirst(index)
        held.removeFirst(safe - base)
        base = safe
    }

    private mutating func writeStars(for run: ArraySlice<UInt8>, into output: inout [UInt8]) {
        hasMasked = true
        for byte in run {
            if byte == UInt8(ascii: "\n") {
                output.append(byte)
                starsWritten = false
            } else if !starsWritten {
                output.append(contentsOf: "***".utf8)
                starsWritten = true
            }
        }
    }
}
