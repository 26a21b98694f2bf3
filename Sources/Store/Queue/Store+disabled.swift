package import Foundation
import GRDB

extension Store {
    /// The paths of those workflows of a repository that no event is to start.
    package func disabledWorkflows(of repository: String) throws(StoreError) -> Set<String> {
        try read { db in
            try Set(
                String.fetchAll(
                    db.cachedStatement(sql: "SELECT path FROM disabled_workflows WHERE repository = ?"),
                    arguments: [repository]
                )
            )
        }
    }

    /// Switches a workflow off, or on again.
    ///
    /// - Returns: Whether that changes anything.
    package func setWorkflow(
        _ path: String,
        of repository: String,
        isDisabled: Bool,
        at time: Date = Date()
    ) throws(StoreError) -> Bool {
        try write { db in
            if isDisabled {
                try db.execute(
                    sql: """
                        INSERT INTO disabled_workflows (repository, path, disabled_at) VALUES (?, ?, ?)
                        ON CONFLICT DO NOTHING
                        """,
                    arguments: [repository, path, time.milliseconds]
                )
            } else {
                try db.execute(
                    sql: "DELETE FROM disabled_workflows WHERE repository = ? AND path = ?",
                    arguments: [repository, path]
                )
            }
            return db.changesCount == 1
        }
    }
}
