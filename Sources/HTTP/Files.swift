import Foundation

/// Why a file could not be used.
struct FileFault: Error {
    var message: String

    init(_ doing: String, _ path: String, errno code: Int32) {
        message = "could not \(doing) `\(path)`: \(String(cString: strerror(code)))"
    }
}

/// The bytes that a request sends, from memory or from a file.
final class Upload {
    let size: Int
    private let bytes: [UInt8]
    private let file: (descriptor: Int32, path: String)?
    private var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
        size = bytes.count
        file = nil
    }

    init(path: String) throws(FileFault) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFault("read", path, errno: errno) }
        var attributes = stat()
        guard fstat(descriptor, &attributes) == 0 else {
            let code = errno
            close(descriptor)
            throw FileFault("read", path, errno: code)
        }
        guard attributes.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw FileFault("read", path, errno: EINVAL)
        }
        bytes = []
        size = Int(attributes.st_size)
        file = (descriptor, path)
    }

    deinit {
        if let file { close(file.descriptor) }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileFault) -> Int {
        let wanted = min(buffer.count, size - position)
        guard wanted > 0 else { return 0 }
        var count = wanted
        if let file {
            repeat {
                count = pread(file.descriptor, buffer.baseAddress, wanted, off_t(position))
            } while count < 0 && errno == EINTR
            guard count > 0 else { throw FileFault("read", file.path, errno: count < 0 ? errno : EIO) }
        } else {
            buffer.copyBytes(from: bytes[position..<position + wanted])
        }
        position += count
        return count
    }

    func seek(to offset: Int) -> Bool {
        guard (0...size).contains(offset) else { return false }
        position = offset
        return true
    }
}

/// A file that a body is written to; it gets its name when it is complete, and is removed otherwise.
final class Download {
    private let path: String
    private let partial: String
    private let descriptor: Int32
    private var isKept = false

    init(to path: String) throws(FileFault) {
        self.path = path
        partial = "\(path).\(UUID().uuidString).partial"
        descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileFault("write", path, errno: errno) }
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        if !isKept { unlink(partial) }
    }

    func write(_ piece: UnsafeRawBufferPointer) throws(FileFault) {
        var rest = piece
        while !rest.isEmpty {
            let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw FileFault("write", path, errno: errno) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    func finish() throws(FileFault) {
        guard fsync(descriptor) == 0, rename(partial, path) == 0 else {
            throw FileFault("write", path, errno: errno)
        }
        isKept = true
    }
}
