import Foundation
import GRDB

/// Why the store could not do what it was asked for.
///
/// Never holds the value of a secret.
package struct StoreError: Error, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        case diskFull
        /// The disk did not keep what was written, and may have dropped it.
        case failedSync(reason: String)
        /// The file is no store, or its content contradicts itself.
        case damaged
        /// A folder or file may not be read or written.
        case notAllowed
        /// A later version of flowrun has written the store.
        case newerSchema(found: Int, known: Int)
        /// Another process did not let go of the store in time.
        case busy(seconds: Int)
        /// The store was opened for reading only.
        case readOnly
        case noSuchRun(Int64)
        case noSuchJob(Int64)
        case noSuchReport(Int64)
        /// The schema does not let such a row in.
        case refused
        /// Others than the user can read the key of the secrets.
        case keyExposed(mode: Int)
        /// There are secrets and not the key to read them.
        case keyMissing
        case keyDamaged
        /// A secret was sealed with another key, or changed since.
        case unreadableSecret
        /// A run has an artifact with this name, or a cache with this key and version is there.
        case alreadyThere
        /// What is said of an upload contradicts what came of it.
        case unfit(String)
        /// An archive that is not unpacked, because of what is in it.
        case badArchive(String)
        case invalidName(NameFault)
        case tooLarge(limit: Int)
        /// The disk or the system failed otherwise.
        case failed
    }

    /// What is wrong with the name of a secret or variable.
    package enum NameFault: Hashable, Sendable {
        case empty
        case startsWithDigit
        case reservedPrefix
        case character(Character)
        case set
    }

    package var reason: Reason
    /// The path or the name that it is about.
    package var subject: String
    package var cause: (any Error)?

    package init(_ reason: Reason, _ subject: String, cause: (any Error)? = nil) {
        self.reason = reason
        self.subject = subject
        self.cause = cause
    }

    package var description: String {
        let why = cause.map { ": \($0)" } ?? ""
        return switch reason {
        case .diskFull:
            "the disk is full: `\(subject)` cannot take more (what was saved before is kept); free some space and go on"
        case .failedSync(let reason):
            "the disk did not keep what was written to `\(subject)` (\(reason)): nothing more is written there, for no later success of it could be believed; what runs goes on; start the daemon, or what else works there, anew on a sound disk"
        case .damaged:
            "the store `\(subject)` is damaged\(why); move it away and start anew, or put a backup in its place"
        case .notAllowed:
            "`\(subject)` cannot be used\(why)"
        case .newerSchema(let found, let known):
            "the store `\(subject)` was written by a later version of flowrun (schema \(found), this one knows \(known)); use that version"
        case .busy(let seconds):
            "the store `\(subject)` was in use by another process for more than \(seconds) s"
        case .readOnly:
            "the store `\(subject)` is open for reading only"
        case .noSuchRun(let id):
            "the store `\(subject)` has no run \(id)"
        case .noSuchJob(let id):
            "the store `\(subject)` has no job \(id)"
        case .noSuchReport(let id):
            "the store `\(subject)` has no report \(id)"
        case .refused:
            "the store `\(subject)` refuses a row that contradicts it\(why)"
        case .keyExposed(let mode):
            "the key `\(subject)` can be read by others (mode \(String(mode, radix: 8))); take that right away with `chmod 600`, and renew the secrets if somebody may have read it"
        case .keyMissing:
            "the key `\(subject)` is gone, and the secrets cannot be read without it; put it back, or delete the secrets and set them anew"
        case .keyDamaged:
            "the key `\(subject)` is damaged\(why); put a backup in its place, or delete it and the secrets and set them anew"
        case .unreadableSecret:
            "secret `\(subject)` was sealed with another key or has been changed; set it anew"
        case .alreadyThere:
            "there is `\(subject)` already"
        case .unfit(let reason):
            "`\(subject)` cannot be put together: \(reason)"
        case .badArchive(let reason):
            "the archive `\(subject)` is not unpacked: \(reason)"
        case .invalidName(let fault):
            Self.describe(fault, of: subject)
        case .tooLarge(let limit):
            "the value of `\(subject)` is larger than \(limit / 1024) KB"
        case .failed:
            "the store `\(subject)` failed\(why)"
        }
    }

    private static func describe(_ fault: NameFault, of name: String) -> String {
        switch fault {
        case .empty: "a name cannot be empty"
        case .startsWithDigit: "the name `\(name)` starts with a digit"
        case .reservedPrefix: "the name `\(name)` starts with `GITHUB_`, which is reserved"
        case .character(let character):
            "the name `\(name)` holds `\(character)`: only letters, digits and `_` are allowed"
        case .set:
            "`\(name)` is no name of a set: only letters, digits, `_`, `-` and `.` are allowed"
        }
    }
}

/// An error of the operating system, by its own words.
struct SystemError: Error, CustomStringConvertible {
    var code: Int32

    var description: String { String(cString: strerror(code)) }
}

extension StoreError {
    init(fromSystem code: Int32, _ subject: String) {
        let reason: Reason =
            switch code {
            case ENOSPC, EDQUOT: .diskFull
            case EACCES, EPERM, EROFS, ENOTDIR, ENOENT, ELOOP: .notAllowed
            default: .failed
            }
        self.init(reason, subject, cause: SystemError(code: code))
    }

    /// Names what a call of SQLite ran into, where `path` is the store's file.
    init(_ error: any Error, path: String, busyLimit: Int) {
        if let error = error as? StoreError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.failed, path, cause: error)
            return
        }
        let reason: Reason =
            switch error.resultCode {
            case .SQLITE_FULL: .diskFull
            // What SQLite says of the file beside the log that cannot grow.
            case .SQLITE_IOERR where Self.hasNoRoom(beside: path): .diskFull
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: .damaged
            case .SQLITE_BUSY, .SQLITE_LOCKED: .busy(seconds: busyLimit)
            case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: .notAllowed
            case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_TOOBIG: .refused
            default: .failed
            }
        self.init(reason, path, cause: error)
    }

    private static func hasNoRoom(beside path: String) -> Bool {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0 else { return false }
        return UInt(facts.f_bavail) * UInt(facts.f_frsize) < 1 << 16
    }
}
