/// What the daemon works from: the repositories that it serves, the events that came in, the runs that wait, and every
/// time at which a schedule was due.
///
/// A run with a `priority` is the daemon's: nobody else runs it, or ends it as lost.
extension Schema {
    static let queue = """
        CREATE TABLE repositories (
            path TEXT NOT NULL PRIMARY KEY CHECK (path <> ''),
            added_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE events (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            repository TEXT NOT NULL CHECK (repository <> ''),
            name TEXT NOT NULL CHECK (name <> ''),
            source TEXT NOT NULL CHECK (source IN ('person', 'hook', 'webhook', 'schedule', 'chain')),
            key TEXT UNIQUE,
            digest TEXT,
            event TEXT NOT NULL CHECK (json_valid(event)),
            workflow TEXT,
            parent_run_id INTEGER REFERENCES runs (id) ON DELETE SET NULL,
            priority INTEGER NOT NULL,
            received_at INTEGER NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('pending', 'done', 'refused')),
            reason TEXT,
            CHECK (status <> 'refused' OR reason IS NOT NULL)
        ) STRICT;
        CREATE INDEX events_pending ON events (priority DESC, id) WHERE status = 'pending';
        CREATE INDEX events_by_digest ON events (digest, received_at) WHERE digest IS NOT NULL;
        CREATE INDEX events_of_parent ON events (parent_run_id) WHERE parent_run_id IS NOT NULL;

        ALTER TABLE runs ADD COLUMN event_id INTEGER REFERENCES events (id) ON DELETE SET NULL;
        ALTER TABLE runs ADD COLUMN priority INTEGER;
        ALTER TABLE runs ADD COLUMN choices BLOB;
        CREATE UNIQUE INDEX runs_of_event ON runs (event_id, path) WHERE event_id IS NOT NULL AND run_attempt = 1;
        CREATE INDEX runs_of_daemon ON runs (priority DESC, id) WHERE priority IS NOT NULL AND status <> 'completed';

        CREATE TABLE statuses (
            run_id INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
            forge TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('pending', 'success', 'failure', 'error')),
            attempts INTEGER NOT NULL DEFAULT 0,
            next_at INTEGER,
            reason TEXT
        ) STRICT;
        CREATE INDEX statuses_owed ON statuses (next_at) WHERE next_at IS NOT NULL;

        CREATE TABLE schedules (
            repository TEXT NOT NULL,
            path TEXT NOT NULL,
            cron TEXT NOT NULL,
            timezone TEXT NOT NULL,
            seen_until INTEGER NOT NULL,
            PRIMARY KEY (repository, path, cron, timezone)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE ticks (
            repository TEXT NOT NULL,
            path TEXT NOT NULL,
            cron TEXT NOT NULL,
            timezone TEXT NOT NULL,
            due_at INTEGER NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('fired', 'coalesced', 'skipped')),
            reason TEXT,
            event_id INTEGER REFERENCES events (id) ON DELETE SET NULL,
            decided_at INTEGER NOT NULL,
            PRIMARY KEY (repository, path, cron, timezone, due_at),
            CHECK (status <> 'skipped' OR reason IS NOT NULL)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX ticks_of_event ON ticks (event_id) WHERE event_id IS NOT NULL;
        """
}
