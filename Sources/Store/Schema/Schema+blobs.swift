/// What runs keep: their bytes lie in files that are named by `blob`.
///
/// There are rows of whole artifacts and caches only.
extension Schema {
    static let blobs = """
        CREATE TABLE artifacts (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            job_id INTEGER REFERENCES jobs (id) ON DELETE SET NULL,
            name TEXT NOT NULL CHECK (name <> ''),
            content_type TEXT NOT NULL,
            blob TEXT NOT NULL UNIQUE,
            size INTEGER NOT NULL CHECK (size >= 0),
            digest TEXT NOT NULL CHECK (length(digest) = 64),
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            UNIQUE (run_id, name)
        ) STRICT;
        CREATE INDEX artifacts_of_job ON artifacts (job_id) WHERE job_id IS NOT NULL;
        CREATE INDEX artifacts_by_expiry ON artifacts (expires_at);

        CREATE TABLE caches (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            repository TEXT NOT NULL CHECK (repository <> ''),
            scope TEXT NOT NULL CHECK (scope <> ''),
            key TEXT NOT NULL CHECK (key <> ''),
            version TEXT NOT NULL,
            blob TEXT NOT NULL UNIQUE,
            size INTEGER NOT NULL CHECK (size >= 0),
            digest TEXT NOT NULL CHECK (length(digest) = 64),
            created_at INTEGER NOT NULL,
            last_used_at INTEGER NOT NULL,
            UNIQUE (repository, scope, version, key)
        ) STRICT;
        CREATE INDEX caches_by_use ON caches (repository, last_used_at);
        """
}
