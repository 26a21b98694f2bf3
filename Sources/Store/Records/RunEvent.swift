package import Foundation

/// What happened, said once by the engine; store, console, JSON and reports observe it.
///
/// Of the records in it only what the event is about is to be read: `jobStarted` tells id, key and name,
/// `jobCompleted` the whole job.
package struct RunEvent: Sendable, Codable {
    package var time: Date
    package var runID: Int64
    package var what: What

    package enum What: Sendable, Codable {
        case runStarted(RunRecord)
        /// It waits for something that a person may want to know of; told before it starts, and in no journal.
        case jobWaiting(JobRecord, reason: String)
        case jobStarted(JobRecord)
        case stepStarted(jobID: Int64, StepRecord)
        /// Lines of output, masked, with newlines between them. Kept in the job's raw log, never in its journal.
        case log(jobID: Int64, step: Int, lines: [UInt8])
        case annotation(jobID: Int64, Annotation)
        /// Markdown that a step wrote to `GITHUB_STEP_SUMMARY`, masked.
        case summary(jobID: Int64, step: Int, markdown: String)
        case stepCompleted(jobID: Int64, StepRecord)
        case jobCompleted(JobRecord)
        case runCompleted(RunRecord)
    }

    package init(time: Date, runID: Int64, what: What) {
        self.time = time
        self.runID = runID
        self.what = what
    }
}

/// Something that is told what happens, in order.
///
/// Called by one thread at a time; it must not block for long.
package protocol RunObserver: AnyObject, Sendable {
    func observe(_ event: RunEvent)
}
