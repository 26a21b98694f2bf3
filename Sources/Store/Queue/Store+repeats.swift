package import Foundation
import GRDB

/// Deliveries of one event that came when it was known already.
package struct RepeatedDelivery: Sendable, Equatable {
    /// The id that they came with; empty for those without one, and for all beyond the first hundred ids.
    package var delivery: String
    package var count: Int
    package var firstAt: Date
    package var lastAt: Date
}

extension Store {
    /// As many ids of one event have a row of their own: ids are not signed, and whoever has read one delivery can send its
    /// words by any number of them.
    private static let mostIDs = 100
    /// In characters; forges use UUIDs.
    private static let longestID = 200

    /// Counts a delivery of an event that is known.
    static func countRepeat(of event: Int64, _ delivery: String, at time: Date, _ db: Database) throws {
        let given = String(delivery.prefix(longestID))
        let ids = try String.fetchAll(
            db,
            sql: "SELECT delivery FROM repeats WHERE event_id = ?",
            arguments: [event]
        )
        let isCountedAlone = ids.contains(given) || ids.count < mostIDs
        try db.execute(
            sql: """
                INSERT INTO repeats (event_id, delivery, count, first_at, last_at) VALUES (?, ?, 1, ?, ?)
                ON CONFLICT DO UPDATE SET count = count + 1, last_at = MAX(last_at, excluded.last_at)
                """,
            arguments: [event, isCountedAlone ? given : "", time.milliseconds, time.milliseconds]
        )
    }

    /// The deliveries that told of an event again, the oldest first.
    package func repeats(ofEvent id: Int64) throws(StoreError) -> [RepeatedDelivery] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT * FROM repeats WHERE event_id = ? ORDER BY first_at, delivery",
                arguments: [id]
            ).map { row in
                RepeatedDelivery(
                    delivery: row["delivery"],
                    count: row["count"],
                    firstAt: Date(milliseconds: row["first_at"]),
                    lastAt: Date(milliseconds: row["last_at"])
                )
            }
        }
    }

    /// Takes an event in again, as an event of its own: a person's wish, which no delivery by itself fulfils.
    ///
    /// - Returns: The new event's id; nil where there is no event with the given one.
    package func redeliver(_ id: Int64, at time: Date = Date()) throws(StoreError) -> Int64? {
        try write { db in
            // Where it came by a webhook its key says from which forge; it is made different by who many times it came again.
            try db.execute(
                sql: """
                    INSERT INTO events (repository, name, source, key, event, workflow, parent_run_id, priority, received_at,
                        status, redelivers)
                    SELECT repository, name, source,
                        CASE source WHEN 'webhook' THEN key || '#' || id || '.' ||
                            (SELECT COUNT(*) + 1 FROM events WHERE redelivers = :id) END,
                        event, workflow, parent_run_id, priority, :now, 'pending', id
                    FROM events WHERE id = :id
                    """,
                arguments: ["id": id, "now": time.milliseconds]
            )
            return db.changesCount == 1 ? db.lastInsertedRowID : nil
        }
    }
}
