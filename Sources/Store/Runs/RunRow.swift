import Foundation
import GRDB

/// Rows of runs, jobs, steps and annotations, read as records.
enum RunRow {
    static let columns = """
        id, run_number, run_attempt, name, display_title, path, event, head_sha, head_branch, status, conclusion, reason, \
        created_at, started_at, completed_at, parent_run_id, repository
        """

    static func fetch(_ db: Database, id: Int64) throws -> RunRecord? {
        try Row.fetchOne(db, sql: "SELECT \(columns) FROM runs WHERE id = ?", arguments: [id]).map(run)
    }

    static func run(_ row: Row) throws -> RunRecord {
        RunRecord(
            id: row["id"],
            runNumber: row["run_number"],
            runAttempt: row["run_attempt"],
            name: row["name"],
            displayTitle: row["display_title"],
            path: row["path"],
            event: row["event"],
            headSHA: row["head_sha"],
            headBranch: row["head_branch"],
            status: row["status"],
            conclusion: row["conclusion"],
            reason: row["reason"],
            createdAt: Date(milliseconds: row["created_at"]),
            startedAt: row.date("started_at"),
            completedAt: row.date("completed_at"),
            parentRunID: row["parent_run_id"],
            repository: row["repository"]
        )
    }

    /// The jobs of a run with their steps and annotations, in the order in which they were made.
    static func jobs(_ db: Database, of run: Int64) throws -> [JobRecord] {
        let ofRun = "JOIN jobs ON jobs.id = job_id WHERE run_id = ?"
        var steps: [Int64: [StepRecord]] = [:]
        for row in try Row.fetchAll(
            db,
            sql: "SELECT steps.* FROM steps \(ofRun) ORDER BY number",
            arguments: [run]
        ) {
            steps[row["job_id"], default: []].append(step(row))
        }
        var annotations: [Int64: [Annotation]] = [:]
        let notes = "SELECT annotations.* FROM annotations \(ofRun) ORDER BY annotations.id"
        for row in try Row.fetchAll(db, sql: notes, arguments: [run]) {
            annotations[row["job_id"], default: []].append(try annotation(row))
        }
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT * FROM jobs WHERE run_id = ? ORDER BY id",
            arguments: [run]
        )
        return try rows.map { row in
            let id: Int64 = row["id"]
            let outputs: String = row["outputs"]
            return JobRecord(
                id: id,
                runID: row["run_id"],
                key: row["key"],
                name: row["name"],
                status: row["status"],
                conclusion: row["conclusion"],
                reason: row["reason"],
                outputs: try JSONDecoder().decode([String: String].self, from: Data(outputs.utf8)),
                startedAt: row.date("started_at"),
                completedAt: row.date("completed_at"),
                steps: steps[id] ?? [],
                annotations: annotations[id] ?? []
            )
        }
    }

    private static func step(_ row: Row) -> StepRecord {
        StepRecord(
            number: row["number"],
            name: row["name"],
            status: row["status"],
            conclusion: row["conclusion"],
            outcome: row["outcome"],
            startedAt: row.date("started_at"),
            completedAt: row.date("completed_at"),
            durationMilliseconds: row["duration_ms"],
            logOffset: row["log_offset"],
            logLength: row["log_length"],
            exitCode: row["exit_code"],
            signal: row["signal"]
        )
    }

    private static func annotation(_ row: Row) throws -> Annotation {
        Annotation(
            level: row["level"],
            message: row["message"],
            title: row["title"],
            file: row["file"],
            line: row["line"],
            endLine: row["end_line"],
            column: row["column"],
            endColumn: row["end_column"],
            step: row["step"]
        )
    }
}

extension Status: DatabaseValueConvertible {}
extension Conclusion: DatabaseValueConvertible {}
extension Annotation.Level: DatabaseValueConvertible {}

extension Row {
    func date(_ column: String) -> Date? {
        let milliseconds: Int64? = self[column]
        return milliseconds.map(Date.init(milliseconds:))
    }
}

extension Date {
    init(milliseconds: Int64) { self.init(timeIntervalSince1970: Double(milliseconds) / 1000) }

    /// Since 1970, as the store keeps times.
    var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }
}
