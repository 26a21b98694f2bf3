extension Schema {
    /// What a forge was told of the jobs of a run: `told` is the status that it has taken.
    ///
    /// `key` is there before the check run is made, so that one whose number is not known is found again by it. Runs that
    /// were told of before there was this table have no jobs to tell of.
    static let checkRuns = """
        CREATE TABLE check_runs (
            job_id INTEGER PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
            key TEXT NOT NULL UNIQUE,
            number INTEGER,
            told TEXT CHECK (told = 'in_progress' OR told = 'completed'),
            attempts INTEGER NOT NULL DEFAULT 0,
            next_at INTEGER,
            reason TEXT
        ) STRICT;

        ALTER TABLE statuses ADD COLUMN tells_jobs INTEGER NOT NULL DEFAULT 0 CHECK (tells_jobs BETWEEN 0 AND 1);
        CREATE INDEX statuses_of_jobs ON statuses (run_id) WHERE tells_jobs = 1;
        CREATE INDEX statuses_pending ON statuses (run_id) WHERE state = 'pending';
        """
}
