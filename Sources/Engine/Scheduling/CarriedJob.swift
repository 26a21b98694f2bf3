import Foundation
package import Store

/// A job of an earlier attempt that is not run again: the new one takes over how it ended, its outputs and its log.
package struct CarriedJob: Sendable {
    /// As the earlier attempt left it.
    package var record: JobRecord
    /// The number of that attempt.
    package var attempt: Int
    package var summaries: [(step: Int, markdown: String)]

    package init(record: JobRecord, attempt: Int, summaries: [(step: Int, markdown: String)]) {
        self.record = record
        self.attempt = attempt
        self.summaries = summaries
    }
}

extension RunScheduler {
    /// Whether any job has run, here or below.
    var hasRunAnything: Bool { !fresh.isEmpty }

    /// What an earlier attempt has of a row, unless the row depends on something that has run anew.
    func carried(_ start: RowStart) -> CarriedJob? {
        guard !start.mustRun else { return nil }
        return order.carried.first { $0.record.key == start.row.key && $0.record.name == start.row.name }
    }

    /// Ends a row as it ended before.
    func carry(_ carried: CarriedJob, for start: RowStart) throws -> JobEnding {
        guard let id = start.id else { preconditionFailure("a row that runs steps has a place in the store") }
        var record = carried.record
        record.id = id
        record.runID = order.facts.runID
        record.status = .completed
        record.reason = "kept from attempt \(carried.attempt)"
        try linkLogs(of: carried.record, to: record)
        for (step, markdown) in carried.summaries {
            tell(.summary(jobID: id, step: step, markdown: markdown))
        }
        tell(.jobCompleted(record))
        records.append(record)
        let outputs = record.outputs.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        order.outputs.add(outputs)
        return JobEnding(
            conclusion: record.conclusion ?? .success,
            reason: record.reason,
            outputs: outputs,
            pushed: [],
            record: record
        )
    }

    /// Logs are never written again: both attempts can have the same file.
    private func linkLogs(of old: JobRecord, to new: JobRecord) throws {
        let from = services.home.run(old.runID)
        let to = services.home.run(new.runID)
        try JobFolders.make(to)
        let prefix = "\(old.id)."
        for name in FolderNames.of(from) ?? [] where name.hasPrefix(prefix) && name.hasSuffix(".log") {
            let path = "\(to)/\(new.id).\(name.dropFirst(prefix.count))"
            guard link("\(from)/\(name)", path) != 0 else { continue }
            try FileManager.default.copyItem(atPath: "\(from)/\(name)", toPath: path)
        }
    }
}
