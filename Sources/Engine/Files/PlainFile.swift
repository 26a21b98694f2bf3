import Foundation

/// Files of a job's own that are as good as gone with the job: nobody waits until they are on the disk.
enum PlainFile {
    /// Writes a text in place of what the file holds, and makes the file where there is none.
    static func write(_ text: String, to path: String) throws(FolderError) {
        // The mode of what is there stays, and so does what a step may have put in a link's place.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FolderError(path: path, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var text = text
        let fault = text.withUTF8 { bytes -> Int32? in
            var written = 0
            while written < bytes.count {
                let count = Foundation.write(
                    descriptor,
                    bytes.baseAddress.map { $0 + written },
                    bytes.count - written
                )
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return errno }
                written += count
            }
            return nil
        }
        if let fault { throw FolderError(path: path, reason: String(cString: strerror(fault))) }
    }
}
