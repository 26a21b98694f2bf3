import Foundation
package import Store

/// Tells what happens in a run that another process runs, from its journals and logs, as that process tells it.
///
/// Not for two threads at a time.
package final class RunFollower {
    private let id: Int64
    private let folder: String
    private let store: Store
    private var isStarted = false
    private var jobs: [Int64: JobFollower] = [:]
    /// Jobs of which all is told; those without a journal were skipped, or taken over from an earlier attempt.
    private var told: Set<Int64> = []
    /// The run as it was when the store was read last, and the moment before that.
    private var known: (run: RunRecord?, mark: StoreMark)?

    package init(run: Int64, store: Store) {
        id = run
        self.store = store
        folder = store.home.run(run)
    }

    /// Whether there is no such run, or not any more.
    package func isGone() throws -> Bool { try current() == nil }

    /// The run as it is now, which is read only where something was written to the store.
    private func current() throws -> RunRecord? {
        // Before the run: what is written meanwhile is seen the next time.
        let mark = try store.mark()
        if let known, known.mark == mark { return known.run }
        let run = try store.run(id)
        known = (run, mark)
        return run
    }

    /// Tells what has come since the last call.
    ///
    /// - Returns: The run, once it has ended and all of it is told.
    package func advance(_ tell: (RunEvent) -> Void) throws -> RunRecord? {
        // Looked at first: all that its jobs have to say is there before a run is completed.
        guard let run = try current() else { return nil }
        if !isStarted, run.status != .queued {
            isStarted = true
            tell(RunEvent(time: run.startedAt ?? run.createdAt, runID: id, what: .runStarted(run)))
        }
        for job in run.jobs where !told.contains(job.id) {
            if let follower = jobs[job.id] {
                try advance(follower, of: job, tell)
            } else if access("\(folder)/\(job.id).journal", F_OK) == 0 {
                let follower = JobFollower(id: job.id, run: id, folder: folder)
                jobs[job.id] = follower
                try advance(follower, of: job, tell)
            } else if job.status == .completed {
                told.insert(job.id)
                tell(RunEvent(time: job.completedAt ?? Date(), runID: id, what: .jobCompleted(job)))
            }
        }
        guard run.status == .completed else { return nil }
        tell(RunEvent(time: run.completedAt ?? Date(), runID: id, what: .runCompleted(run)))
        return run
    }

    /// Lets go of the files of a job that has ended.
    private func advance(_ follower: JobFollower, of job: JobRecord, _ tell: (RunEvent) -> Void) throws {
        guard try follower.advance(tell) else { return }
        jobs[job.id] = nil
        told.insert(job.id)
    }
}

/// One job of it.
private final class JobFollower {
    private let id: Int64
    private let run: Int64
    private let folder: String
    private let journal: JournalReader
    private var log: LogTail
    /// The step that writes into the job's log.
    private var current: Int?
    /// The logs of steps that run beside others.
    private var own: [Int: LogTail] = [:]

    init(id: Int64, run: Int64, folder: String) {
        self.id = id
        self.run = run
        self.folder = folder
        journal = JournalReader("\(folder)/\(id).journal")
        log = LogTail("\(folder)/\(FlowrunHome.logName(job: id))")
    }

    /// - Returns: Whether the job has ended and all of it is told.
    func advance(_ tell: (RunEvent) -> Void) throws -> Bool {
        var hasEnded = false
        // A step is in the journal before its first line is in the log, so that every byte up to here has its step.
        let size = log.size()
        let sizes = own.mapValues { tail in
            var tail = tail
            return tail.size()
        }
        for event in try journal.next() {
            switch event.what {
            case .stepStarted(_, let step): begin(step, tell)
            case .stepCompleted(_, let step): end(step, tell)
            case .jobCompleted: hasEnded = true
            default: break
            }
            tell(event)
        }
        if let current { log.read(to: size, isEnd: false) { tell(lines($0, of: current)) } }
        for (step, size) in sizes { own[step]?.read(to: size, isEnd: false) { tell(lines($0, of: step)) } }
        return hasEnded
    }

    private func begin(_ step: StepRecord, _ tell: (RunEvent) -> Void) {
        guard step.logOffset != nil else {
            own[step.number] = LogTail("\(folder)/\(FlowrunHome.logName(job: id, step: step.number))")
            return
        }
        current = step.number
    }

    private func end(_ step: StepRecord, _ tell: (RunEvent) -> Void) {
        if var tail = own.removeValue(forKey: step.number) {
            tail.read(to: .max, isEnd: true) { tell(lines($0, of: step.number)) }
        } else if let offset = step.logOffset {
            log.read(to: offset + (step.logLength ?? 0), isEnd: true) { tell(lines($0, of: step.number)) }
            if current == step.number { current = nil }
        }
    }

    private func lines(_ bytes: [UInt8], of step: Int) -> RunEvent {
        RunEvent(time: Date(), runID: run, what: .log(jobID: id, step: step, lines: bytes))
    }
}
