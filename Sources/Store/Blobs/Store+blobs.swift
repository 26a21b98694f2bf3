package import Foundation
import GRDB

extension Store {
    var blobs: BlobFolder { BlobFolder(home: home) }

    /// Removes artifacts whose time is over, and files that belong to nothing.
    ///
    /// - Returns: How many artifacts went.
    @discardableResult
    package func sweepBlobs(at now: Date = Date()) throws(StoreError) -> Int {
        let expired = try write { db in
            try String.fetchAll(
                db,
                sql: "DELETE FROM artifacts WHERE expires_at <= ? RETURNING blob",
                arguments: [now.milliseconds]
            )
        }
        // A row of a file that is younger than this question is none the less safe: the file is young, too.
        let known = try read { db in
            try Set(String.fetchAll(db, sql: "SELECT blob FROM artifacts UNION ALL SELECT blob FROM caches"))
        }
        for blob in expired { try blobs.remove(blob) }
        try blobs.sweep(known: known, now: now)
        return expired.count
    }

    /// Runs `row` with the name under which the received bytes are kept from now on; without a row they go again.
    func keep<T>(
        _ upload: IncomingBlob,
        _ row: (Database, _ blob: String) throws -> T
    ) throws(StoreError) -> T {
        let blob = try blobs.keep(upload.whole)
        do throws(StoreError) {
            return try write { db in try row(db, blob) }
        } catch {
            try blobs.remove(blob)
            throw error
        }
    }

    /// Opens the bytes of an artifact or a cache.
    package func bytes(ofBlob blob: String) throws(StoreError) -> BlobFile {
        try .reading(blobs.path(of: blob))
    }

    /// Opens the bytes of a cache, which takes as long as to read them: those that were saved, or none.
    package func bytes(of cache: CacheRecord) throws(StoreError) -> BlobFile {
        let file = try bytes(ofBlob: cache.blob)
        let sum = try BlobSum(of: file)
        guard sum.size == cache.size, sum.digest == cache.digest else {
            throw StoreError(.badArchive("its bytes are not those that were saved"), cache.key)
        }
        return file
    }
}
