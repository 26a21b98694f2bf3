import Foundation
import NIOCore

/// An object opened for reading; it stays readable as it was while others replace or delete it.
///
/// The file holds the object's bytes, then its record as JSON, then the record's length and a mark, so that one
/// rename puts bytes and record in place together.
struct StoredObject: Sendable {
    let record: ObjectRecord
    private let file: OpenFile

    /// Opens the object, nil where there is none.
    init?(path: String) throws(CloudError) {
        do throws(CloudError) {
            file = try OpenFile(path: path, flags: O_RDONLY)
        } catch  where error.code == ENOENT {
            return nil
        }
        let size = try file.size()
        guard size >= Trailer.fixedSize else { throw CloudError(.damaged, path, detail: "it ends too early") }
        let end = try file.read(count: Int(Trailer.fixedSize), at: size - Trailer.fixedSize)
        guard let length = Trailer.recordLength(end), length <= size - Trailer.fixedSize else {
            throw CloudError(.damaged, path, detail: "its end is not an object's")
        }
        let start = size - Trailer.fixedSize - length
        let json = try file.read(count: Int(length), at: start)
        do {
            record = try JSONDecoder().decode(ObjectRecord.self, from: Data(json))
        } catch {
            throw CloudError(.damaged, path, detail: "its record cannot be read")
        }
        guard record.size == start else {
            throw CloudError(.damaged, path, detail: "it holds \(start) bytes instead of \(record.size)")
        }
    }

    /// Up to `count` of the object's bytes from `offset` on.
    func buffer(at offset: Int64, count: Int) throws -> ByteBuffer {
        let count = Int(min(Int64(count), record.size - offset))
        var buffer = ByteBufferAllocator().buffer(capacity: count)
        try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
            try file.read(into: UnsafeMutableRawBufferPointer(rebasing: space[..<count]), at: offset)
        }
        guard buffer.readableBytes == count else {
            throw CloudError(.damaged, file.path, detail: "its bytes end too early")
        }
        return buffer
    }
}

/// The end of an object's file.
enum Trailer {
    static let fixedSize: Int64 = 16
    private static let mark = Array("FLOWOBJ1".utf8)

    static func bytes(for record: ObjectRecord) throws -> [UInt8] {
        let json = try Array(JSONEncoder().encode(record))
        return json + withUnsafeBytes(of: UInt64(json.count).bigEndian, Array.init) + mark
    }

    static func recordLength(_ end: [UInt8]) -> Int64? {
        guard end.count == fixedSize, Array(end.suffix(mark.count)) == mark else { return nil }
        return Int64(exactly: end.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
}
