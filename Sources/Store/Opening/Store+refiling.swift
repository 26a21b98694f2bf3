import Foundation
import GRDB

extension Store {
    /// Files under one path of a repository what stands under another path of the same one; done again, it changes nothing.
    ///
    /// What is there already stays as it is, and what would take its place stays where it was. So do runs of a workflow that
    /// has runs under both: a run's number is given once.
    package func refile(_ old: String, as new: String) throws(StoreError) {
        precondition(old != new, "there is nothing to be filed elsewhere")
        guard try isFiled(under: old) else { return }
        try write { db in
            try Self.moveSecrets(db, old, new, key: try keyFile.load())
            for (sql, arguments) in Self.moves(old, new) { try db.execute(sql: sql, arguments: arguments) }
        }
    }

    /// Whether anything stands under a path that can stand under another.
    private func isFiled(under path: String) throws(StoreError) -> Bool {
        let tables = [
            "repositories WHERE path", "runs WHERE repository", "events WHERE repository",
            "secrets WHERE repository", "variables WHERE repository", "caches WHERE repository",
            "disabled_workflows WHERE repository", "schedules WHERE repository",
        ]
        let sql = "SELECT " + tables.map { "EXISTS (SELECT 1 FROM \($0) = :path)" }.joined(separator: " OR ")
        return try read { db in try Bool.fetchOne(db, sql: sql, arguments: ["path": path]) } ?? false
    }

    private static func moves(_ old: String, _ new: String) -> [(sql: String, arguments: StatementArguments)]
    {
        let tables = ["variables", "disabled_workflows", "caches", "schedules", "ticks", "events"]
        let free = "repository = ? AND path NOT IN (SELECT path FROM run_numbers WHERE repository = ?)"
        return [
            ("UPDATE runs SET repository = ? WHERE \(free)", [new, old, new]),
            ("UPDATE run_numbers SET repository = ? WHERE \(free)", [new, old, new]),
            (
                "INSERT INTO repositories SELECT ?, added_at FROM repositories WHERE path = ? ON CONFLICT DO NOTHING",
                [new, old]
            ),
            ("DELETE FROM repositories WHERE path = ?", [old]),
        ]
            + tables.map {
                ("UPDATE OR IGNORE \($0) SET repository = ? WHERE repository = ?", [new, old])
            } + [("DELETE FROM schedules WHERE repository = ?", [old])]
    }
}
