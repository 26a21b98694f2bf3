package import Foundation
import GRDB

/// A repository that the daemon serves.
package struct ServedRepositoryRecord: Sendable, Equatable {
    /// On this machine: the working folder, or the git folder of a bare one.
    package var path: String
    package var addedAt: Date
}

extension Store {
    /// - Returns: Whether it was not served before.
    package func addRepository(_ path: String, at time: Date = Date()) throws(StoreError) -> Bool {
        try write { db in
            try db.execute(
                sql: "INSERT INTO repositories (path, added_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
                arguments: [path, time.milliseconds]
            )
            return db.changesCount == 1
        }
    }

    /// Serves a repository no more; its runs and events stay.
    ///
    /// - Returns: Whether it was served.
    package func removeRepository(_ path: String) throws(StoreError) -> Bool {
        try write { db in
            try db.execute(sql: "DELETE FROM repositories WHERE path = ?", arguments: [path])
            let wasServed = db.changesCount == 1
            try db.execute(sql: "DELETE FROM schedules WHERE repository = ?", arguments: [path])
            return wasServed
        }
    }

    /// The paths of those that the daemon serves, and of those that it has run anything of.
    package func repositoriesOfDaemon() throws(StoreError) -> [String] {
        try read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT path FROM repositories UNION SELECT repository FROM runs WHERE priority IS NOT NULL
                    ORDER BY 1
                    """
            )
        }
    }

    package func repositories() throws(StoreError) -> [ServedRepositoryRecord] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT path, added_at FROM repositories ORDER BY path").map {
                ServedRepositoryRecord(path: $0["path"], addedAt: Date(milliseconds: $0["added_at"]))
            }
        }
    }
}
