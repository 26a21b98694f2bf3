extension Schema {
    /// Workflows that a person has switched off, by their files.
    static let disabled = """
        CREATE TABLE disabled_workflows (
            repository TEXT NOT NULL CHECK (repository <> ''),
            path TEXT NOT NULL CHECK (path <> ''),
            disabled_at INTEGER NOT NULL,
            PRIMARY KEY (repository, path)
        ) STRICT, WITHOUT ROWID;
        """
}
