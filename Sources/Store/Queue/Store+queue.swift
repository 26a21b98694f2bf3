package import Foundation
import GRDB

/// A run of the daemon that has not ended.
package struct QueuedRun: Sendable {
    package var record: RunRecord
    package var priority: Int
    /// The event that made it, where one did.
    package var eventID: Int64?
    /// What the person who asked for it has settled, as JSON.
    package var choices: String?
}

extension Store {
    /// The daemon's runs that have not ended: the most urgent first, of those the oldest.
    package func queuedRuns(limit: Int = 1000) throws(StoreError) -> [QueuedRun] {
        let rows = try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT \(RunRow.columns), priority, event_id, choices FROM runs
                    WHERE priority IS NOT NULL AND status <> 'completed' ORDER BY priority DESC, id LIMIT ?
                    """,
                arguments: [limit]
            ).map {
                (try RunRow.run($0), $0["priority"] as Int, $0["event_id"] as Int64?, $0["choices"] as Data?)
            }
        }
        var runs: [QueuedRun] = []
        for (record, priority, event, sealed) in rows {
            let choices = try sealed.map { data throws(StoreError) in try unseal(data, purpose: "choices") }
            runs.append(QueuedRun(record: record, priority: priority, eventID: event, choices: choices))
        }
        return runs
    }

    /// Ends a run of the daemon that has not begun, as cancelled.
    ///
    /// - Returns: Whether it was one.
    package func cancelQueued(run: Int64, reason: String, at time: Date = Date()) throws(StoreError) -> Bool {
        try write { db in
            try db.execute(
                sql: """
                    UPDATE runs SET status = 'completed', conclusion = 'cancelled', reason = ?, completed_at = ?
                    WHERE id = ? AND priority IS NOT NULL AND status = 'queued'
                    """,
                arguments: [reason, time.milliseconds, run]
            )
            return db.changesCount == 1
        }
    }

    /// How many runs of the daemon wait, and how many go on.
    package func queueDepth() throws(StoreError) -> (queued: Int, running: Int) {
        try read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT COUNT(*) FILTER (WHERE status = 'queued') AS queued,
                        COUNT(*) FILTER (WHERE status = 'in_progress') AS running
                    FROM runs WHERE priority IS NOT NULL AND status <> 'completed'
                    """
            )
            return (row?["queued"] ?? 0, row?["running"] ?? 0)
        }
    }

    /// Makes a run's jobs as `allocateJobs` does, but for those that are there already: each of these is given again, in
    /// the order in which it was made.
    package func allocateJobsAgain(runID: Int64, _ jobs: [NewJob]) throws(StoreError) -> [Int64] {
        let existing = try read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT id, key, name FROM jobs WHERE run_id = ? ORDER BY id",
                arguments: [runID]
            ).map { (id: $0["id"] as Int64, key: $0["key"] as String, name: $0["name"] as String) }
        }
        var left = existing
        var ids: [Int64?] = jobs.map { job in
            guard let index = left.firstIndex(where: { $0.key == job.key && $0.name == job.name }) else {
                return nil
            }
            return left.remove(at: index).id
        }
        let missing = zip(jobs, ids).filter { $0.1 == nil }.map(\.0)
        guard !missing.isEmpty else { return ids.compactMap { $0 } }
        var made = try allocateJobs(runID: runID, missing)[...]
        for index in ids.indices where ids[index] == nil { ids[index] = made.popFirst() }
        return ids.compactMap { $0 }
    }
}
