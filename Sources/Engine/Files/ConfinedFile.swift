import CHost
import Foundation

/// A plain file, open for reading, that really is where it was seen: no part of its path was made a link meanwhile.
final class ConfinedFile {
    let size: Int64
    let modified: Date
    private let path: String
    private let descriptor: Int32

    /// - Parameters:
    ///   - path: Without any link in it.
    ///   - folder: A folder above it.
    init(_ path: String, under folder: String) throws {
        self.path = path
        let base = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard base >= 0 else { throw Self.failure(path, errno) }
        defer { close(base) }
        var descriptor = flowrun_open_beneath(
            base,
            String(path.dropFirst(folder == "/" ? 1 : folder.count + 1))
        )
        if descriptor < 0, errno == ENOSYS || errno == EPERM {
            descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        }
        guard descriptor >= 0 else { throw Self.failure(path, errno) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw StepFailure("'\(path)' is no plain file")
        }
        self.descriptor = descriptor
        size = Int64(facts.st_size)
        modified = Date(timeIntervalSince1970: TimeInterval(facts.st_mtim.tv_sec))
    }

    deinit { close(descriptor) }

    /// The next bytes, none at the end.
    func read() throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(min(max(size, 1 << 12), 1 << 19)))
        while true {
            let count = Foundation.read(descriptor, &bytes, bytes.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure(path, errno) }
            bytes.removeLast(bytes.count - count)
            return bytes
        }
    }

    private static func failure(_ path: String, _ code: Int32) -> StepFailure {
        StepFailure("'\(path)' cannot be read: \(String(cString: strerror(code)))")
    }
}

/// Paths with all links followed.
enum RealPath {
    /// Nil where nothing is there.
    static func of(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }
}
