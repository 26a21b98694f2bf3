package import Foundation
import GRDB

extension Store {
    /// Makes received bytes an artifact, in one step: nobody sees a part of it, and of two with one name the first is kept.
    ///
    /// - Parameter old: An artifact of the same name that gives way.
    /// - Throws: `alreadyThere` where the run has another artifact of this name.
    package func saveArtifact(
        _ artifact: NewArtifact,
        _ upload: IncomingBlob,
        inPlaceOf old: ArtifactRecord? = nil
    ) throws(StoreError) -> ArtifactRecord {
        guard let sum = upload.sum else {
            throw StoreError(.unfit("its bytes have not come"), artifact.name)
        }
        let saved = try keep(upload) { db, blob in
            if let old { try db.execute(sql: "DELETE FROM artifacts WHERE id = ?", arguments: [old.id]) }
            return try self.insert(artifact, blob, sum, db)
        }
        if let old { try blobs.remove(old.blob) }
        return saved
    }

    private func insert(
        _ artifact: NewArtifact,
        _ blob: String,
        _ sum: BlobSum,
        _ db: Database
    ) throws -> ArtifactRecord {
        let isThere = try Bool.fetchOne(
            db,
            sql: "SELECT EXISTS (SELECT 1 FROM artifacts WHERE run_id = ? AND name = ?)",
            arguments: [artifact.runID, artifact.name]
        )
        if isThere == true { throw StoreError(.alreadyThere, artifact.name) }
        do {
            try db.execute(
                sql: """
                    INSERT INTO artifacts (run_id, job_id, name, content_type, blob, size, digest, created_at,
                        expires_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    artifact.runID, artifact.jobID, artifact.name, artifact.contentType, blob, sum.size,
                    sum.digest, artifact.createdAt.milliseconds, artifact.expiresAt.milliseconds,
                ]
            )
        } catch DatabaseError.SQLITE_CONSTRAINT_FOREIGNKEY {
            throw StoreError(.noSuchRun(artifact.runID), path)
        }
        return ArtifactRecord(
            id: db.lastInsertedRowID,
            runID: artifact.runID,
            jobID: artifact.jobID,
            name: artifact.name,
            contentType: artifact.contentType,
            blob: blob,
            size: sum.size,
            digest: sum.digest,
            createdAt: Date(milliseconds: artifact.createdAt.milliseconds),
            expiresAt: Date(milliseconds: artifact.expiresAt.milliseconds)
        )
    }

    /// A run's artifacts in the order in which they were made, without those whose time is over.
    package func artifacts(run: Int64, at now: Date = Date()) throws(StoreError) -> [ArtifactRecord] {
        try artifacts(where: "run_id = ? AND expires_at > ? ORDER BY id", [run, now.milliseconds])
    }

    /// The artifacts that a run and its earlier attempts made, of several with one name the newest.
    package func artifacts(
        ofRunOf attempt: Int64,
        at now: Date = Date()
    ) throws(StoreError) -> [ArtifactRecord] {
        let all = try artifacts(
            where: """
                run_id IN (
                    SELECT runs.id FROM runs JOIN (SELECT repository AS r, path AS p, run_number AS n FROM runs WHERE id = ?)
                    ON repository = r AND path = p AND run_number = n WHERE runs.id <= ?
                ) AND expires_at > ? ORDER BY id
                """,
            [attempt, attempt, now.milliseconds]
        )
        var newest: [String: Int64] = [:]
        for artifact in all { newest[artifact.name] = artifact.id }
        return all.filter { newest[$0.name] == $0.id }
    }

    /// The artifacts of all runs of a repository, newest first, without those whose time is over.
    package func artifacts(
        repository: String,
        limit: Int,
        at now: Date = Date()
    ) throws(StoreError) -> [ArtifactRecord] {
        try artifacts(
            where: """
                run_id IN (SELECT id FROM runs WHERE repository = ?) AND expires_at > ? ORDER BY id DESC LIMIT ?
                """,
            [repository, now.milliseconds, max(0, limit)]
        )
    }

    package func artifact(_ id: Int64, at now: Date = Date()) throws(StoreError) -> ArtifactRecord? {
        try artifacts(where: "id = ? AND expires_at > ?", [id, now.milliseconds]).first
    }

    /// - Returns: Whether there was such an artifact.
    @discardableResult
    package func deleteArtifact(_ id: Int64) throws(StoreError) -> Bool {
        let blob = try write { db in
            try String.fetchOne(db, sql: "DELETE FROM artifacts WHERE id = ? RETURNING blob", arguments: [id])
        }
        guard let blob else { return false }
        try blobs.remove(blob)
        return true
    }

    private func artifacts(
        where condition: String,
        _ arguments: StatementArguments
    ) throws(StoreError) -> [ArtifactRecord] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM artifacts WHERE \(condition)", arguments: arguments).map
            {
                ArtifactRecord(
                    id: $0["id"],
                    runID: $0["run_id"],
                    jobID: $0["job_id"],
                    name: $0["name"],
                    contentType: $0["content_type"],
                    blob: $0["blob"],
                    size: $0["size"],
                    digest: $0["digest"],
                    createdAt: Date(milliseconds: $0["created_at"]),
                    expiresAt: Date(milliseconds: $0["expires_at"])
                )
            }
        }
    }
}
