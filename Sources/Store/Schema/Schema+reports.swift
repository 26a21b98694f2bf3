extension Schema {
    static let reports = """
        CREATE TABLE reports (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            job_id INTEGER REFERENCES jobs (id) ON DELETE SET NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            watermark TEXT NOT NULL,
            commit_sha TEXT NOT NULL,
            target TEXT NOT NULL,
            markdown TEXT NOT NULL,
            folder TEXT NOT NULL,
            url TEXT
        ) STRICT;
        CREATE INDEX reports_of_run ON reports (run_id);
        CREATE INDEX reports_of_job ON reports (job_id) WHERE job_id IS NOT NULL;
        CREATE INDEX reports_by_target ON reports (target, watermark, id);

        CREATE TABLE metrics (
            run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            name TEXT NOT NULL CHECK (name <> ''),
            value REAL NOT NULL,
            PRIMARY KEY (run_id, name)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX metrics_by_name ON metrics (name, run_id);
        """
}
