import Foundation
import Synchronization

/// A place in the queue of a concurrency group: a file in its folder, locked by the one who waits.
///
/// It is given back once the waiting is over, or with the object.
final class ConcurrencyTicket: Sendable {
    /// Tells tickets of one process apart that were drawn at the same time.
    private static let drawn = Atomic<UInt32>(0)

    private struct Files {
        /// The ticket's own.
        var ticket: Int32
        /// What the one that runs has locked; absent once it has been handed on.
        var running: Int32?
    }

    private let folder: String
    private let name: String
    private let files: Mutex<Files?>

    /// - Parameter running: The file that the one that runs has locked; it is the ticket's from then on.
    init(in folder: String, running: Int32) throws {
        let name = String(
            format: "%020llu-%010u-%d",
            UInt64(Date().timeIntervalSince1970 * 1e6),
            Self.drawn.wrappingAdd(1, ordering: .relaxed).newValue,
            getpid()
        )
        let path = "\(folder)/\(name)"
        let ticket = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard ticket >= 0, flock(ticket, LOCK_EX | LOCK_NB) == 0 else {
            throw FolderError(path: path, reason: String(cString: strerror(errno)))
        }
        self.folder = folder
        self.name = name
        files = Mutex(Files(ticket: ticket, running: running))
    }

    deinit { giveBack() }

    /// Waits until those in front are gone and the group is free, as long as `isWanted`.
    func wait(isWanted: @Sendable () async -> Bool) async throws -> ConcurrencyGate.Entry {
        defer { giveBack() }
        while true {
            guard FileManager.default.fileExists(atPath: "\(folder)/\(name)") else { return .replaced }
            guard await isWanted() else { return .replaced }
            if try isFirst(), let gate = enter() { return .entered(gate) }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func enter() -> ConcurrencyGate? {
        files.withLock { files in
            guard let running = files?.running, flock(running, LOCK_EX | LOCK_NB) == 0 else { return nil }
            files?.running = nil
            unlink("\(folder)/cancel")
            return ConcurrencyGate(folder: folder, running: running)
        }
    }

    private func giveBack() {
        files.withLock { files in
            guard let open = files else { return }
            files = nil
            unlink("\(folder)/\(name)")
            close(open.ticket)
            if let running = open.running { close(running) }
        }
    }

    private func isFirst() throws -> Bool {
        try !Self.all(in: folder).contains { $0 < name && Self.isHeld($0, in: folder) }
    }

    // MARK: A group's tickets

    /// The names of all tickets, in the order in which they were drawn.
    static func all(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.first?.isNumber ?? false }
            .sorted()
    }

    /// How many wait.
    static func waiting(in folder: String) throws -> Int {
        try all(in: folder).count { isHeld($0, in: folder) }
    }

    /// Whether somebody waits with a ticket; one whose owner is gone is removed, as nobody holds its lock.
    private static func isHeld(_ ticket: String, in folder: String) -> Bool {
        let descriptor = open("\(folder)/\(ticket)", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0 { return true }
        unlink("\(folder)/\(ticket)")
        return false
    }
}
