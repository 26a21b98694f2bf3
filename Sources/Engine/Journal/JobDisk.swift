import Dispatch
import Foundation
import Synchronization

/// Brings what a job has written to the disk: first its log, then the journal that speaks of it.
///
/// The ends of steps are synced while the next ones run, a few times a second, so that a step costs no wait for the disk;
/// the end of the job waits for all of it. What a loss of power can take is the last moments, which is told by the
/// journal's last frame and the log's length.
final class JobDisk: Sendable {
    private struct State {
        var isDirty = false
        var isSyncing = false
        var isFinished = false
        var lastSync: ContinuousClock.Instant?
        var fault: Int32?
    }

    private static let pause = Duration.milliseconds(250)

    private let log: Int32
    private let journal: Int32
    private let queue = DispatchQueue(label: "flowrun.job-disk")
    private let state = Mutex(State())

    /// - Parameters:
    ///   - log: The descriptor of the job's log, open as long as this is used.
    ///   - journal: That of its journal, likewise.
    init(log: Int32, journal: Int32) {
        self.log = log
        self.journal = journal
    }

    /// Something was written that is to be on the disk soon.
    func mark() { state.withLock { $0.isDirty = true } }

    /// Syncs what was marked, at once or soon, while the caller goes on.
    func sync() {
        let wait = state.withLock { state -> Duration? in
            guard state.isDirty, !state.isSyncing else { return nil }
            state.isSyncing = true
            return state.lastSync.map { max(.zero, Self.pause - (ContinuousClock.now - $0)) } ?? .zero
        }
        guard let wait else { return }
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(wait / .milliseconds(1)))) { self.work() }
    }

    /// Waits until another file of the job is on the disk.
    func sync(_ descriptor: Int32) {
        if fdatasync(descriptor) != 0 { note(errno) }
    }

    /// Waits until all that was written is on the disk.
    ///
    /// - Returns: The number of the first error there was, also in the syncs before.
    func finish() -> Int32? {
        queue.sync { write() }
        return state.withLock { state in
            state.isFinished = true
            return state.fault
        }
    }

    private func work() {
        // The files of a job that has ended are closed.
        let isLate = state.withLock { state in
            state.isSyncing = false
            return state.isFinished
        }
        if !isLate { write() }
    }

    /// Runs on the queue only.
    private func write() {
        state.withLock { state in
            state.isDirty = false
            state.lastSync = .now
        }
        sync(log)
        sync(journal)
    }

    private func note(_ fault: Int32) { state.withLock { $0.fault = $0.fault ?? fault } }
}
