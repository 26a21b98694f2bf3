import CZlib

/// Unpacks bytes that were packed with DEFLATE (RFC 1951), a piece at a time.
struct Inflater {
    /// What stands around the packed bytes.
    enum Wrapping {
        case none
        /// A head, and a check at the end (RFC 1952).
        case gzip

        /// As zlib is told of it.
        fileprivate var windowBits: Int32 { self == .none ? -MAX_WBITS : MAX_WBITS + 16 }
    }

    private static let pieceSize = 1 << 17

    private let wrapping: Wrapping
    /// Gives the next packed bytes, none at their end.
    private let refill: () throws -> [UInt8]

    struct Damage: Error {}

    init(_ wrapping: Wrapping = .none, refill: @escaping () throws -> [UInt8]) {
        self.wrapping = wrapping
        self.refill = refill
    }

    /// Unpacks all of it.
    ///
    /// - Throws: `Damage` where the bytes are no such packing, and what `take` and `refill` throw.
    func run(_ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        let stream = ZStream()
        guard inflateInit2_(stream.state, wrapping.windowBits, ZLIB_VERSION, ZStream.size) == Z_OK else {
            throw StoreError(.failed, "zlib")
        }
        defer { inflateEnd(stream.state) }
        var room = [UInt8](repeating: 0, count: Self.pieceSize)
        while true {
            var packed = try refill()
            guard !packed.isEmpty else { throw Damage() }
            let isDone = try stream.pass(&packed, through: &room, take) { inflate($0, Z_NO_FLUSH) }
            if isDone { return }
        }
    }
}

/// Packs bytes with DEFLATE (RFC 1951), a piece at a time.
final class Deflater {
    private let stream = ZStream()
    private var room = [UInt8](repeating: 0, count: 1 << 17)

    /// - Parameter level: From 0, which packs nothing, to 9.
    init(level: Int32) throws(StoreError) {
        let isReady =
            deflateInit2_(
                stream.state,
                level,
                Z_DEFLATED,
                -MAX_WBITS,
                8,
                Z_DEFAULT_STRATEGY,
                ZLIB_VERSION,
                ZStream.size
            ) == Z_OK
        guard isReady else { throw StoreError(.failed, "zlib") }
    }

    deinit { deflateEnd(stream.state) }

    /// Packs what comes next, or the rest where nothing comes any more.
    func pack(_ bytes: inout [UInt8], isLast: Bool, _ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        _ = try stream.pass(&bytes, through: &room, take) { deflate($0, isLast ? Z_FINISH : Z_NO_FLUSH) }
    }

    /// Makes it as new for the next file.
    func reset() { deflateReset(stream.state) }
}

/// What zlib knows of bytes on their way; it has to stay in its place.
private final class ZStream {
    static let size = Int32(MemoryLayout<z_stream>.size)

    let state: UnsafeMutablePointer<z_stream> = .allocate(capacity: 1)

    init() { state.initialize(to: z_stream()) }

    deinit { state.deallocate() }

    /// Sends all of some bytes through zlib.
    ///
    /// - Returns: Whether the stream is at its end.
    func pass(
        _ bytes: inout [UInt8],
        through room: inout [UInt8],
        _ take: (UnsafeRawBufferPointer) throws -> Void,
        step: (UnsafeMutablePointer<z_stream>) -> Int32
    ) throws -> Bool {
        try bytes.withUnsafeMutableBufferPointer { input in
            try room.withUnsafeMutableBufferPointer { output in
                state.pointee.next_in = input.baseAddress
                state.pointee.avail_in = UInt32(input.count)
                while true {
                    state.pointee.next_out = output.baseAddress
                    state.pointee.avail_out = UInt32(output.count)
                    let answer = step(state)
                    guard [Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(answer) else { throw Inflater.Damage() }
                    let count = output.count - Int(state.pointee.avail_out)
                    if count > 0 {
                        try take(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(output)[..<count]))
                    }
                    if answer == Z_STREAM_END { return true }
                    if state.pointee.avail_out > 0 { return false }
                }
            }
        }
    }
}

/// The check of zip and gzip: CRC-32.
struct CRC32 {
    private(set) var value: UInt32 = 0

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.bindMemory(to: UInt8.self).baseAddress else { return }
        value = UInt32(crc32_z(UInt(value), start, bytes.count))
    }
}
