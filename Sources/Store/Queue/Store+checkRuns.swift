package import Foundation
import GRDB

/// What a forge is to be told of a job.
package struct OwedCheck: Sendable {
    package var jobID: Int64
    /// The kind of forge that the run's event came from.
    package var forge: String
    /// Where the job stands.
    package var status: Status
    /// By which a check run that this one made is known again; empty before the first try.
    package var key: String
    /// The forge's own number of the check run, once it is known.
    package var number: Int64?
    /// How often it was tried.
    package var attempts: Int
    /// Whether an earlier try may have done something that nobody took note of.
    package var mayBeThere: Bool
}

/// Results of jobs that go back to the forge: one row a job, which tells what the forge has taken.
///
/// What is owed follows from the jobs themselves: a job whose status is not the one that was told.
extension Store {
    /// Jobs that a forge is to be told of by a time, which is an argument.
    static let untoldJobs = """
        statuses JOIN jobs ON jobs.run_id = statuses.run_id LEFT JOIN check_runs ON check_runs.job_id = jobs.id
        WHERE statuses.tells_jobs = 1 AND jobs.status <> 'queued' AND told IS NOT jobs.status
            AND (check_runs.next_at IS NULL OR check_runs.next_at <= ?)
        """

    /// What a forge is to be told by now of the jobs of a run.
    package func owedChecks(of run: Int64, at time: Date = Date()) throws(StoreError) -> [OwedCheck] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT jobs.id, forge, jobs.status, check_runs.key AS check_key, number, COALESCE(check_runs.attempts, 0) AS tries
                    FROM \(Self.untoldJobs) AND statuses.run_id = ? ORDER BY jobs.id
                    """,
                arguments: [time.milliseconds, run]
            ).map { row in
                let (key, number, attempts): (String?, Int64?, Int) = (
                    row["check_key"], row["number"], row["tries"]
                )
                return OwedCheck(
                    jobID: row["id"],
                    forge: row["forge"],
                    status: row["status"],
                    key: key ?? "",
                    number: number,
                    attempts: attempts,
                    mayBeThere: key != nil && (number == nil || attempts > 0)
                )
            }
        }
    }

    /// Takes note, before the forge is asked, that it is about to be: one more try, under the check's key.
    package func beginCheck(_ check: OwedCheck) throws(StoreError) -> OwedCheck {
        var begun = check
        begun.attempts += 1
        begun.key = try write { db in
            try String.fetchOne(
                db,
                sql: """
                    INSERT INTO check_runs (job_id, key, attempts)
                    VALUES (?, 'flowrun-' || lower(hex(randomblob(16))), 1)
                    ON CONFLICT (job_id) DO UPDATE SET attempts = attempts + 1 RETURNING key
                    """,
                arguments: [check.jobID]
            ) ?? check.key
        }
        return begun
    }

    /// Takes note of a try: nothing is owed any more, unless it is to be tried again.
    ///
    /// What the job has come to meanwhile is still owed.
    package func settleCheck(
        _ check: OwedCheck,
        reason: String? = nil,
        again: Date? = nil
    ) throws(StoreError) {
        try write { db in
            try db.execute(
                sql: """
                    UPDATE check_runs SET number = ?, reason = ?, next_at = ?,
                        told = CASE WHEN ? THEN told ELSE ? END, attempts = CASE WHEN ? THEN attempts ELSE 0 END
                    WHERE job_id = ?
                    """,
                arguments: [
                    check.number, reason, again?.milliseconds, again != nil, check.status, again != nil,
                    check.jobID,
                ]
            )
        }
    }

    /// Tells no more of the jobs of a run.
    package func endChecks(of run: Int64) throws(StoreError) {
        try write { db in
            try db.execute(sql: "UPDATE statuses SET tells_jobs = 0 WHERE run_id = ?", arguments: [run])
        }
    }

    /// Runs that have ended and of whose jobs all is told.
    package func runsWithToldJobs() throws(StoreError) -> [Int64] {
        try read { db in
            try Int64.fetchAll(
                db,
                sql: """
                    SELECT run_id FROM statuses JOIN runs ON runs.id = run_id
                    WHERE tells_jobs = 1 AND runs.status = 'completed' AND NOT EXISTS (
                        SELECT 1 FROM jobs LEFT JOIN check_runs ON job_id = jobs.id
                        WHERE jobs.run_id = runs.id AND jobs.status <> 'queued' AND told IS NOT jobs.status)
                    """
            )
        }
    }
}
