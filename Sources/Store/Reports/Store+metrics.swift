import Foundation
import GRDB

extension Store {
    /// Keeps numbers that a run gave; one with a name that the run has already takes its place.
    ///
    /// What is not finite cannot be kept and is left out.
    package func saveMetrics(_ metrics: [Metric], run: Int64) throws(StoreError) {
        try write { db in
            _ = try self.existingRun(run, db)
            for metric in metrics where metric.value.isFinite {
                try db.execute(
                    sql: """
                        INSERT INTO metrics (run_id, name, value) VALUES (?, ?, ?)
                        ON CONFLICT DO UPDATE SET value = excluded.value
                        """,
                    arguments: [run, metric.name, metric.value]
                )
            }
        }
    }

    /// Keeps one number that a run gave.
    package func saveMetric(_ name: String, _ value: Double, run: Int64) throws(StoreError) {
        try saveMetrics([Metric(name: name, value: value)], run: run)
    }

    /// A run's metrics by name.
    package func metrics(run: Int64) throws(StoreError) -> [Metric] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT name, value FROM metrics WHERE run_id = ? ORDER BY name",
                arguments: [run]
            ).map { Metric(name: $0["name"], value: $0["value"]) }
        }
    }

    /// How a metric went over the newest runs of a workflow, oldest first.
    ///
    /// The workflow is named by its file's path.
    package func metricHistory(
        _ name: String,
        repository: String,
        workflow: String,
        limit: Int
    ) throws(StoreError) -> [MetricPoint] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT id, run_number, head_sha, created_at, value FROM metrics JOIN runs ON runs.id = run_id
                    WHERE metrics.name = ? AND repository = ? AND path = ? ORDER BY run_id DESC LIMIT ?
                    """,
                arguments: [name, repository, workflow, max(0, limit)]
            ).reversed().map {
                MetricPoint(
                    runID: $0["id"],
                    runNumber: $0["run_number"],
                    headSHA: $0["head_sha"],
                    createdAt: Date(milliseconds: $0["created_at"]),
                    value: $0["value"]
                )
            }
        }
    }
}
