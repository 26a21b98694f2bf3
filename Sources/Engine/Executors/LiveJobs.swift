import Foundation
import Synchronization

/// The jobs that run in this process, for what one of them leaves behind without any mark of whose it is.
///
/// A daemon that has cleared its environment and left its session and folder falls to this process as an orphan. While
/// other jobs run it could be theirs, so it is left alone; the last of jobs that overlapped in time ends it, as it is
/// somebody's of them. What was there before the first of them began is nobody's.
final class LiveJobs: Sendable {
    static let shared = LiveJobs()

    /// A time in which there always was a job.
    struct Era: Sendable, Equatable {
        fileprivate var number = 0
        /// In ticks of the clock that process tables use.
        fileprivate(set) var start: Int64 = 0
    }

    private struct State {
        var live = 0
        var era = Era()
    }

    private let state = Mutex(State())

    func began() {
        let now = ProcessTable.ticks
        state.withLock {
            if $0.live == 0 { $0.era = Era(number: $0.era.number + 1, start: now) }
            $0.live += 1
        }
    }

    /// - Returns: The era that has ended with this job, if it was the last one.
    func ended() -> Era? {
        state.withLock {
            $0.live -= 1
            return $0.live == 0 ? $0.era : nil
        }
    }

    /// When processes that were started in an era are to be told from those of the next, if there is one by now.
    func end(of era: Era) -> Int64 {
        state.withLock {
            if $0.era == era { return .max }
            // Of more than one that has begun since, only the last one's start is known.
            return $0.era.number == era.number + 1 ? $0.era.start : 0
        }
    }
}
