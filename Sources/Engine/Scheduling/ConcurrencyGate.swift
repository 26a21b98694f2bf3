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

    private let folder: String
    private let running: Int32
    private let isHeld = Atomic(true)

    /// - Parameter running: The locked file of the one that runs, which the gate closes.
    init(folder: String, running: Int32) {
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

    /// Where somebody who wants a group stands at first.
    enum Arrival: Sendable {
        case entered(ConcurrencyGate)
        case waiting(ConcurrencyTicket)
        /// No place in the queue was free.
        case full
    }

    /// Waits until the group is free.
    ///
    /// `isWanted` is asked while it waits; `false` gives the place up.
    static func enter(
        _ request: Request,
        home: FlowrunHome,
        isWanted: @Sendable () async -> Bool
    ) async throws -> Entry {
        switch try arrive(request, home: home) {
        case .entered(let gate): .entered(gate)
        case .waiting(let ticket): try await ticket.wait(isWanted: isWanted)
        case .full: .full
        }
    }

    /// Takes the group if it is free, or else a place in its queue: those who arrive later stand behind.
    static func arrive(_ request: Request, home: FlowrunHome) throws -> Arrival {
        let name = SHA256.hash(data: Data("\(request.repository)\n\(request.group.lowercased())".utf8))
            .prefix(16).hex
        let folder = "\(home.path)/concurrency/\(name)"
        try JobFolders.make(folder)
        let running = open("\(folder)/running", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard running >= 0 else { throw FolderError(path: folder, reason: String(cString: strerror(errno))) }
        if flock(running, LOCK_EX | LOCK_NB) == 0 {
            return .entered(ConcurrencyGate(folder: folder, running: running))
        }
        do {
            if !request.keepsQueue {
                for ticket in try ConcurrencyTicket.all(in: folder) { unlink("\(folder)/\(ticket)") }
            } else if try ConcurrencyTicket.waiting(in: folder) >= mostWaiting {
                close(running)
                return .full
            }
            let ticket = try ConcurrencyTicket(in: folder, running: running)
            if request.cancelsInProgress {
                close(open("\(folder)/cancel", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
            }
            return .waiting(ticket)
        } catch {
            close(running)
            throw error
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

    /// Gives the group to the next one.
    func leave() {
        guard isHeld.exchange(false, ordering: .relaxed) else { return }
        unlink("\(folder)/cancel")
        close(running)
    }

    deinit { leave() }
}
