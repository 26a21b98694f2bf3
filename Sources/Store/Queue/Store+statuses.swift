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
                    INSERT INTO statuses (run_id, forge, state, next_at) VALUES (?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET state = excluded.state, attempts = 0, next_at = excluded.next_at, reason = NULL
                    WHERE state <> excluded.state
                    """,
                arguments: [run, forge, state.rawValue, time.milliseconds]
            )
        }
    }

    /// Those whose time has come.
    package func owedStatuses(at time: Date = Date()) throws(StoreError) -> [OwedStatus] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT * FROM statuses WHERE next_at <= ? ORDER BY next_at LIMIT 50",
                arguments: [time.milliseconds]
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

    /// Takes note of a try: nothing is owed any more, unless it is to be tried again.
    ///
    /// What has become newer meanwhile is still owed.
    package func settleStatus(
        _ status: OwedStatus,
        reason: String? = nil,
        again: Date? = nil
    ) throws(StoreError) {
        try write { db in
            try db.execute(
                sql: """
                    UPDATE statuses SET attempts = attempts + 1, next_at = ?, reason = ?
                    WHERE run_id = ? AND state = ?
                    """,
                arguments: [again?.milliseconds, reason, status.runID, status.state.rawValue]
            )
        }
    }
}
