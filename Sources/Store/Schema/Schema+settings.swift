extension Schema {
    static let settings = """
        CREATE TABLE secrets (
            scope TEXT NOT NULL,
            repository TEXT NOT NULL,
            environment TEXT NOT NULL COLLATE NOCASE,
            "set" TEXT NOT NULL CHECK ("set" <> ''),
            name TEXT NOT NULL CHECK (name <> '' AND name = upper(name)),
            sealed BLOB NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            PRIMARY KEY (scope, repository, environment, "set", name),
            \(scopeCheck)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE variables (
            scope TEXT NOT NULL,
            repository TEXT NOT NULL,
            environment TEXT NOT NULL COLLATE NOCASE,
            "set" TEXT NOT NULL CHECK ("set" <> ''),
            name TEXT NOT NULL CHECK (name <> '' AND name = upper(name)),
            value TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            PRIMARY KEY (scope, repository, environment, "set", name),
            \(scopeCheck)
        ) STRICT, WITHOUT ROWID;
        """

    private static let scopeCheck = """
        CHECK (CASE scope
                WHEN 'global' THEN repository = '' AND environment = ''
                WHEN 'repository' THEN repository <> '' AND environment = ''
                WHEN 'environment' THEN repository <> '' AND environment <> ''
                ELSE FALSE
            END)
        """
}
