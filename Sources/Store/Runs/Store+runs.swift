package import Foundation
import GRDB

extension Store {
    /// Makes a run: its id is the store's next, its number the next of its workflow file in its repository, or that of the
    /// run of which it is the next attempt.
    ///
    /// Nothing is done for it before its jobs are made: with them it is on the disk. One that waits for the daemon is so
    /// at once.
    package func createRun(_ run: NewRun) throws(StoreError) -> RunRecord {
        try write(isLasting: run.priority != nil) { db in
            let (number, attempt) =
                try run.earlierAttempt.map { try self.nextAttempt(db, of: $0) }
                ?? (try Self.nextNumber(db, for: run), 1)
            try db.run(
                """
                INSERT INTO runs (repository, path, run_number, run_attempt, name, display_title, event, head_sha,
                    head_branch, ref, status, created_at, parent_run_id, owner_pid, owner_started_at, payload, workflow,
                    event_id, priority, choices)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    run.repository, run.path, number, attempt, run.name, run.displayTitle, run.event,
                    run.headSHA,
                    run.headBranch, run.ref, run.createdAt.milliseconds, run.parentRunID, run.owner?.pid,
                    run.owner?.startTime, run.payload, run.workflow, run.eventID, run.priority, run.choices,
                ]
            )
            let id = db.lastInsertedRowID
            try self.setAside(id)
            if let earlier = run.earlierAttempt { try Self.oweStatus(db, ofAttempt: id, after: earlier, run) }
            return RunRecord(
                id: id,
                runNumber: number,
                runAttempt: attempt,
                name: run.name,
                displayTitle: run.displayTitle,
                path: run.path,
                event: run.event,
                headSHA: run.headSHA,
                headBranch: run.headBranch,
                createdAt: Date(milliseconds: run.createdAt.milliseconds),
                parentRunID: run.parentRunID,
                repository: run.repository
            )
        }
    }

    /// Moves away, by name, the folder of a run that the store has lost: the files of that one are not those of a new run
    /// with its number.
    private func setAside(_ id: Int64) throws {
        let folder = home.run(id)
        guard access(folder, F_OK) == 0 else { return }
        let aside = "\(folder).lost-\(Date().milliseconds)"
        guard rename(folder, aside) == 0 else { throw StoreError(fromSystem: errno, folder) }
    }

    private static func nextNumber(_ db: Database, for run: NewRun) throws -> Int {
        let number = try Int.fetchOne(
            db,
            sql: """
                INSERT INTO run_numbers (repository, path, last) VALUES (?, ?, 1)
                ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last
                """,
            arguments: [run.repository, run.path]
        )
        guard let number else { preconditionFailure("an upsert that returns its row gives one") }
        return number
    }

    private func nextAttempt(_ db: Database, of run: Int64) throws -> (number: Int, attempt: Int) {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT run_number, MAX(run_attempt) + 1 AS next FROM runs JOIN
                    (SELECT repository AS r, path AS p, run_number AS n FROM runs WHERE id = ?)
                ON repository = r AND path = p AND run_number = n GROUP BY run_number
                """,
            arguments: [run]
        )
        guard let row else { throw StoreError(.noSuchRun(run), path) }
        return (row["run_number"], row["next"])
    }

    /// The id of a run's first attempt.
    package func firstAttempt(of run: RunRecord) throws(StoreError) -> Int64 {
        try read { db in
            try Int64.fetchOne(
                db,
                sql: "SELECT MIN(id) FROM runs WHERE repository = ? AND path = ? AND run_number = ?",
                arguments: [run.repository, run.path, run.runNumber]
            ) ?? run.id
        }
    }

    /// The attempts of a run, the first one first, with their ids.
    package func attempts(of run: RunRecord) throws(StoreError) -> [(attempt: Int, id: Int64)] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT run_attempt, id FROM runs WHERE repository = ? AND path = ? AND run_number = ?
                    ORDER BY run_attempt
                    """,
                arguments: [run.repository, run.path, run.runNumber]
            ).map { ($0["run_attempt"], $0["id"]) }
        }
    }

    /// Makes a run's jobs, queued, and gives their ids in the same order.
    package func allocateJobs(runID: Int64, _ jobs: [NewJob]) throws(StoreError) -> [Int64] {
        try write { db in
            let insert = try db.makeStatement(
                sql: "INSERT INTO jobs (run_id, key, name, status) VALUES (?, ?, ?, 'queued')"
            )
            do {
                return try jobs.map { job in
                    try insert.execute(arguments: [runID, job.key, job.name])
                    return db.lastInsertedRowID
                }
            } catch DatabaseError.SQLITE_CONSTRAINT_FOREIGNKEY {
                throw StoreError(.noSuchRun(runID), self.path)
            }
        }
    }

    /// A run with its jobs, steps and annotations.
    package func run(_ id: Int64) throws(StoreError) -> RunRecord? {
        try read { db in
            guard var run = try RunRow.fetch(db, id: id) else { return nil }
            run.jobs = try RunRow.jobs(db, of: id)
            return run
        }
    }

    /// Whether a job was begun at some time.
    package func hasBegun(job: Int64) throws(StoreError) -> Bool {
        try read { db in
            try Bool.fetchOne(db, sql: "SELECT status <> 'queued' FROM jobs WHERE id = ?", arguments: [job])
        } ?? false
    }

    /// Runs without their jobs, newest first.
    ///
    /// For reading page by page, `before` is the id of the last run of the page before.
    package func runs(
        _ filter: RunFilter = RunFilter(),
        limit: Int,
        before: Int64? = nil
    ) throws(StoreError) -> [RunRecord] {
        var (condition, arguments) = filter.condition()
        if let before {
            condition += " AND id < ?"
            arguments += [before]
        }
        arguments += [max(0, limit)]
        return try read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT \(RunRow.columns) FROM runs WHERE \(condition) ORDER BY id DESC LIMIT ?",
                arguments: arguments
            ).map(RunRow.run)
        }
    }

    /// Runs that are queued or in progress, oldest first, with their jobs; those of the daemon are not among them.
    package func unfinishedRuns() throws(StoreError) -> [UnfinishedRun] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT \(RunRow.columns), owner_pid, owner_started_at FROM runs
                    WHERE status <> 'completed' AND priority IS NULL ORDER BY id
                    """
            )
            return try rows.map { row in
                var record = try RunRow.run(row)
                record.jobs = try RunRow.jobs(db, of: record.id)
                let pid: Int32? = row["owner_pid"]
                let startTime: Int64? = row["owner_started_at"]
                let owner = pid.flatMap { pid in startTime.map { RunOwner(pid: pid, startTime: $0) } }
                return UnfinishedRun(record: record, owner: owner)
            }
        }
    }

    /// What a run was made of, for doing it again.
    package func source(of run: Int64) throws(StoreError) -> RunSource? {
        try read { db in
            try Row.fetchOne(
                db,
                sql: "SELECT ref, payload, workflow FROM runs WHERE id = ?",
                arguments: [run]
            )
            .map { RunSource(ref: $0["ref"], payload: $0["payload"], workflow: $0["workflow"]) }
        }
    }

    /// What a run's steps wrote to `GITHUB_STEP_SUMMARY`, in order.
    package func summaries(_ run: Int64) throws(StoreError) -> [Summary] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT job_id, jobs.name, step, markdown FROM summaries JOIN jobs ON jobs.id = job_id
                    WHERE run_id = ? ORDER BY job_id, step
                    """,
                arguments: [run]
            ).map {
                Summary(jobID: $0["job_id"], jobName: $0["name"], step: $0["step"], markdown: $0["markdown"])
            }
        }
    }

    /// Ends a run whose worker is gone, and those of its jobs and steps that have not ended, with `failure`.
    ///
    /// - Returns: Whether there was something to end: a run that is completed stays as it is.
    @discardableResult
    package func settle(
        run: Int64,
        reason: String = "worker-lost",
        at time: Date = Date()
    ) throws(StoreError) -> Bool {
        try write { db in
            let now = time.milliseconds
            guard try self.existingRun(run, db).status != .completed else { return false }
            try db.execute(
                sql: """
                    UPDATE steps SET status = 'completed', conclusion = 'failure', outcome = 'failure', completed_at = ?
                    WHERE status <> 'completed' AND job_id IN (SELECT id FROM jobs WHERE run_id = ?)
                    """,
                arguments: [now, run]
            )
            try db.execute(
                sql: """
                    UPDATE jobs SET status = 'completed', conclusion = 'failure', reason = ?, completed_at = ?
                    WHERE status <> 'completed' AND run_id = ?
                    """,
                arguments: [reason, now, run]
            )
            try db.execute(
                sql: """
                    UPDATE runs SET status = 'completed', conclusion = 'failure', reason = ?, completed_at = ?
                    WHERE id = ?
                    """,
                arguments: [reason, now, run]
            )
            return true
        }
    }

    /// Forgets a run's row and those that belong to it.
    ///
    /// Its number is not given again.
    func deleteRun(_ id: Int64) throws(StoreError) {
        try write { db in
            try db.execute(sql: "DELETE FROM runs WHERE id = ?", arguments: [id])
            guard db.changesCount == 1 else { throw StoreError(.noSuchRun(id), self.path) }
        }
    }

    /// A run without its jobs.
    func existingRun(_ id: Int64, _ db: Database) throws -> RunRecord {
        guard let run = try RunRow.fetch(db, id: id) else { throw StoreError(.noSuchRun(id), path) }
        return run
    }
}
