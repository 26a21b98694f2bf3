import Crypto
import Foundation

/// The two checksums that an object carries, taken while its bytes pass by.
struct Checksums: Sendable {
    private var md5 = Insecure.MD5()
    private var crc = CRC32C()
    private(set) var count: Int64 = 0

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        md5.update(bufferPointer: bytes)
        crc.update(bytes)
        count += Int64(bytes.count)
    }

    /// MD5 as clients read it: base64 of its sixteen bytes.
    var md5Hash: String {
        Data(md5.finalize()).base64EncodedString()
    }

    /// CRC32C as clients read it: base64 of its four bytes, the highest first.
    var crc32c: String {
        withUnsafeBytes(of: crc.value.bigEndian) { Data($0).base64EncodedString() }
    }
}

/// CRC-32 with Castagnoli's polynomial, eight bytes a step.
struct CRC32C: Sendable {
    private var state: UInt32 = .max

    var value: UInt32 { ~state }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var crc = state
        CRC32C.tables.withUnsafeBufferPointer { table in
            var index = 0
            while index + 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                let mixed = UInt64(littleEndian: word) ^ UInt64(crc)
                crc =
                    table[7 &* 256 &+ Int(truncatingIfNeeded: mixed & 0xFF)]
                    ^ table[6 &* 256 &+ Int(truncatingIfNeeded: (mixed >> 8) & 0xFF)]
                    ^ table[5 &* 256 &+ Int(truncatingIfNeeded: (mixed >> 16) & 0xFF)]
                    ^ table[4 &* 256 &+ Int(truncatingIfNeeded: (mixed >> 24) & 0xFF)]
                    ^ table[3 &* 256 &+ Int(truncatingIfNeeded: (mixed >> 32) & 0xFF)]
                    ^ table[2 &* 256 &+ Int(truncatingIfNeeded: (mixed >> 40) & 0xFF)]
                    ^ table[1 &* 256 &+ Int(truncatingIfNeeded: (mixed >> 48) & 0xFF)]
                    ^ table[Int(truncatingIfNeeded: mixed >> 56)]
                index &+= 8
            }
            while index < bytes.count {
                crc = (crc >> 8) ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ bytes[index])]
                index &+= 1
            }
        }
        state = crc
    }

    /// Eight tables of 256: table k answers for a byte that lies k bytes before the end of a step.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0x82F6_3B78 : crc >> 1 }
            tables[byte] = crc
        }
        for level in 1..<8 {
            for byte in 0..<256 {
                let previous = tables[(level - 1) * 256 + byte]
                tables[level * 256 + byte] = (previous >> 8) ^ tables[Int(previous & 0xFF)]
            }
        }
        return tables
    }()
}
