package import Foundation

/// A small file that only the user can read, made once and never changed: a key.
package struct PrivateFile {
    package let path: String

    package init(path: String) { self.path = path }

    /// - Parameter limit: More bytes than this are not read.
    /// - Returns: nil where there is no such file.
    /// - Throws: `keyExposed` where others can read it.
    package func load(limit: Int) throws(StoreError) -> Data? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw StoreError(fromSystem: errno, path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw StoreError(fromSystem: errno, path) }
        let mode = Int(status.st_mode) & 0o7777
        guard mode & 0o077 == 0 else { throw StoreError(.keyExposed(mode: mode), path) }
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = read(descriptor, &bytes, limit)
        guard count >= 0 else { throw StoreError(fromSystem: errno, path) }
        return Data(bytes.prefix(count))
    }

    /// Makes the file, unless another process made it at the same time.
    ///
    /// It is written beside its place and linked there: nobody ever sees a part of it, and none takes another's place.
    ///
    /// - Returns: Whether the file that is there now is this one.
    package func create(_ bytes: Data) throws(StoreError) -> Bool {
        let draft = "\(path).\(getpid()).\(UInt64.random(in: 0...UInt64.max))"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreError(fromSystem: errno, draft) }
        defer { unlink(draft) }
        let isWritten = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) == $0.count }
        guard isWritten, fsync(descriptor) == 0 else {
            let code = errno
            close(descriptor)
            throw StoreError(fromSystem: code, draft)
        }
        close(descriptor)
        guard link(draft, path) == 0 else {
            if errno == EEXIST { return false }
            throw StoreError(fromSystem: errno, path)
        }
        try syncFolder()
        return true
    }

    /// A file's name is on the disk when its folder is.
    private func syncFolder() throws(StoreError) {
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError(fromSystem: errno, folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StoreError(fromSystem: errno, folder) }
    }
}
