import Foundation

/// A folder that is needed for a while: a snapshot, an action that is being fetched.
///
/// Whoever needs it holds a lock on it as long as this lives, so that what a killed process has left can be told from
/// what is in use: the system takes the lock back, whatever ends the process.
final class HeldFolder: Sendable {
    let path: String
    private let lock: Int32

    private init(path: String, lock: Int32) {
        self.path = path
        self.lock = lock
    }

    deinit { close(lock) }

    /// Makes a folder, for its maker alone.
    ///
    /// Between being made and being locked it looks abandoned; one that was taken for that is made anew.
    static func making(_ path: String) throws(FolderError) -> HeldFolder {
        for _ in 1...100 {
            try JobFolders.make(path)
            if let held = try hold(path) { return held }
        }
        throw FolderError(path: path, reason: "another process removes it again and again")
    }

    /// Removes a folder, unless somebody holds it.
    static func removeAbandoned(_ path: String) throws(FolderError) {
        let descriptor = openFolder(path)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        guard tryLock(descriptor), leads(path, to: descriptor) else { return }
        try JobFolders.remove(path)
    }

    /// Nil where the path led elsewhere or nowhere once the lock was ours, or another process removes the folder now.
    private static func hold(_ path: String) throws(FolderError) -> HeldFolder? {
        let descriptor = openFolder(path)
        guard descriptor >= 0 else {
            guard errno != ENOENT else { return nil }
            throw FolderError(path: path, reason: String(cString: strerror(errno)))
        }
        // On a file system without locks nothing is held, and nothing is ever taken for abandoned.
        let isFree = tryLock(descriptor) || errno != EWOULDBLOCK
        if isFree, leads(path, to: descriptor) { return HeldFolder(path: path, lock: descriptor) }
        close(descriptor)
        usleep(1000)
        return nil
    }

    private static func openFolder(_ path: String) -> Int32 {
        open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    }

    private static func tryLock(_ descriptor: Int32) -> Bool {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno != EINTR { return false }
        }
        return true
    }

    /// Whether a path still is the folder that was opened.
    private static func leads(_ path: String, to descriptor: Int32) -> Bool {
        var named = stat()
        var opened = stat()
        return lstat(path, &named) == 0 && fstat(descriptor, &opened) == 0 && named.st_ino == opened.st_ino
            && named.st_dev == opened.st_dev
    }
}
