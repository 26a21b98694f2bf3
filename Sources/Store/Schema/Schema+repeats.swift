extension Schema {
    /// Deliveries that told of an event that was known already, by the ids that they came with; and events that a person had
    /// taken in again.
    static let repeats = """
        CREATE TABLE repeats (
            event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE CASCADE,
            delivery TEXT NOT NULL,
            count INTEGER NOT NULL CHECK (count >= 1),
            first_at INTEGER NOT NULL,
            last_at INTEGER NOT NULL,
            PRIMARY KEY (event_id, delivery)
        ) STRICT, WITHOUT ROWID;

        ALTER TABLE events ADD COLUMN redelivers INTEGER REFERENCES events (id) ON DELETE SET NULL;
        CREATE INDEX events_by_redelivery ON events (redelivers) WHERE redelivers IS NOT NULL;
        CREATE INDEX events_of_repository ON events (repository, id);
        """
}
