import Foundation

/// An open file; it closes when its last holder lets go of it.
///
/// All reads and writes name their place, so that one open file may serve several readers at once.
final class OpenFile: Sendable {
    let path: String
    let descriptor: CInt

    init(path: String, flags: CInt, mode: mode_t = 0o600) throws(CloudError) {
        var descriptor: CInt
        repeat { descriptor = open(path, flags | O_CLOEXEC, mode) } while descriptor < 0 && errno == EINTR
        guard descriptor >= 0 else { throw .system("open", path) }
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    func size() throws(CloudError) -> Int64 {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("examine", path) }
        return Int64(status.st_size)
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(CloudError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .system("write", path) }
            done += count
        }
    }

    /// Fills `bytes` from `offset` on; fewer bytes come back only where the file ends.
    func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int64) throws(CloudError) -> Int {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
            let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .system("read", path) }
            if count == 0 { break }
            done += count
        }
        return done
    }

    func read(count: Int, at offset: Int64) throws(CloudError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let done = try bytes.withUnsafeMutableBufferPointer { buffer throws(CloudError) in
            try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
        }
        bytes.removeLast(count - done)
        return bytes
    }

    func write(_ bytes: [UInt8], at offset: Int64) throws(CloudError) {
        try bytes.withUnsafeBufferPointer { buffer throws(CloudError) in
            try write(UnsafeRawBufferPointer(buffer), at: offset)
        }
    }

    func truncate(to size: Int64) throws(CloudError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw .system("truncate", path) }
    }

    /// Returns once the bytes would outlive a power cut.
    func synchronize() throws(CloudError) {
        guard fsync(descriptor) == 0 else { throw .system("write to disk", path) }
    }
}
