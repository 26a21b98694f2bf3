import Crypto
import Foundation

/// The key that secrets are sealed with: a file of 32 bytes that only the user can read.
struct SecretKeyFile {
    private static let size = 32

    let path: String

    /// - Returns: nil where there is no key.
    func load() throws(StoreError) -> SymmetricKey? {
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
        // One byte more than there should be tells a file that is too long.
        var bytes = [UInt8](repeating: 0, count: Self.size + 1)
        let count = read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw StoreError(fromSystem: errno, path) }
        guard count == Self.size else { throw StoreError(.keyDamaged, path) }
        return SymmetricKey(data: bytes.prefix(Self.size))
    }

    /// Makes a new key, or gives the one that another process made at the same time.
    ///
    /// It is written beside its place and linked there: nobody ever sees a part of it, and none takes another's place.
    func create() throws(StoreError) -> SymmetricKey {
        let key = SymmetricKey(size: .bits256)
        let draft = "\(path).\(getpid()).\(UInt64.random(in: 0...UInt64.max))"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreError(fromSystem: errno, draft) }
        defer { unlink(draft) }
        let isWritten = key.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) == $0.count }
        guard isWritten, fsync(descriptor) == 0 else {
            let code = errno
            close(descriptor)
            throw StoreError(fromSystem: code, draft)
        }
        close(descriptor)
        guard link(draft, path) == 0 else {
            if errno == EEXIST, let other = try load() { return other }
            throw StoreError(fromSystem: errno, path)
        }
        try syncFolder()
        return key
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
