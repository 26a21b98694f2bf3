import Foundation

/// Small files, read and written without more ado than that takes.
package enum PlainFile {
    /// What a file holds; nil where there is none, or it cannot be read.
    package static func text(of path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while true {
            let filled = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: 1 << 13))
            let count = bytes.withUnsafeMutableBytes {
                read(descriptor, $0.baseAddress.map { $0 + filled }, 1 << 13)
            }
            if count < 0, errno != EINTR { return nil }
            bytes.removeLast((1 << 13) - max(0, count))
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
        }
    }

    /// Writes a text in place of what the file holds, and makes the file where there is none.
    ///
    /// Nobody waits until it is on the disk: it is as good as gone with the job that it is for.
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
