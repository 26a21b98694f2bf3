import Foundation
import Store

/// What a job's journal has said so far, as a record.
struct JobHistory {
    private(set) var record: JobRecord

    init(_ record: JobRecord) { self.record = record }

    mutating func take(_ event: RunEvent) {
        switch event.what {
        case .jobStarted(let job):
            record.startedAt = job.startedAt
            record.status = .inProgress
        case .stepStarted(_, let step), .stepCompleted(_, let step):
            if let index = record.steps.firstIndex(where: { $0.number == step.number }) {
                record.steps[index] = step
            } else {
                record.steps.append(step)
            }
        case .annotation(_, let annotation): record.annotations.append(annotation)
        case .jobCompleted(let job): record = job
        case .runStarted, .runCompleted, .jobWaiting, .log, .summary: break
        }
    }

    /// The record of the job where it went no further: what ran failed, for the reason given.
    func lost(because reason: String, saying words: String) -> JobRecord {
        var lost = record
        let now = Date()
        lost.status = .completed
        lost.conclusion = .failure
        lost.reason = reason
        lost.completedAt = now
        for index in lost.steps.indices where lost.steps[index].status != .completed {
            lost.steps[index].status = .completed
            lost.steps[index].outcome = .failure
            lost.steps[index].conclusion = .failure
            lost.steps[index].completedAt = now
        }
        lost.steps.sort { $0.number < $1.number }
        let message =
            words.isEmpty
            ? "the job's worker has ended: \(reason)" : "the job's worker has ended: \(reason): \(words)"
        lost.annotations.append(Annotation(level: .error, message: message))
        return lost
    }
}
