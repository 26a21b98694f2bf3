import Dispatch
import Foundation
import Synchronization

/// Brings what a job has written to the disk: first its log, then the journal that speaks of it.
///
/// The end of a step is synced while the next step runs, on a thread of its own, so that a step costs no wait for the disk;
/// the end of the job waits for all of it. What a loss of power can take is the end of a step or two, which is told by
/// the journal's last frame and the log's length.
final class JobDisk: Sendable {
    private struct State {
        var isDirty = false
        var isSyncing = false
        var fault: Int32?
    }

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

    /// Syncs what was marked, while the caller goes on.
    func sync() {
        let isToStart = state.withLock { state in
            guard state.isDirty, !state.isSyncing else { return false }
            state.isSyncing = true
            return true
        }
        if isToStart { queue.async { self.work() } }
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
        return state.withLock { $0.fault }
    }

    private func work() {
        while true {
            let isDone = state.withLock { state in
                state.isSyncing = state.isDirty
                return !state.isDirty
            }
            if isDone { return }
            write()
        }
    }

    /// Runs on the queue only.
    private func write() {
        state.withLock { $0.isDirty = false }
        sync(log)
        sync(journal)
    }

    private func note(_ fault: Int32) { state.withLock { $0.fault = $0.fault ?? fault } }
}
