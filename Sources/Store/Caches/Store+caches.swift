package import Foundation
import GRDB

extension Store {
    /// So many bytes of caches are kept for a repository.
    package static let cacheLimit: Int64 = 10 << 30

    /// Makes received bytes a cache, in one step; those that were not used for longest give way where there are too many.
    ///
    /// - Throws: `alreadyThere` where this key and version are there in this scope, `tooLarge` where it alone is over
    ///   the limit.
    package func saveCache(
        _ cache: NewCache,
        _ upload: IncomingBlob,
        limit: Int64 = Store.cacheLimit
    ) throws(StoreError) -> CacheRecord {
        guard let sum = upload.sum else { throw StoreError(.unfit("its bytes have not come"), cache.key) }
        guard sum.size <= limit else { throw StoreError(.tooLarge(limit: Int(limit)), cache.key) }
        let (record, evicted) = try keep(upload) { db, blob in
            if try self.hasCache(cache, db) { throw StoreError(.alreadyThere, cache.key) }
            let time = cache.createdAt.milliseconds
            try db.execute(
                sql: """
                    INSERT INTO caches (repository, scope, key, version, blob, size, digest, created_at, last_used_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    cache.repository, cache.scope, cache.key, cache.version, blob, sum.size, sum.digest, time,
                    time,
                ]
            )
            let record = CacheRecord(
                id: db.lastInsertedRowID,
                repository: cache.repository,
                scope: cache.scope,
                key: cache.key,
                version: cache.version,
                blob: blob,
                size: sum.size,
                digest: sum.digest,
                createdAt: Date(milliseconds: time),
                lastUsedAt: Date(milliseconds: time)
            )
            return (record, try self.evict(beside: record, limit: limit, db))
        }
        for blob in evicted { try blobs.remove(blob) }
        return record
    }

    /// Whether this key and version are taken in this scope.
    package func hasCache(_ cache: NewCache) throws(StoreError) -> Bool {
        try read { db in try self.hasCache(cache, db) }
    }

    /// The cache for a run: in each scope in turn the first key as a whole, then each key as a beginning, the newest first.
    ///
    /// One that is found counts as used.
    package func findCache(
        repository: String,
        scopes: [String],
        keys: [String],
        version: String,
        at now: Date = Date()
    ) throws(StoreError) -> CacheRecord? {
        let found = try read { db -> CacheRecord? in
            for scope in scopes {
                let place: StatementArguments = [repository, scope, version]
                if let key = keys.first,
                    let same = try self.caches(db, "\(Self.place) AND key = ?", place + [key]).first
                {
                    return same
                }
                for key in keys {
                    let match = try self.caches(
                        db,
                        "\(Self.place) AND substr(key, 1, length(?)) = ? ORDER BY created_at DESC, id DESC LIMIT 1",
                        place + [key, key]
                    ).first
                    if let match { return match }
                }
            }
            return nil
        }
        guard let found else { return nil }
        try write { db in
            try db.execute(
                sql: "UPDATE caches SET last_used_at = max(last_used_at, ?) WHERE id = ?",
                arguments: [now.milliseconds, found.id]
            )
        }
        return found
    }

    /// A repository's caches, those that were used last first.
    package func caches(
        repository: String,
        key: String? = nil,
        scope: String? = nil,
        limit: Int
    ) throws(StoreError) -> [CacheRecord] {
        try read { db in
            try self.caches(
                db,
                """
                repository = ? AND substr(key, 1, length(?)) = ? AND (? IS NULL OR scope = ?)
                ORDER BY last_used_at DESC, id DESC LIMIT ?
                """,
                [repository, key ?? "", key ?? "", scope, scope, max(0, limit)]
            )
        }
    }

    package func cache(_ id: Int64) throws(StoreError) -> CacheRecord? {
        try read { db in try self.caches(db, "id = ?", [id]).first }
    }

    /// - Returns: Whether there was such a cache.
    @discardableResult
    package func deleteCache(_ id: Int64) throws(StoreError) -> Bool {
        let blob = try write { db in
            try String.fetchOne(db, sql: "DELETE FROM caches WHERE id = ? RETURNING blob", arguments: [id])
        }
        guard let blob else { return false }
        try blobs.remove(blob)
        return true
    }

    private static let place = "repository = ? AND scope = ? AND version = ?"

    private func hasCache(_ cache: NewCache, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: "SELECT EXISTS (SELECT 1 FROM caches WHERE \(Self.place) AND key = ?)",
            arguments: [cache.repository, cache.scope, cache.version, cache.key]
        ) ?? false
    }

    /// Removes rows until the rest has room, the new one never.
    private func evict(beside fresh: CacheRecord, limit: Int64, _ db: Database) throws -> [String] {
        var rest = limit - fresh.size
        var evicted: [String] = []
        let others = try Row.fetchAll(
            db,
            sql: """
                SELECT id, blob, size FROM caches WHERE repository = ? AND id <> ? ORDER BY last_used_at DESC, id DESC
                """,
            arguments: [fresh.repository, fresh.id]
        )
        for row in others {
            let size: Int64 = row["size"]
            rest -= size
            guard rest < 0 else { continue }
            let id: Int64 = row["id"]
            try db.execute(sql: "DELETE FROM caches WHERE id = ?", arguments: [id])
            evicted.append(row["blob"])
        }
        return evicted
    }

    private func caches(
        _ db: Database,
        _ condition: String,
        _ arguments: StatementArguments
    ) throws -> [CacheRecord] {
        try Row.fetchAll(db, sql: "SELECT * FROM caches WHERE \(condition)", arguments: arguments).map {
            CacheRecord(
                id: $0["id"],
                repository: $0["repository"],
                scope: $0["scope"],
                key: $0["key"],
                version: $0["version"],
                blob: $0["blob"],
                size: $0["size"],
                digest: $0["digest"],
                createdAt: Date(milliseconds: $0["created_at"]),
                lastUsedAt: Date(milliseconds: $0["last_used_at"])
            )
        }
    }
}
