/// Unpacks bytes that were packed with DEFLATE (RFC 1951), a piece at a time.
struct Inflater {
    /// How far back a repetition may reach.
    private static let windowSize = 1 << 15
    private static let pieceSize = 1 << 17

    /// Gives the next packed bytes, none at their end.
    private let refill: () throws -> [UInt8]
    private var packed: [UInt8] = []
    private var position = 0
    private var bits: UInt64 = 0
    private var bitCount = 0
    /// What was unpacked: the window and what was not handed over yet.
    private var unpacked: [UInt8] = []
    private var handedOver = 0

    struct Damage: Error {}

    init(refill: @escaping () throws -> [UInt8]) {
        self.refill = refill
        unpacked.reserveCapacity(Self.windowSize + Self.pieceSize + 512)
    }

    /// Unpacks all of it.
    ///
    /// - Throws: `Damage` where the bytes are no such packing, and what `take` and `refill` throw.
    mutating func run(_ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        while true {
            let isLast = try read(1) == 1
            switch try read(2) {
            case 0: try copyStored(take)
            case 1: try unpack(Self.fixedLiterals, Self.fixedDistances, take)
            case 2:
                let (literals, distances) = try readCodes()
                try unpack(literals, distances, take)
            default: throw Damage()
            }
            if isLast { return try handOver(take) }
        }
    }

    // MARK: Blocks

    private mutating func copyStored(_ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        _ = try read(bitCount % 8)
        let length = try read(16)
        guard try read(16) == ~length & 0xFFFF else { throw Damage() }
        for _ in 0..<length {
            unpacked.append(UInt8(try read(8)))
            if unpacked.count - handedOver >= Self.pieceSize { try handOver(take) }
        }
    }

    private mutating func unpack(
        _ literals: Code,
        _ distances: Code,
        _ take: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        while true {
            let symbol = try read(literals)
            switch symbol {
            case ..<256: unpacked.append(UInt8(symbol))
            case 256: return
            case 257...285:
                let length = Self.lengths[symbol - 257]
                let count = length.base + (try read(length.extra))
                let place = try read(distances)
                guard place < 30 else { throw Damage() }
                let distance = Self.distances[place]
                let back = distance.base + (try read(distance.extra))
                guard back <= unpacked.count else { throw Damage() }
                // It may reach into what it makes itself.
                for _ in 0..<count { unpacked.append(unpacked[unpacked.count - back]) }
            default: throw Damage()
            }
            if unpacked.count - handedOver >= Self.pieceSize { try handOver(take) }
        }
    }

    /// The two codes of a block, themselves in a code.
    private mutating func readCodes() throws -> (Code, Code) {
        let literalCount = try read(5) + 257
        let distanceCount = try read(5) + 1
        let lengthCount = try read(4) + 4
        guard literalCount <= 286, distanceCount <= 30 else { throw Damage() }
        var ofLengths = [UInt8](repeating: 0, count: 19)
        for place in Self.order.prefix(lengthCount) { ofLengths[place] = UInt8(try read(3)) }
        let code = try Code(ofLengths)
        var lengths: [UInt8] = []
        while lengths.count < literalCount + distanceCount {
            let symbol = try read(code)
            switch symbol {
            case ..<16: lengths.append(UInt8(symbol))
            case 16:
                guard let last = lengths.last else { throw Damage() }
                lengths += [UInt8](repeating: last, count: try read(2) + 3)
            case 17: lengths += [UInt8](repeating: 0, count: try read(3) + 3)
            default: lengths += [UInt8](repeating: 0, count: try read(7) + 11)
            }
        }
        guard lengths.count == literalCount + distanceCount, lengths[256] != 0 else { throw Damage() }
        return (try Code(Array(lengths[..<literalCount])), try Code(Array(lengths[literalCount...])))
    }

    // MARK: Bits

    private mutating func read(_ count: Int) throws -> Int {
        while bitCount < count {
            guard try fill() else { throw Damage() }
        }
        let value = Int(bits & (1 << UInt64(count) - 1))
        bits >>= UInt64(count)
        bitCount -= count
        return value
    }

    private mutating func read(_ code: Code) throws -> Int {
        while bitCount < code.longest, try fill() {}
        let entry = code.table[Int(bits) & (code.table.count - 1)]
        let length = Int(entry & 15)
        guard length > 0, length <= bitCount else { throw Damage() }
        bits >>= UInt64(length)
        bitCount -= length
        return Int(entry >> 4)
    }

    /// Takes one more byte in; false at the end.
    private mutating func fill() throws -> Bool {
        if position == packed.count {
            packed = try refill()
            position = 0
            if packed.isEmpty { return false }
        }
        bits |= UInt64(packed[position]) << UInt64(bitCount)
        position += 1
        bitCount += 8
        return true
    }

    private mutating func handOver(_ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        try unpacked.withUnsafeBytes { try take(UnsafeRawBufferPointer(rebasing: $0[handedOver...])) }
        if unpacked.count > Self.windowSize { unpacked.removeFirst(unpacked.count - Self.windowSize) }
        handedOver = unpacked.count
    }

    // MARK: Codes

    /// Symbols by the bits that stand for them, as many as the longest has: the symbol, and in four bits its length.
    private struct Code {
        var table: [UInt16]
        var longest: Int

        init(_ lengths: [UInt8]) throws(Damage) {
            longest = max(1, Int(lengths.max() ?? 0))
            table = [UInt16](repeating: 0, count: 1 << longest)
            var next = 0
            var room = 1 << longest
            for length in 1...longest {
                for (symbol, own) in lengths.enumerated() where Int(own) == length {
                    let step = 1 << length
                    room -= table.count / step
                    guard room >= 0 else { throw Damage() }
                    // The first bit of a code comes first, so it is the lowest.
                    var place = Self.reversed(next, length)
                    while place < table.count {
                        table[place] = UInt16(symbol) << 4 | UInt16(length)
                        place += step
                    }
                    next += 1
                }
                next <<= 1
            }
        }

        private static func reversed(_ code: Int, _ length: Int) -> Int {
            var result = 0
            for bit in 0..<length where code >> bit & 1 == 1 { result |= 1 << (length - 1 - bit) }
            return result
        }
    }

    private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

    private static let lengths: [(base: Int, extra: Int)] = {
        var all: [(base: Int, extra: Int)] = []
        var base = 3
        for symbol in 0..<28 {
            let extra = symbol < 8 ? 0 : symbol / 4 - 1
            all.append((base, extra))
            base += 1 << extra
        }
        return all + [(258, 0)]
    }()

    private static let distances: [(base: Int, extra: Int)] = {
        var all: [(base: Int, extra: Int)] = []
        var base = 1
        for symbol in 0..<30 {
            let extra = symbol < 4 ? 0 : symbol / 2 - 1
            all.append((base, extra))
            base += 1 << extra
        }
        return all
    }()

    private static let fixedLiterals = fixed(
        [UInt8](repeating: 8, count: 144) + [UInt8](repeating: 9, count: 112)
            + [UInt8](repeating: 7, count: 24) + [UInt8](repeating: 8, count: 8)
    )
    private static let fixedDistances = fixed([UInt8](repeating: 5, count: 30))

    private static func fixed(_ lengths: [UInt8]) -> Code {
        do {
            return try Code(lengths)
        } catch {
            preconditionFailure("the fixed codes of RFC 1951 are codes")
        }
    }
}

/// The check of zip and gzip: CRC-32.
struct CRC32 {
    private var state: UInt32 = .max

    var value: UInt32 { ~state }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        Self.table.withUnsafeBufferPointer { table in
            var crc = state
            for byte in bytes { crc = crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] }
            state = crc
        }
    }

    private static let table: [UInt32] = (0..<256).map { number in
        var crc = UInt32(number)
        for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        return crc
    }
}
