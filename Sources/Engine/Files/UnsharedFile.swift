import Foundation

/// Files that are used again under another name, where nobody else can have them any more.
enum UnsharedFile {
    /// Gives a file another text and renames it; its name is left as it is, and `false` given, where anybody else may still
    /// hold it, or it cannot be written.
    ///
    /// It must be a regular file with one name, and no process may have it open: that is what a write lease asks of it. It
    /// is not emptied first: of a file that is, ext4 writes the new bytes to the disk when it is closed.
    static func takeOver(_ path: String, as newPath: String, mode: mode_t, text: String = "") -> Bool {
        let descriptor = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_nlink == 1,
            fcntl(descriptor, setLease, F_WRLCK) == 0
        else { return false }
        defer { _ = fcntl(descriptor, setLease, F_UNLCK) }
        var text = text
        let isWritten = text.withUTF8 { bytes in
            (bytes.isEmpty || pwrite(descriptor, bytes.baseAddress, bytes.count, 0) == bytes.count)
                && (facts.st_size <= bytes.count || ftruncate(descriptor, off_t(bytes.count)) == 0)
        }
        guard isWritten else { return false }
        guard facts.st_mode & 0o777 == mode || fchmod(descriptor, mode) == 0 else { return false }
        return rename(path, newPath) == 0
    }

    /// `F_SETLEASE`, which the C library declares for GNU sources alone.
    private static let setLease: Int32 = 1024
}
