import Foundation
import GRDB

extension Store {
    /// Takes in what happened, in one transaction.
    ///
    /// Events that are there already change nothing: a journal can be folded again from its start. What is completed
    /// stays as it ended, whatever comes later.
    ///
    /// - Parameter isLasting: Whether it is on the disk when this returns. Where it is not, a loss of power may take it,
    ///   until the next write that lasts: for those who have it from a journal.
    package func fold(_ events: [RunEvent], isLasting: Bool = true) throws(StoreError) {
        let facts = Self.facts(of: events)
        guard !facts.isEmpty else { return }
        try write(isLasting: isLasting) { db in
            var fold = Fold(db: db, path: self.path)
            for event in facts { try fold.apply(event) }
        }
    }

    /// What is to be written of events: not the starts of steps whose ends follow and tell of them.
    private static func facts(of events: [RunEvent]) -> [RunEvent] {
        var ended: Set<StepKey> = []
        var facts: [RunEvent] = []
        for event in events.reversed() {
            switch event.what {
            case .log: continue
            case .stepStarted(let job, let step) where ended.contains(StepKey(job: job, number: step.number)):
                continue
            case .stepCompleted(let job, let step) where step.startedAt != nil:
                ended.insert(StepKey(job: job, number: step.number))
            default: break
            }
            facts.append(event)
        }
        return facts.reversed()
    }
}

private struct StepKey: Hashable {
    var job: Int64
    var number: Int
}

/// One transaction that takes events in.
private struct Fold {
    let db: Database
    let path: String
    /// Whether a job has not ended yet, by its id.
    private var openJobs: [Int64: Bool] = [:]

    init(db: Database, path: String) {
        self.db = db
        self.path = path
    }

    mutating func apply(_ event: RunEvent) throws {
        switch event.what {
        case .runStarted:
            try start(run: event.runID, at: event.time)
        case .jobWaiting(let job, let reason):
            try execute("UPDATE jobs SET reason = ? WHERE id = ? AND status = 'queued'", [reason, job.id])
        case .jobStarted(let job):
            try start(job, of: event.runID, at: event.time)
        case .stepStarted(let job, let step):
            if try isOpen(job) { try start(step, of: job, at: event.time) }
        case .stepCompleted(let job, let step):
            if try isOpen(job) { try complete(step, of: job, at: event.time) }
        case .annotation(let job, let annotation):
            if try isOpen(job) { try add(annotation, to: job, at: event.time) }
        case .summary(let job, let step, let markdown):
            try save(summary: markdown, of: step, job)
        case .jobCompleted(let job):
            try complete(job, of: event.runID, at: event.time)
        case .runCompleted(let run):
            for job in run.jobs where job.status == .completed {
                try complete(job, of: event.runID, at: event.time)
            }
            try complete(run, event.runID, at: event.time)
        case .log:
            break
        }
    }

    private func start(run: Int64, at time: Date) throws {
        try execute(
            """
            UPDATE runs SET status = 'in_progress', started_at = COALESCE(started_at, ?)
            WHERE id = ? AND status <> 'completed'
            """,
            [time.milliseconds, run]
        )
        if db.changesCount == 0 { try expectRun(run) }
    }

    private func complete(_ run: RunRecord, _ id: Int64, at time: Date) throws {
        try execute(
            """
            UPDATE runs SET status = 'completed', conclusion = ?, reason = ?, completed_at = ?,
                started_at = COALESCE(started_at, ?)
            WHERE id = ? AND status <> 'completed'
            """,
            [
                run.conclusion, run.reason, (run.completedAt ?? time).milliseconds,
                run.startedAt?.milliseconds, id,
            ]
        )
        if db.changesCount == 0 { try expectRun(id) }
    }

    private mutating func start(_ job: JobRecord, of run: Int64, at time: Date) throws {
        try expectRun(run)
        try execute(
            """
            INSERT INTO jobs (id, run_id, key, name, status, started_at) VALUES (?, ?, ?, ?, 'in_progress', ?)
            ON CONFLICT (id) DO UPDATE SET status = 'in_progress', name = excluded.name, reason = NULL,
                started_at = COALESCE(started_at, excluded.started_at)
            WHERE status <> 'completed'
            """,
            [job.id, run, job.key, job.name, time.milliseconds]
        )
        openJobs[job.id] = nil
    }

    private mutating func complete(_ job: JobRecord, of run: Int64, at time: Date) throws {
        try expectRun(run)
        var outputs = JSONWriter()
        outputs.object { json in
            for (name, value) in job.outputs { json.entry(name, value) }
        }
        try execute(
            """
            INSERT INTO jobs (id, run_id, key, name, status, conclusion, reason, outputs, started_at, completed_at)
            VALUES (?, ?, ?, ?, 'completed', ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET status = 'completed', name = excluded.name, conclusion = excluded.conclusion,
                reason = excluded.reason, outputs = excluded.outputs, completed_at = excluded.completed_at,
                started_at = COALESCE(started_at, excluded.started_at)
            WHERE status <> 'completed'
            """,
            [
                job.id, run, job.key, job.name, job.conclusion, job.reason,
                outputs.text, job.startedAt?.milliseconds, (job.completedAt ?? time).milliseconds,
            ]
        )
        let isNews = db.changesCount == 1
        openJobs[job.id] = false
        guard isNews else { return }
        for step in job.steps { try put(step, of: job.id, replacing: .any) }
        if job.conclusion != .success { try endSteps(of: job, at: job.completedAt ?? time) }
        // A record that tells annotations tells them all; one that tells none takes none away.
        guard !job.annotations.isEmpty else { return }
        try execute("DELETE FROM annotations WHERE job_id = ?", [job.id])
        for annotation in job.annotations { try insert(annotation, to: job.id, at: time) }
    }

    /// Ends the steps that the record of a job's end does not tell of, since its journal was lost: they go no further.
    private func endSteps(of job: JobRecord, at time: Date) throws {
        let conclusion: Conclusion = job.conclusion == .cancelled ? .cancelled : .failure
        try execute(
            """
            UPDATE steps SET status = 'completed', conclusion = ?, outcome = ?, completed_at = ?
            WHERE job_id = ? AND status <> 'completed'
            """,
            [conclusion, conclusion, time.milliseconds, job.id]
        )
    }

    private func start(_ step: StepRecord, of job: Int64, at time: Date) throws {
        var step = step
        step.status = .inProgress
        step.conclusion = nil
        step.outcome = nil
        step.startedAt = step.startedAt ?? time
        try put(step, of: job, replacing: .queued)
    }

    private func complete(_ step: StepRecord, of job: Int64, at time: Date) throws {
        var step = step
        step.status = .completed
        step.completedAt = step.completedAt ?? time
        try put(step, of: job, replacing: .unfinished)
    }

    /// Which rows a newer one is written over.
    private enum Replaceable: Int {
        case queued, unfinished, any
    }

    /// Writes a step, over the one that is there already only if that is replaceable.
    private func put(_ step: StepRecord, of job: Int64, replacing replaceable: Replaceable) throws {
        try execute(
            """
            INSERT INTO steps (job_id, number, name, status, conclusion, outcome, started_at, completed_at,
                duration_ms, log_offset, log_length, exit_code, signal)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (job_id, number) DO UPDATE SET name = excluded.name, status = excluded.status,
                conclusion = excluded.conclusion, outcome = excluded.outcome,
                started_at = COALESCE(excluded.started_at, started_at),
                completed_at = COALESCE(excluded.completed_at, completed_at),
                duration_ms = COALESCE(excluded.duration_ms, duration_ms),
                log_offset = COALESCE(excluded.log_offset, log_offset),
                log_length = COALESCE(excluded.log_length, log_length),
                exit_code = COALESCE(excluded.exit_code, exit_code), signal = COALESCE(excluded.signal, signal)
            WHERE CASE ? WHEN 0 THEN steps.status = 'queued' WHEN 1 THEN steps.status <> 'completed' ELSE TRUE END
            """,
            [
                job, step.number, step.name, step.status, step.conclusion, step.outcome,
                step.startedAt?.milliseconds, step.completedAt?.milliseconds, step.durationMilliseconds,
                step.logOffset, step.logLength, step.exitCode, step.signal, replaceable.rawValue,
            ]
        )
    }

    /// An annotation has no id: the same words at the same instant are the same one.
    private func add(_ annotation: Annotation, to job: Int64, at time: Date) throws {
        let isKnown = try Bool.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT EXISTS (SELECT 1 FROM annotations WHERE job_id = ? AND created_at = ? AND message = ?
                        AND level = ? AND step IS ? AND title IS ? AND file IS ? AND line IS ? AND "column" IS ?)
                    """
            ),
            arguments: [
                job, time.milliseconds, annotation.message, annotation.level, annotation.step,
                annotation.title,
                annotation.file, annotation.line, annotation.column,
            ]
        )
        if isKnown != true { try insert(annotation, to: job, at: time) }
    }

    private func insert(_ annotation: Annotation, to job: Int64, at time: Date) throws {
        try execute(
            """
            INSERT INTO annotations (job_id, created_at, step, level, message, title, file, line, end_line, "column",
                end_column)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                job, time.milliseconds, annotation.step, annotation.level, annotation.message,
                annotation.title,
                annotation.file, annotation.line, annotation.endLine, annotation.column, annotation.endColumn,
            ]
        )
    }

    private mutating func save(summary markdown: String, of step: Int, _ job: Int64) throws {
        _ = try isOpen(job)
        try execute(
            """
            INSERT INTO summaries (job_id, step, markdown) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET markdown = excluded.markdown
            """,
            [job, step, markdown]
        )
    }

    private mutating func isOpen(_ job: Int64) throws -> Bool {
        if let known = openJobs[job] { return known }
        let select = try db.cachedStatement(sql: "SELECT status FROM jobs WHERE id = ?")
        guard let status = try Status.fetchOne(select, arguments: [job]) else {
            throw StoreError(.noSuchJob(job), path)
        }
        openJobs[job] = status != .completed
        return status != .completed
    }

    private func expectRun(_ id: Int64) throws {
        let select = try db.cachedStatement(sql: "SELECT 1 FROM runs WHERE id = ?")
        guard try Int.fetchOne(select, arguments: [id]) != nil else { throw StoreError(.noSuchRun(id), path) }
    }

    private func execute(_ sql: String, _ arguments: StatementArguments) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }
}
