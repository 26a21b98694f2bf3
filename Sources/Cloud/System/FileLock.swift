import Foundation

/// Holds a file's lock until it is let go; the system lets go of it for a process that dies.
final class FileLock: Sendable {
    private let file: OpenFile

    private init(_ file: OpenFile) {
        self.file = file
    }

    /// Waits until nobody else holds the lock.
    static func acquire(_ path: String) throws(CloudError) -> FileLock {
        let file = try OpenFile(path: path, flags: O_RDWR | O_CREAT)
        while flock(file.descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw .system("lock", path) }
        }
        return FileLock(file)
    }

    /// Takes the lock, or gives nil where somebody holds it.
    static func attempt(_ path: String) throws(CloudError) -> FileLock? {
        let file = try OpenFile(path: path, flags: O_RDWR | O_CREAT)
        while flock(file.descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EWOULDBLOCK { return nil }
            guard errno == EINTR else { throw .system("lock", path) }
        }
        return FileLock(file)
    }

    /// Whether a process holds the lock at this moment.
    static func isHeld(_ path: String) throws(CloudError) -> Bool {
        do throws(CloudError) {
            let file = try OpenFile(path: path, flags: O_RDONLY)
            while flock(file.descriptor, LOCK_SH | LOCK_NB) != 0 {
                if errno == EWOULDBLOCK { return true }
                guard errno == EINTR else { throw .system("lock", path) }
            }
            return false
        } catch  where error.code == ENOENT {
            return false
        }
    }

    /// Leaves the holder's process number in the file, for whoever finds it locked.
    func sign() throws(CloudError) {
        try file.truncate(to: 0)
        try file.write(Array("\(getpid())\n".utf8), at: 0)
    }

    /// The process number that the lock's holder left.
    static func signature(_ path: String) throws(CloudError) -> Int32? {
        guard let bytes = try Folder.read(path) else { return nil }
        return Int32(String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// Whether the locked file is still the one that is found at its path.
    func isInPlace() -> Bool {
        var held = stat()
        var found = stat()
        guard fstat(file.descriptor, &held) == 0, stat(file.path, &found) == 0 else { return false }
        return held.st_ino == found.st_ino && held.st_dev == found.st_dev
    }
}
