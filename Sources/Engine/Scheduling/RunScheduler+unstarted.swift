import Foundation
import Store
import Workflows
import YAML

/// Jobs and rows that end without having run: they have a record all the same, which no journal holds.
extension RunScheduler {
    func end(
        _ job: Job,
        as conclusion: Conclusion,
        reason: String? = nil,
        annotation: Annotation? = nil
    ) throws {
        let name = JobName.of(
            id: job.id,
            given: try? job.name?.evaluate(in: jobScope(job)),
            isExpression: false,
            row: nil
        )
        let record = try tell(
            key: order.callers.key(of: job.id),
            name: order.callers.name(name),
            conclusion,
            reason: reason ?? (conclusion == .cancelled ? cancelReason : nil),
            annotation: annotation
        )
        records.append(record)
        conclusions.append(conclusion)
        machine.end(job.id, RunMachine.Ending(result: conclusion, outputs: []))
    }

    func end(_ job: Job, failingWith message: String) throws {
        try end(job, as: .failure, reason: message, annotation: Annotation(level: .error, message: message))
    }

    /// A row that was not started, because the run was cancelled or for the reason given.
    func cancelled(_ start: RowStart, reason: String) throws -> JobEnding {
        try ending(of: start, .cancelled, reason: cancelReason ?? reason)
    }

    /// A row that calls a workflow, and could not.
    func failed(_ start: RowStart, with error: any Error) throws -> JobEnding {
        guard let fault = error as? Diagnostic else {
            let annotation = Annotation(level: .error, message: "\(error)")
            return try ending(of: start, .failure, reason: "\(error)", annotation: annotation)
        }
        let advice = fault.hint.map { "; \($0)" } ?? ""
        let message = fault.message + advice
        let place = fault.location
        let annotation = Annotation(
            level: .error,
            message: message,
            file: place.file,
            line: place.line,
            column: place.column
        )
        return try ending(of: start, .failure, reason: "\(place): \(message)", annotation: annotation)
    }

    func ending(
        of start: RowStart,
        _ conclusion: Conclusion,
        reason: String,
        annotation: Annotation? = nil
    ) throws -> JobEnding {
        let record = try tell(
            id: start.id,
            key: start.row.key,
            name: start.row.name,
            conclusion,
            reason: reason,
            annotation: annotation
        )
        records.append(record)
        return JobEnding(conclusion: conclusion, reason: reason, outputs: [], pushed: [])
    }

    private func tell(
        id: Int64? = nil,
        key: String,
        name: String,
        _ conclusion: Conclusion,
        reason: String?,
        annotation: Annotation?
    ) throws -> JobRecord {
        guard let id = try id ?? allocate([(key, name)]).first else {
            preconditionFailure("the store gives an id for each job that it is asked for")
        }
        var record = JobRecord(id: id, runID: order.facts.runID, key: key, name: name)
        record.status = .completed
        record.conclusion = conclusion
        record.reason = reason
        record.completedAt = Date()
        if let annotation {
            record.annotations = [annotation]
            tell(.annotation(jobID: id, annotation))
        }
        tell(.jobCompleted(record))
        return record
    }

    func tell(_ what: RunEvent.What) {
        services.hub.tell(RunEvent(time: Date(), runID: order.facts.runID, what: what))
    }
}
