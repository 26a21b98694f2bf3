import Foundation
import Synchronization

/// Room on the store's disk that a daemon keeps for the runs that go on.
///
/// It is a file that holds nothing. Once little else is free it is given up, and no new work is begun until there is
/// enough to keep it anew: so what comes of the jobs that run can still be written on a disk that others have filled.
package final class StoreReserve: Sendable {
    /// In bytes.
    private static let size: UInt64 = 8 << 20
    /// With less than this beside the reserve, in bytes, the disk counts as full.
    private static let least: UInt64 = 2 << 20

    private let folder: String
    private let path: String
    private let isKept: Mutex<Bool>

    package init(_ home: FlowrunHome) {
        folder = home.store
        path = home.store + "/reserve"
        var status = stat()
        let isWhole = stat(path, &status) == 0 && UInt64(status.st_blocks) * 512 >= Self.size
        isKept = Mutex(isWhole)
    }

    /// Looks at the disk, and gives up the reserve or keeps it anew as there is room.
    ///
    /// - Returns: Why no new work is to be begun; nil where there is room for it.
    package func shortage() -> String? {
        var system = statvfs()
        // A disk that cannot even be asked says what is wrong when it is written to.
        guard statvfs(folder, &system) == 0 else { return nil }
        let free = UInt64(system.f_bavail) * UInt64(system.f_frsize)
        let hasRoom = isKept.withLock { isKept in
            if isKept, access(path, F_OK) == 0 {
                guard free < Self.least else { return true }
                unlink(path)
                isKept = false
                return false
            }
            isKept = free >= Self.size + Self.least && keep()
            return isKept
        }
        if hasRoom { return nil }
        let wanted = (Self.size + Self.least) >> 20
        return "the disk of `\(folder)` is full: nothing new is begun until \(wanted) MB are free there"
    }

    /// Gives up the reserve, for one who found the disk full.
    ///
    /// - Returns: Whether there was one.
    package func giveUp() -> Bool {
        isKept.withLock { isKept in
            isKept = false
            return unlink(path) == 0
        }
    }

    /// Takes the room, block by block: a file with holes would keep none.
    private func keep() -> Bool {
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        // What may not be written here at all is said by the store itself.
        guard file >= 0 else { return errno != ENOSPC && errno != EDQUOT }
        defer { close(file) }
        if posix_fallocate(file, 0, off_t(Self.size)) == 0 { return true }
        unlink(path)
        return false
    }
}
