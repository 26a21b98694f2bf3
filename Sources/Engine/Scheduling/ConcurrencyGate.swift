import Crypto
import Foundation
import Store
import Synchronization
import Workflows

/// The queue of a concurrency group, across all processes of one `$FLOWRUN_HOME`.
///
/// A group is a folder: its `running` file is locked by the one that runs, and each that waits has a ticket named by its
/// time. A newcomer of a `single` queue removes the tickets of those who wait; who finds its ticket gone is cancelled.
/// Locks and tickets of a process that dies are free at once, since both are held by `flock`.
final class ConcurrencyGate: Sendable {
    /// How many wait in a `queue: max`; those who come then are cancelled, as on GitHub.
    static let mostWaiting = 100
    static let fullReason = "\(mostWaiting) wait for its concurrency group already"

    /// Tells tickets of one process apart that were drawn at the same time.
    private static let drawn = Atomic<UInt32>(0)

    private let folder: String
    private let running: Int32

    private init(folder: String, running: Int32) {
        self.folder = folder
        self.running = running
    }

    enum Entry: Sendable {
        case entered(ConcurrencyGate)
        /// A newcomer took the place in the queue.
        case replaced
        /// No place in the queue was free.
        case full
    }

    struct Request: Sendable {
        var group: String
        var repository: String
        var cancelsInProgress: Bool
        /// Whether those who wait already keep their places (`queue: max`).
        var keepsQueue: Bool

        init(group: String, repository: String, cancelsInProgress: Bool, keepsQueue: Bool) {
            self.group = group
            self.repository = repository
            self.cancelsInProgress = cancelsInProgress
            self.keepsQueue = keepsQueue
        }

        /// - Parameter repository: Its path on this machine: groups of different repositories do not meet.
        init(_ wanted: EvaluatedConcurrency, repository: String) {
            self.init(
                group: wanted.group,
                repository: repository,
                cancelsInProgress: wanted.cancelsInProgress,
                keepsQueue: wanted.queue == .max
            )
        }
    }

    /// Waits until the group is free.
    ///
    /// `isWanted` is asked while it waits; `false` gives the place up.
    static func enter(
        _ request: Request,
        home: FlowrunHome,
        isWanted: @Sendable () async -> Bool
    ) async throws -> Entry {
        let name = SHA256.hash(data: Data("\(request.repository)\n\(request.group.lowercased())".utf8))
            .prefix(16).hex
        let folder = "\(home.path)/concurrency/\(name)"
        try JobFolders.make(folder)
        let running = open("\(folder)/running", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard running >= 0 else { throw FolderError(path: folder, reason: String(cString: strerror(errno))) }
        if flock(running, LOCK_EX | LOCK_NB) == 0 {
            return .entered(ConcurrencyGate(folder: folder, running: running))
        }

        if !request.keepsQueue {
            for ticket in try tickets(in: folder) { unlink("\(folder)/\(ticket)") }
        } else if try tickets(in: folder).count(where: { isHeld($0, in: folder) }) >= mostWaiting {
            close(running)
            return .full
        }
        let ticket = String(
            format: "%020llu-%010u-%d",
            UInt64(Date().timeIntervalSince1970 * 1e6),
            drawn.wrappingAdd(1, ordering: .relaxed).newValue,
            getpid()
        )
        let path = "\(folder)/\(ticket)"
        let held = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard held >= 0, flock(held, LOCK_EX | LOCK_NB) == 0 else {
            close(running)
            throw FolderError(path: path, reason: String(cString: strerror(errno)))
        }
        defer {
            unlink(path)
            close(held)
        }
        if request.cancelsInProgress {
            close(open("\(folder)/cancel", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
        }
        while true {
            guard FileManager.default.fileExists(atPath: path) else {
                close(running)
                return .replaced
            }
            guard await isWanted() else {
                close(running)
                return .replaced
            }
            if try isFirst(ticket, in: folder), flock(running, LOCK_EX | LOCK_NB) == 0 {
                unlink("\(folder)/cancel")
                return .entered(ConcurrencyGate(folder: folder, running: running))
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Whether a newcomer wants the running one to end (`cancel-in-progress`).
    var isAskedToCancel: Bool { FileManager.default.fileExists(atPath: "\(folder)/cancel") }

    /// Calls `cancel` once when a newcomer wants the running one to end.
    func watch(_ cancel: @escaping @Sendable () async -> Void) -> Task<Void, any Error> {
        Task {
            while !isAskedToCancel { try await Task.sleep(for: .milliseconds(100)) }
            await cancel()
        }
    }

    func leave() {
        unlink("\(folder)/cancel")
        close(running)
    }

    private static func tickets(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.first?.isNumber ?? false }
            .sorted()
    }

    private static func isFirst(_ own: String, in folder: String) throws -> Bool {
        try !tickets(in: folder).contains { $0 < own && isHeld($0, in: folder) }
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
