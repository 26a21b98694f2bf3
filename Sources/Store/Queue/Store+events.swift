import Events
import Foundation
import GRDB

extension Store {
    /// So long the same words are the same event, in seconds.
    private static let memory: TimeInterval = 7 * 86_400

    /// Keeps an event for the daemon: once this returns, it is on the disk.
    ///
    /// - Returns: Its id, and whether it is news: one whose key is there already is the same event.
    @discardableResult
    package func add(_ event: NewEvent) throws(StoreError) -> (id: Int64, isNew: Bool) {
        try write { db in try Self.insert(event, db) }
    }

    /// Keeps several events, all or none: those that wait, and those for which nothing is done, each with why.
    package func add(_ events: [NewEvent], refused: [(event: NewEvent, reason: String)]) throws(StoreError) {
        guard !events.isEmpty || !refused.isEmpty else { return }
        try write { db in
            for event in events { _ = try Self.insert(event, db) }
            for (event, reason) in refused {
                let id = try Self.insert(event, db).id
                try db.execute(
                    sql: "UPDATE events SET status = 'refused', reason = ? WHERE id = ?",
                    arguments: [reason, id]
                )
            }
        }
    }

    static func insert(_ new: NewEvent, _ db: Database) throws -> (id: Int64, isNew: Bool) {
        if let digest = new.digest {
            let known = try Int64.fetchOne(
                try db.cachedStatement(sql: "SELECT id FROM events WHERE digest = ? AND received_at > ?"),
                arguments: [digest, new.receivedAt.addingTimeInterval(-memory).milliseconds]
            )
            if let known { return (try repeated(known, new, db), false) }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        let json = String(decoding: try encoder.encode(new.event), as: UTF8.self)
        try db.cachedStatement(
            sql: """
                INSERT INTO events (repository, name, source, key, digest, event, workflow, parent_run_id, priority,
                    received_at, status)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending') ON CONFLICT (key) DO NOTHING
                """
        ).execute(
            arguments: [
                new.repository, new.event.name, new.source.rawValue, new.key, new.digest, json, new.workflow,
                new.parentRunID, new.priority, new.receivedAt.milliseconds,
            ]
        )
        if db.changesCount == 1 { return (db.lastInsertedRowID, true) }
        let id = try Int64.fetchOne(db, sql: "SELECT id FROM events WHERE key = ?", arguments: [new.key])
        guard let id else { preconditionFailure("an event that conflicts is there") }
        return (try repeated(id, new, db), false)
    }

    private static func repeated(_ known: Int64, _ new: NewEvent, _ db: Database) throws -> Int64 {
        if let delivery = new.delivery { try countRepeat(of: known, delivery, at: new.receivedAt, db) }
        return known
    }

    /// The newest events of a repository, or of all, newest first.
    package func events(of repository: String?, limit: Int) throws(StoreError) -> [EventRecord] {
        try read { db in
            try Row.fetchAll(
                db,
                sql:
                    "SELECT * FROM events WHERE \(repository == nil ? "TRUE" : "repository = ?") ORDER BY id DESC LIMIT ?",
                arguments: StatementArguments(repository.map { [$0] } ?? []) + [limit]
            ).map(Self.event)
        }
    }

    /// Events that nobody has looked at yet, the most urgent first.
    package func pendingEvents(limit: Int = 100) throws(StoreError) -> [EventRecord] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT * FROM events WHERE status = 'pending' ORDER BY priority DESC, id LIMIT ?",
                arguments: [limit]
            ).map(Self.event)
        }
    }

    package func event(_ id: Int64) throws(StoreError) -> EventRecord? {
        try read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM events WHERE id = ?", arguments: [id]).map(Self.event)
        }
    }

    /// Says what became of an event: its runs are made, or why there are none.
    package func settleEvent(
        _ id: Int64,
        as status: EventRecord.Status,
        reason: String? = nil
    ) throws(StoreError) {
        try write { db in
            try db.execute(
                sql: "UPDATE events SET status = ?, reason = ? WHERE id = ?",
                arguments: [status.rawValue, reason, id]
            )
        }
    }

    /// The runs that an event has made, by the path of their workflow.
    package func runs(ofEvent id: Int64) throws(StoreError) -> [String: Int64] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: "SELECT path, id FROM runs WHERE event_id = ? AND run_attempt = 1",
                arguments: [id]
            )
            return Dictionary(rows.map { ($0["path"], $0["id"]) }, uniquingKeysWith: { $1 })
        }
    }

    private static func event(_ row: Row) throws -> EventRecord {
        let json: String = row["event"]
        let source: String = row["source"]
        let status: String = row["status"]
        let origin = (row["key"] as String?).flatMap(Self.origin(ofKey:))
        return EventRecord(
            id: row["id"],
            repository: row["repository"],
            source: EventRecord.Source(rawValue: source) ?? .person,
            event: try JSONDecoder().decode(Event.self, from: Data(json.utf8)),
            workflow: row["workflow"],
            parentRunID: row["parent_run_id"],
            priority: row["priority"],
            receivedAt: Date(milliseconds: row["received_at"]),
            status: EventRecord.Status(rawValue: status) ?? .pending,
            reason: row["reason"],
            forge: origin?.forge,
            delivery: origin?.delivery,
            redelivers: row["redelivers"]
        )
    }

    /// `webhook:FORGE:ID`, and of one that was taken in again `webhook:FORGE:ID#…`.
    private static func origin(ofKey key: String) -> (forge: String, delivery: String)? {
        let parts = key.split(separator: ":", maxSplits: 2)
        guard parts.count == 3, parts[0] == "webhook" else { return nil }
        return (String(parts[1]), String(parts[2].prefix { $0 != "#" }))
    }
}
