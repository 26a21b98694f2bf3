package import Foundation
import GRDB

/// What a forge is to be told of a run.
package struct OwedStatus: Sendable {
    package enum State: String, Sendable { case pending, success, failure, error }

    package var runID: Int64
    /// The kind of forge that the run's event came from.
    package var forge: String
    package var state: State
    /// How often it was tried.
    package var attempts: Int
}

/// Statuses that go back to the forge: one row a run, with the newest state.
extension Store {
    /// A later state takes the place of one that was not told yet.
    package func oweStatus(
        _ state: OwedStatus.State,
        of run: Int64,
        to forge: String,
        at time: Date = Date()
    ) throws(StoreError) {
        try write { db in
            try db.execute(
                sql: """
                    INSERT INTO statuses (run_id, forge, state, next_at, tells_jobs) VALUES (?, ?, ?, ?, 1)
                    ON CONFLICT DO UPDATE SET state = excluded.state, attempts = 0, next_at = excluded.next_at, reason = NULL
                    WHERE state <> excluded.state
                    """,
                arguments: [run, forge, state.rawValue, time.milliseconds]
            )
        }
    }

    /// A forge that was told of a run is told of its next attempt.
    static func oweStatus(_ db: Database, ofAttempt id: Int64, after earlier: Int64, _ run: NewRun) throws {
        try db.run(
            """
            INSERT INTO statuses (run_id, forge, state, next_at, tells_jobs)
            SELECT ?, forge, 'pending', ?, 1 FROM statuses WHERE run_id = ?
            """,
            [id, run.createdAt.milliseconds, earlier]
        )
    }

    /// Runs of which a forge is to be told by now, of themselves or of a job; oldest first.
    package func runsToTell(at time: Date = Date()) throws(StoreError) -> [(id: Int64, repository: String)] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT id, repository FROM runs WHERE id IN (
                        SELECT run_id FROM statuses WHERE next_at <= ?
                        UNION SELECT statuses.run_id FROM \(Self.untoldJobs)
                    ) ORDER BY id LIMIT 200
                    """,
                arguments: [time.milliseconds, time.milliseconds]
            ).map { ($0["id"], $0["repository"]) }
        }
    }

    /// What a forge is to be told of a run by now.
    package func owedStatus(of run: Int64, at time: Date = Date()) throws(StoreError) -> OwedStatus? {
        try read { db in
            try Row.fetchOne(
                db,
                sql: "SELECT * FROM statuses WHERE run_id = ? AND next_at <= ?",
                arguments: [run, time.milliseconds]
            ).map { row in
                let state: String = row["state"]
                return OwedStatus(
                    runID: row["run_id"],
                    forge: row["forge"],
                    state: OwedStatus.State(rawValue: state) ?? .error,
                    attempts: row["attempts"]
                )
            }
        }
    }

    /// Runs that have ended and of whose end no forge is to be told yet, as where the daemon was killed in between.
    package func runsWithUntoldEnd() throws(StoreError) -> [(run: RunRecord, forge: String)] {
        try read { db in
            let columns = RunRow.columns.split(separator: ", ").map { "runs.\($0)" }.joined(separator: ", ")
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT \(columns), forge FROM statuses JOIN runs ON runs.id = run_id
                    WHERE state = 'pending' AND runs.status = 'completed'
                    """
            ).map { (try RunRow.run($0), $0["forge"]) }
        }
    }

    /// Takes note of a try: nothing is owed any more, unless it is to be tried again.
    ///
    /// What has become newer meanwhile is still owed.
    ///
    /// - Parameter endsChecks: Whether the forge is to be told nothing of the run's jobs.
    package func settleStatus(
        _ status: OwedStatus,
        reason: String? = nil,
        again: Date? = nil,
        endsChecks: Bool = false
    ) throws(StoreError) {
        try write { db in
            try db.execute(
                sql: """
                    UPDATE statuses SET attempts = attempts + 1, next_at = ?, reason = ?,
                        tells_jobs = CASE WHEN ? THEN 0 ELSE tells_jobs END
                    WHERE run_id = ? AND state = ?
                    """,
                arguments: [
                    again?.milliseconds, reason, endsChecks, status.runID, status.state.rawValue,
                ]
            )
        }
    }
}
