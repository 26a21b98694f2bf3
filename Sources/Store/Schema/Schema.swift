import GRDB

/// The tables, as a list of changes that is only ever appended to.
enum Schema {
    /// Kept in the database as its `user_version`, so that opening need not look at the list.
    static var version: Int { migrations.count }

    /// The text of each is made when it is needed: nearly every process finds all tables as they should be.
    private static let migrations: [(name: String, sql: @Sendable () -> String)] = [
        ("runs", { runs }),
        ("reports and metrics", { reports }),
        ("secrets and variables", { settings }),
        ("artifacts and caches", { blobs }),
        ("events, queue and schedules", { queue }),
        ("disabled workflows", { disabled }),
        ("exits of steps", { exits }),
        ("repeated deliveries", { repeats }),
        ("checks as comparisons", { checks }),
        ("check runs", { checkRuns }),
    ]

    /// Applies what is not applied yet.
    ///
    /// A process that was here first is no fault: each change is made once.
    static func migrate(_ queue: DatabaseQueue) throws {
        var migrator = DatabaseMigrator()
        for migration in migrations {
            migrator.registerMigration(migration.name) { db in try db.execute(sql: migration.sql()) }
        }
        try migrator.migrate(queue)
        try queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA user_version = \(version)") }
    }
}
