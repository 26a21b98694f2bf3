import Foundation
import Store

/// What a job's journal has said so far, as a record.
struct JobHistory {
    private(set) var record: JobRecord
    private let key: String

    init(_ record: JobRecord) {
        self.record = record
        key = record.key
    }

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

    /// How the job ended, where the journal has come to its end; what it pushed is in its result alone.
    var ending: JobEnding? {
        guard record.status == .completed, record.key == key, let conclusion = record.conclusion else {
            return nil
        }
        return JobEnding(
            conclusion: conclusion,
            reason: record.reason,
            outputs: record.outputs.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
            pushed: [],
            record: record
        )
    }

    /// Takes in the steps that a store knows and the journal does not: a loss of power may have taken its end.
    mutating func take(known: JobRecord) {
        for step in known.steps where !record.steps.contains(where: { $0.number == step.number }) {
            record.steps.append(step)
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
