package import Foundation
import GRDB

extension Store {
    package func saveReport(_ report: NewReport) throws(StoreError) -> ReportRecord {
        try write { db in
            _ = try self.existingRun(report.runID, db)
            let time = report.createdAt.milliseconds
            try db.execute(
                sql: """
                    INSERT INTO reports (run_id, job_id, created_at, updated_at, watermark, commit_sha, target, markdown,
                        folder, url)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    report.runID, report.jobID, time, time, report.watermark, report.commitSHA, report.target,
                    report.markdown, report.folder, report.url,
                ]
            )
            return try self.existingReport(db.lastInsertedRowID, db)
        }
    }

    /// Gives a report another text; what is nil of the rest stays as it is.
    package func updateReport(
        _ id: Int64,
        markdown: String,
        commitSHA: String? = nil,
        folder: String? = nil,
        url: String? = nil,
        at time: Date = Date()
    ) throws(StoreError) -> ReportRecord {
        try write { db in
            try db.execute(
                sql: """
                    UPDATE reports SET markdown = ?, commit_sha = COALESCE(?, commit_sha), folder = COALESCE(?, folder),
                        url = COALESCE(?, url), updated_at = ?
                    WHERE id = ?
                    """,
                arguments: [markdown, commitSHA, folder, url, time.milliseconds, id]
            )
            return try self.existingReport(id, db)
        }
    }

    package func report(_ id: Int64) throws(StoreError) -> ReportRecord? {
        try read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM reports WHERE id = ?", arguments: [id]).map(Self.report)
        }
    }

    /// A run's reports, oldest first.
    package func reports(run: Int64) throws(StoreError) -> [ReportRecord] {
        try read { db in
            try Row.fetchAll(
                db.cachedStatement(sql: "SELECT * FROM reports WHERE run_id = ? ORDER BY id"),
                arguments: [run]
            ).map(Self.report)
        }
    }

    /// The newest report with a watermark on a target of a repository, whichever run posted it.
    package func findReport(
        watermark: String,
        target: String,
        repository: String
    ) throws(StoreError) -> ReportRecord? {
        try read { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT reports.* FROM reports JOIN runs ON runs.id = run_id
                    WHERE target = ? AND watermark = ? AND repository = ? ORDER BY reports.id DESC LIMIT 1
                    """,
                arguments: [target, watermark, repository]
            ).map(Self.report)
        }
    }

    /// - Returns: Whether there was such a report.
    package func deleteReport(_ id: Int64) throws(StoreError) -> Bool {
        try write { db in
            try db.execute(sql: "DELETE FROM reports WHERE id = ?", arguments: [id])
            return db.changesCount == 1
        }
    }

    private func existingReport(_ id: Int64, _ db: Database) throws -> ReportRecord {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM reports WHERE id = ?", arguments: [id])
        else {
            throw StoreError(.noSuchReport(id), path)
        }
        return Self.report(row)
    }

    private static func report(_ row: Row) -> ReportRecord {
        ReportRecord(
            id: row["id"],
            runID: row["run_id"],
            jobID: row["job_id"],
            createdAt: Date(milliseconds: row["created_at"]),
            updatedAt: Date(milliseconds: row["updated_at"]),
            watermark: row["watermark"],
            commitSHA: row["commit_sha"],
            target: row["target"],
            markdown: row["markdown"],
            folder: row["folder"],
            url: row["url"]
        )
    }
}
