package import Foundation
import GRDB

/// One line of a workflow's `schedule`.
package struct ScheduleKey: Sendable, Hashable {
    package var repository: String
    /// The workflow file's path.
    package var path: String
    package var cron: String
    /// The name of the time zone, `UTC` where the file gives none.
    package var timezone: String

    package init(repository: String, path: String, cron: String, timezone: String) {
        self.repository = repository
        self.path = path
        self.cron = cron
        self.timezone = timezone
    }

    var arguments: StatementArguments { [repository, path, cron, timezone] }
}

/// A time at which a schedule was due, and what became of it.
package struct Tick: Sendable, Equatable {
    package enum Status: String, Sendable {
        /// It made an event.
        case fired
        /// A later one was fired in its stead.
        case coalesced
        case skipped
    }

    package var dueAt: Date
    package var status: Status
    /// Why nothing comes of it, and before that why it is due then, where clocks are turned.
    package var reason: String?
    /// The event that it made.
    package var eventID: Int64?

    package init(dueAt: Date, status: Status, reason: String? = nil, eventID: Int64? = nil) {
        self.dueAt = dueAt
        self.status = status
        self.reason = reason
        self.eventID = eventID
    }

    /// The same tick, of which nothing comes.
    package func left(_ status: Status, _ reason: String) -> Tick {
        // A tick that is left out already keeps its first reason as well.
        let reasons = [self.reason, reason].compactMap { $0 }
        return Tick(dueAt: dueAt, status: status, reason: reasons.joined(separator: "; "))
    }
}

extension Store {
    /// Until when each schedule of a repository was looked at.
    package func schedules(of repository: String) throws(StoreError) -> [ScheduleKey: Date] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: "SELECT * FROM schedules WHERE repository = ?",
                arguments: [repository]
            )
            return Dictionary(
                rows.map { row in
                    let key = ScheduleKey(
                        repository: row["repository"],
                        path: row["path"],
                        cron: row["cron"],
                        timezone: row["timezone"]
                    )
                    return (key, Date(milliseconds: row["seen_until"]))
                },
                uniquingKeysWith: { $1 }
            )
        }
    }

    /// Keeps what became of ticks, the events that fire, and until when schedules were looked at, all or nothing.
    ///
    /// A tick that has a row already is left as it is, and its event is not made again.
    package func record(_ rounds: [ScheduleRound]) throws(StoreError) {
        guard !rounds.isEmpty else { return }
        try write { db in
            for round in rounds { try Self.record(round, db) }
        }
    }

    private static func record(_ round: ScheduleRound, _ db: Database) throws {
        let now = Date().milliseconds
        for (tick, event) in round.ticks {
            try db.cachedStatement(
                sql: """
                    INSERT INTO ticks (repository, path, cron, timezone, due_at, status, reason, decided_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                    """
            ).execute(
                arguments: round.schedule.arguments
                    + [tick.dueAt.milliseconds, tick.status.rawValue, tick.reason, now]
            )
            guard db.changesCount == 1, let event else { continue }
            let id = try insert(event, db).id
            try db.cachedStatement(
                sql: """
                    UPDATE ticks SET event_id = ?
                    WHERE repository = ? AND path = ? AND cron = ? AND timezone = ? AND due_at = ?
                    """
            ).execute(arguments: [id] + round.schedule.arguments + [tick.dueAt.milliseconds])
        }
        try db.cachedStatement(
            sql: """
                INSERT INTO schedules (repository, path, cron, timezone, seen_until) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET seen_until = MAX(seen_until, excluded.seen_until)
                """
        ).execute(arguments: round.schedule.arguments + [round.seenUntil.milliseconds])
    }

    /// Forgets until when a schedule was looked at, once no file has it any more.
    package func forget(_ schedule: ScheduleKey) throws(StoreError) {
        try write { db in
            try db.execute(
                sql: "DELETE FROM schedules WHERE repository = ? AND path = ? AND cron = ? AND timezone = ?",
                arguments: schedule.arguments
            )
        }
    }

    /// The newest ticks of a schedule, newest first.
    package func ticks(of schedule: ScheduleKey, limit: Int) throws(StoreError) -> [Tick] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT due_at, status, reason, event_id FROM ticks
                    WHERE repository = ? AND path = ? AND cron = ? AND timezone = ? ORDER BY due_at DESC LIMIT ?
                    """,
                arguments: schedule.arguments + [limit]
            ).map { row in
                let status: String = row["status"]
                return Tick(
                    dueAt: Date(milliseconds: row["due_at"]),
                    status: Tick.Status(rawValue: status) ?? .skipped,
                    reason: row["reason"],
                    eventID: row["event_id"]
                )
            }
        }
    }

    /// Whether a run of a workflow that a schedule has started goes on, or waits.
    package func hasUnfinishedScheduledRun(repository: String, path: String) throws(StoreError) -> Bool {
        try !unfinishedScheduledRuns(repository: repository, path: path).isEmpty
    }

    /// The runs of a workflow that a schedule has started and that have not ended.
    package func unfinishedScheduledRuns(repository: String, path: String) throws(StoreError) -> [Int64] {
        try read { db in
            try Int64.fetchAll(
                db,
                sql: """
                    SELECT id FROM runs WHERE repository = ? AND path = ? AND event = 'schedule'
                        AND status <> 'completed' ORDER BY id
                    """,
                arguments: [repository, path]
            )
        }
    }

    /// Of each workflow the first run that a schedule has started and that has not ended, in words; else the first event that
    /// is to become one.
    package func unfinishedSchedules() throws(StoreError) -> [ScheduledWorkflow: String] {
        try read { db in
            let runs = """
                SELECT repository, path, MIN(id) AS id FROM runs WHERE event = 'schedule' AND status <> 'completed'
                GROUP BY repository, path
                """
            let events = """
                SELECT repository, workflow AS path, MIN(id) AS id FROM events
                WHERE status = 'pending' AND source = 'schedule' AND workflow IS NOT NULL
                GROUP BY repository, workflow
                """
            var found: [ScheduledWorkflow: String] = [:]
            for (word, sql) in [("event", events), ("run", runs)] {
                for row in try Row.fetchAll(db, sql: sql) {
                    let workflow = ScheduledWorkflow(repository: row["repository"], path: row["path"])
                    found[workflow] = "\(word) \(row["id"] as Int64)"
                }
            }
            return found
        }
    }
}

/// A workflow that schedules start.
package struct ScheduledWorkflow: Sendable, Hashable {
    package var repository: String
    package var path: String

    package init(repository: String, path: String) {
        self.repository = repository
        self.path = path
    }

    package init(_ schedule: ScheduleKey) {
        self.init(repository: schedule.repository, path: schedule.path)
    }
}

/// What a look at one schedule has come to.
package struct ScheduleRound: Sendable {
    package var schedule: ScheduleKey
    /// Ticks, with the event of each that fires.
    package var ticks: [(tick: Tick, event: NewEvent?)]
    package var seenUntil: Date

    package init(schedule: ScheduleKey, ticks: [(tick: Tick, event: NewEvent?)], seenUntil: Date) {
        self.schedule = schedule
        self.ticks = ticks
        self.seenUntil = seenUntil
    }
}
