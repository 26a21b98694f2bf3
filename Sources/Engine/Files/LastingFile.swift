import Foundation

/// Small files that are whole or not there, whatever happens.
enum LastingFile {
    /// Writes a file for the user alone, in place of the one that is there; it is on the disk when this returns.
    static func write(_ data: Data, to path: String) throws(FolderError) {
        let fresh = "\(path).\(getpid()).new"
        let descriptor = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw fault(path) }
        let isWritten = fill(descriptor, with: data)
        let fault = fault(path)
        close(descriptor)
        guard isWritten else {
            unlink(fresh)
            throw fault
        }
        guard rename(fresh, path) == 0 else { throw self.fault(path) }
        let folder = open(
            String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex)),
            O_RDONLY | O_CLOEXEC
        )
        guard folder >= 0 else { throw self.fault(path) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw self.fault(path) }
    }

    private static func fill(_ descriptor: Int32, with data: Data) -> Bool {
        var rest = [UInt8](data)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return fdatasync(descriptor) == 0
    }

    private static func fault(_ path: String) -> FolderError {
        FolderError(path: path, reason: String(cString: strerror(errno)))
    }
}
