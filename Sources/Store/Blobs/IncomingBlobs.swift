import Foundation

/// The place where one server receives bytes, before they are part of the store.
///
/// It goes with the last that holds it. Where a process dies its lock goes, and the next server removes the place.
package final class IncomingBlobs: Sendable {
    private let folder: String
    private let lock: Int32

    package init(home: FlowrunHome) throws(StoreError) {
        let incoming = BlobFolder(home: home).incoming
        for _ in 1...100 {
            let folder = "\(incoming)/\(UUID().uuidString.lowercased())"
            try home.make(folder)
            // Between being made and being locked it looks abandoned; one that was taken for that is made anew.
            if let lock = try Self.lock(folder) {
                self.folder = folder
                self.lock = lock
                return
            }
        }
        throw StoreError(.busy(seconds: 0), incoming)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)  // what stays is removed by the next server
        close(lock)
    }

    /// A place for the bytes of one artifact or cache.
    package func upload() throws(StoreError) -> IncomingBlob {
        let path = "\(folder)/\(UUID().uuidString.lowercased())"
        guard mkdir(path, 0o700) == 0 else { throw StoreError(fromSystem: errno, path) }
        return IncomingBlob(folder: path, place: self)
    }

    /// Removes a place whose server is gone.
    static func removeAbandoned(_ folder: String) throws(StoreError) {
        guard let lock = try lock(folder) else { return }
        defer { close(lock) }
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            guard access(folder, F_OK) == 0 else { return }
            throw StoreError(.failed, folder, cause: error)
        }
    }

    /// Nil where another process holds it, or has removed it by now.
    private static func lock(_ folder: String) throws(StoreError) -> Int32? {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw StoreError(fromSystem: errno, folder)
        }
        var held = stat()
        var found = stat()
        let isOurs =
            flock(descriptor, LOCK_EX | LOCK_NB) == 0 && fstat(descriptor, &held) == 0
            && stat(folder, &found) == 0 && held.st_ino == found.st_ino
        if isOurs { return descriptor }
        close(descriptor)
        return nil
    }
}
