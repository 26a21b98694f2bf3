import Foundation
import GRDB
import Synchronization

/// The files of stores that the disk failed to keep, as far as this process was told.
///
/// After a sync that failed the system may have dropped what it was to write, and says of the next sync that all is
/// well. So once one has failed this process believes none, and other processes hear of it through the store's lock.
/// SQLite tells of each in its log, also of those of a checkpoint, which its calls pass over in silence.
enum FailedSyncs {
    private static let told = Mutex<[(path: String, reason: String)]>([])

    /// Hears what SQLite tells from now on; has to be called before the first store is opened.
    static func listen() { listening }

    private static let listening: Void = {
        Database.logError = { code, message in
            // `os_unix.c:LINE: (ERRNO) CALL(PATH) - WORDS`
            guard code == .SQLITE_IOERR_FSYNC,
                let call = message.firstIndex(of: "/"),
                let end = message.range(of: ") - ", options: .backwards),
                call < end.lowerBound
            else { return }
            note(String(message[call..<end.lowerBound]), String(message[end.upperBound...]))
        }
    }()

    static func note(_ path: String, _ reason: String) {
        told.withLock { $0.append((path, reason)) }
        guard let slash = path.lastIndex(of: "/") else { return }
        WriteLock.complain(reason, at: path[...slash] + WriteLock.name)
    }

    /// Why the database at a path, without symbolic links, is not believed to be kept; nil where it is.
    static func reason(of database: String) -> String? {
        told.withLock { told in told.first { $0.path == database || $0.path == database + "-wal" }?.reason }
    }
}
