import Foundation
import Store
import Synchronization

/// Says what happens in one job: into its journal first, then to the observers; lines go into the raw log.
final class JobRecorder: Sendable {
    /// The job's log, which its steps write into one after the other.
    private let log: JobLog
    /// The logs of steps that run beside others.
    private let ownLogs = Mutex<[(step: Int, log: JobLog)]>([])
    private let folder: String
    private let runID: Int64
    private let jobID: Int64
    private let hub: EventHub
    private let journal: Mutex<Journal>
    private let journalPath: String
    private let disk: JobDisk
    private let record: Mutex<JobRecord>
    /// The first fault of the journal: what cannot be recorded must not look as if it were.
    private let fault = Mutex<JournalError?>(nil)

    init(runID: Int64, record: JobRecord, folder: String, hub: EventHub) throws {
        self.runID = runID
        jobID = record.id
        self.hub = hub
        self.folder = folder
        self.record = Mutex(record)
        log = try JobLog(creating: "\(folder)/\(FlowrunHome.logName(job: record.id))")
        let journal = try Journal(creating: "\(folder)/\(record.id).journal")
        journalPath = journal.path
        disk = JobDisk(log: log.descriptor, journal: journal.descriptor)
        self.journal = Mutex(journal)
    }

    /// Where a step writes: the job's log, unless it has one of its own.
    func log(of step: Int) -> JobLog {
        ownLogs.withLock { logs in logs.first { $0.step == step }?.log } ?? log
    }

    /// Gives a step that runs beside others a log of its own, so that each is whole.
    func openLog(of step: Int) throws(FolderError) {
        let own = try JobLog(creating: "\(folder)/\(FlowrunHome.logName(job: jobID, step: step))")
        ownLogs.withLock { $0.append((step, own)) }
    }

    /// The files of all its logs, with all that was written so far.
    func flushedLogs() -> [String] {
        let own = ownLogs.withLock { $0 }
        for log in own.map(\.log) + [log] { log.flush() }
        return [FlowrunHome.logName(job: jobID)].map { "\(folder)/\($0)" }
            + own.map { "\(folder)/\(FlowrunHome.logName(job: jobID, step: $0.step))" }
    }

    /// Where the next line of a step will be in the job's log; nil where it has its own.
    func logOffset(of step: Int) -> Int? {
        let own = log(of: step)
        return own === log ? own.offset : nil
    }

    func jobStarted(at time: Date) {
        let started = record.withLock { record in
            record.status = .inProgress
            record.startedAt = time
            return record
        }
        tell(.jobStarted(started), at: time)
    }

    func stepStarted(_ step: StepRecord) {
        tell(.stepStarted(jobID: jobID, step), at: step.startedAt ?? Date())
        // What the steps before have left goes to the disk beside this one.
        disk.sync()
    }

    /// A line of the engine's own: it is stored and then told.
    func line(_ bytes: [UInt8], step: Int) {
        let log = log(of: step)
        log.append(bytes)
        log.flush()
        tell(lines: bytes, step: step)
    }

    /// Tells the observers lines that the log has already, with newlines between them.
    func tell(lines: [UInt8], step: Int) {
        hub.tell(RunEvent(time: Date(), runID: runID, what: .log(jobID: jobID, step: step, lines: lines)))
    }

    func annotation(_ annotation: Annotation) {
        record.withLock { $0.annotations.append(annotation) }
        tell(.annotation(jobID: jobID, annotation), at: Date())
    }

    func summary(_ markdown: String, step: Int) {
        tell(.summary(jobID: jobID, step: step, markdown: markdown), at: Date())
    }

    func stepCompleted(_ step: StepRecord) {
        let log = log(of: step.number)
        log.flush()
        if log !== self.log { disk.sync(log.descriptor) }
        record.withLock { $0.steps.append(step) }
        tell(.stepCompleted(jobID: jobID, step), at: step.completedAt ?? Date())
        disk.mark()
    }

    /// - Returns: The whole job, and what kept the journal from being whole, so that the job does not count as done.
    func jobCompleted(
        _ conclusion: Conclusion,
        reason: String?,
        outputs: [(name: String, value: String)]
    ) -> (record: JobRecord, fault: JournalError?) {
        log.flush()
        let completed = record.withLock { record in
            record.status = .completed
            record.conclusion = conclusion
            record.reason = reason
            record.completedAt = Date()
            // Those that ran beside others have ended in any order.
            record.steps.sort { $0.number < $1.number }
            record.outputs = Dictionary(outputs.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
            return record
        }
        tell(.jobCompleted(completed), at: completed.completedAt ?? Date(), isLast: true)
        return (completed, fault.withLock { $0 })
    }

    /// - Parameter isLast: All of the job is on the disk before anybody is told.
    private func tell(_ what: RunEvent.What, at time: Date, isLast: Bool = false) {
        let event = RunEvent(time: time, runID: runID, what: what)
        do throws(JournalError) {
            try journal.withLock { journal throws(JournalError) in
                try journal.append(event)
            }
            if isLast, let fault = disk.finish() {
                throw JournalError(
                    path: journalPath,
                    reason: "cannot sync: \(String(cString: strerror(fault)))"
                )
            }
        } catch {
            fault.withLock { $0 = $0 ?? error }
        }
        hub.tell(event)
    }
}
