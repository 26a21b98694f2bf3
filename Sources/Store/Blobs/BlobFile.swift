import Crypto
import Foundation

/// An open file of the blobs; it closes when its last holder lets go of it.
///
/// All reads and writes name their place, so that one open file may serve several readers at once. They block.
package final class BlobFile: Sendable {
    package let path: String
    private let descriptor: Int32

    private init(_ path: String, _ flags: Int32) throws(StoreError) {
        var descriptor: Int32
        repeat {
            descriptor = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
        } while descriptor < 0 && errno == EINTR
        guard descriptor >= 0 else { throw StoreError(fromSystem: errno, path) }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    package static func reading(_ path: String) throws(StoreError) -> BlobFile {
        try BlobFile(path, O_RDONLY)
    }

    /// A new file, or the one that is there as it is.
    static func writing(_ path: String) throws(StoreError) -> BlobFile {
        try BlobFile(path, O_RDWR | O_CREAT)
    }

    package func size() throws(StoreError) -> Int64 {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw StoreError(fromSystem: errno, path) }
        return Int64(facts.st_size)
    }

    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(StoreError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw StoreError(fromSystem: count < 0 ? errno : ENOSPC, path) }
            done += count
        }
    }

    /// Fills `bytes` from `offset` on; fewer come back only where the file ends.
    package func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int64) throws(StoreError) -> Int {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
            let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw StoreError(fromSystem: errno, path) }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// Hands over all bytes in pieces of up to 1 MiB.
    func forEachPiece(_ take: (UnsafeRawBufferPointer) throws(StoreError) -> Void) throws(StoreError) {
        let space = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { space.deallocate() }
        var offset: Int64 = 0
        while true {
            let count = try read(into: space, at: offset)
            guard count > 0 else { return }
            try take(UnsafeRawBufferPointer(rebasing: space[..<count]))
            offset += Int64(count)
        }
    }

    /// Returns once the bytes would outlive a power cut.
    func synchronize() throws(StoreError) {
        guard fsync(descriptor) == 0 else { throw StoreError(fromSystem: errno, path) }
    }
}

/// What tells some bytes from others: how many there are, and their SHA-256 in hexadecimal digits.
package struct BlobSum: Sendable, Equatable {
    package var size: Int64
    package var digest: String

    init(of file: BlobFile) throws(StoreError) {
        var hash = SHA256()
        var size: Int64 = 0
        try file.forEachPiece { piece in
            hash.update(bufferPointer: piece)
            size += Int64(piece.count)
        }
        self.init(size: size, hash: hash)
    }

    init(size: Int64, hash: SHA256) {
        self.size = size
        let digits = Array("0123456789abcdef".utf8)
        digest = String(
            decoding: hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self
        )
    }
}
