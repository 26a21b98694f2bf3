/// Times are milliseconds since 1970, UTC.
extension Schema {
    static let runs = """
        CREATE TABLE run_numbers (
            repository TEXT NOT NULL,
            path TEXT NOT NULL,
            last INTEGER NOT NULL CHECK (last >= 1),
            PRIMARY KEY (repository, path)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE runs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            repository TEXT NOT NULL CHECK (repository <> ''),
            path TEXT NOT NULL CHECK (path <> ''),
            run_number INTEGER NOT NULL CHECK (run_number >= 1),
            run_attempt INTEGER NOT NULL DEFAULT 1 CHECK (run_attempt >= 1),
            name TEXT NOT NULL,
            display_title TEXT NOT NULL,
            event TEXT NOT NULL CHECK (event <> ''),
            head_sha TEXT NOT NULL,
            head_branch TEXT,
            ref TEXT NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('queued', 'in_progress', 'completed')),
            conclusion TEXT CHECK (conclusion IN (
                'success', 'failure', 'cancelled', 'skipped', 'timed_out', 'action_required', 'neutral')),
            reason TEXT,
            created_at INTEGER NOT NULL,
            started_at INTEGER,
            completed_at INTEGER,
            parent_run_id INTEGER REFERENCES runs (id) ON DELETE SET NULL,
            owner_pid INTEGER,
            owner_started_at INTEGER,
            payload TEXT NOT NULL CHECK (json_valid(payload)),
            workflow TEXT NOT NULL,
            UNIQUE (repository, path, run_number, run_attempt),
            CHECK ((status = 'completed') = (conclusion IS NOT NULL)),
            CHECK ((status = 'completed') = (completed_at IS NOT NULL))
        ) STRICT;
        CREATE INDEX runs_of_repository ON runs (repository, id);
        CREATE INDEX runs_unfinished ON runs (id) WHERE status <> 'completed';
        CREATE INDEX runs_of_parent ON runs (parent_run_id) WHERE parent_run_id IS NOT NULL;

        CREATE TABLE jobs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            key TEXT NOT NULL CHECK (key <> ''),
            name TEXT NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('queued', 'in_progress', 'completed')),
            conclusion TEXT CHECK (conclusion IN (
                'success', 'failure', 'cancelled', 'skipped', 'timed_out', 'action_required', 'neutral')),
            reason TEXT,
            outputs TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(outputs)),
            started_at INTEGER,
            completed_at INTEGER,
            CHECK ((status = 'completed') = (conclusion IS NOT NULL)),
            CHECK ((status = 'completed') = (completed_at IS NOT NULL))
        ) STRICT;
        CREATE INDEX jobs_of_run ON jobs (run_id);

        CREATE TABLE steps (
            job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            number INTEGER NOT NULL CHECK (number >= 1),
            name TEXT NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('queued', 'in_progress', 'completed')),
            conclusion TEXT CHECK (conclusion IN (
                'success', 'failure', 'cancelled', 'skipped', 'timed_out', 'action_required', 'neutral')),
            outcome TEXT CHECK (outcome IN (
                'success', 'failure', 'cancelled', 'skipped', 'timed_out', 'action_required', 'neutral')),
            started_at INTEGER,
            completed_at INTEGER,
            duration_ms INTEGER CHECK (duration_ms >= 0),
            log_offset INTEGER CHECK (log_offset >= 0),
            log_length INTEGER CHECK (log_length >= 0),
            PRIMARY KEY (job_id, number),
            CHECK ((status = 'completed') = (conclusion IS NOT NULL))
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE annotations (
            id INTEGER PRIMARY KEY,
            job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            created_at INTEGER NOT NULL,
            step INTEGER,
            level TEXT NOT NULL CHECK (level IN ('notice', 'warning', 'error')),
            message TEXT NOT NULL,
            title TEXT,
            file TEXT,
            line INTEGER,
            end_line INTEGER,
            "column" INTEGER,
            end_column INTEGER
        ) STRICT;
        CREATE INDEX annotations_of_job ON annotations (job_id);

        CREATE TABLE summaries (
            job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            step INTEGER NOT NULL CHECK (step >= 1),
            markdown TEXT NOT NULL,
            PRIMARY KEY (job_id, step)
        ) STRICT, WITHOUT ROWID;
        """
}
