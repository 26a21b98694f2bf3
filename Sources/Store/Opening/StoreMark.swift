import GRDB

/// A moment in the life of a store, as one connection sees it: where two are the same, nothing was written between them.
package struct StoreMark: Equatable, Sendable {
    /// Other connections and processes have written since where it differs; by itself it means nothing.
    fileprivate var others: Int
    /// Rows that this connection has written.
    fileprivate var own: Int
}

extension Store {
    /// Costs next to nothing: neither the database's file nor its log is read.
    package func mark() throws(StoreError) -> StoreMark {
        try readOutsideTransaction { db in
            StoreMark(
                others: try Int.fetchOne(db, sql: "PRAGMA data_version") ?? 0,
                own: db.totalChangesCount
            )
        }
    }
}
