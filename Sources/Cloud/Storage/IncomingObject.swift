import Foundation
import NIOCore

/// Bytes on their way into the store: a file of its own that becomes an object in one step, or goes again.
struct IncomingObject: Sendable {
    let path: String
    private let file: OpenFile
    private(set) var checksums = Checksums()

    init(path: String) throws(CloudError) {
        file = try OpenFile(path: path, flags: O_RDWR | O_CREAT)
        self.path = path
    }

    /// How many bytes have come so far.
    var size: Int64 { checksums.count }

    mutating func append(_ buffer: ByteBuffer) throws {
        try buffer.withUnsafeReadableBytes { bytes in
            try file.write(bytes, at: checksums.count)
            checksums.update(bytes)
        }
    }

    /// Appends all that a file holds.
    mutating func append(fileAt path: String) throws {
        let source = try OpenFile(path: path, flags: O_RDONLY)
        var offset: Int64 = 0
        while true {
            let bytes = try source.read(count: 1 << 18, at: offset)
            guard !bytes.isEmpty else { return }
            try append(ByteBuffer(bytes: bytes))
            offset += Int64(bytes.count)
        }
    }

    /// Takes up what an earlier process wrote, at most its first `size` bytes.
    mutating func resume(at size: Int64) throws {
        let size = min(size, try file.size())
        try file.truncate(to: size)
        var bytes = [UInt8](repeating: 0, count: 1 << 18)
        while checksums.count < size {
            let count = Int(min(Int64(bytes.count), size - checksums.count))
            try bytes.withUnsafeMutableBytes { space in
                let space = UnsafeMutableRawBufferPointer(rebasing: space[..<count])
                guard try file.read(into: space, at: checksums.count) == count else {
                    throw CloudError(.damaged, path, detail: "the bytes of an unfinished upload are gone")
                }
                checksums.update(UnsafeRawBufferPointer(space))
            }
        }
    }

    /// Continues with checksums that were taken over the file's bytes before.
    mutating func resume(with checksums: Checksums) throws {
        try file.truncate(to: checksums.count)
        self.checksums = checksums
    }

    func synchronize() throws(CloudError) {
        try file.synchronize()
    }

    /// Writes the record behind the bytes, on disk when this returns; a second call replaces the first one's.
    func seal(with record: ObjectRecord) throws {
        try file.truncate(to: record.size)
        try file.write(Trailer.bytes(for: record), at: record.size)
        try file.synchronize()
    }

    func discard() throws(CloudError) {
        try Folder.remove(path)
    }
}
