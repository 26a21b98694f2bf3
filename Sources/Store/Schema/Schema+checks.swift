extension Schema {
    /// Checks of words as one comparison, where they were lists.
    ///
    /// For each list in parentheses SQLite fills a table of its own, at every row that is written: most of what writing a
    /// step's row took. Comparisons with `OR` are long to read for whoever opens the store. What tables hold stays as it
    /// is: SQLite lets a program change the text of checks in its schema (https://www.sqlite.org/lang_altertable.html,
    /// "Making Other Kinds Of Table Schema Changes").
    static let checks: String = {
        let ends = ["success", "failure", "cancelled", "skipped", "timed_out", "action_required", "neutral"]
        let lists = [
            ("status", ["queued", "in_progress", "completed"], ""),
            ("status", ["pending", "done", "refused"], ""),
            ("status", ["fired", "coalesced", "skipped"], ""),
            ("conclusion", ends, "\n        "),
            ("outcome", ends, "\n        "),
            ("level", ["notice", "warning", "error"], ""),
            ("source", ["person", "hook", "webhook", "schedule", "chain"], ""),
            ("state", ["pending", "success", "failure", "error"], ""),
        ]
        let changes = lists.map { column, words, indent in
            let list = "\(column) IN (\(indent)" + words.map { "'\($0)'" }.joined(separator: ", ") + ")"
            let comparison = "instr('|\(words.joined(separator: "|"))|', '|' || \(column) || '|')"
            return
                "UPDATE sqlite_schema SET sql = replace(sql, \(quoted(list)), \(quoted(comparison))) WHERE type = 'table';"
        }
        // A table that comes and goes has other connections read the schema anew.
        return """
            PRAGMA writable_schema = ON;
            \(changes.joined(separator: "\n"))
            CREATE TABLE checks_are_changed (id INTEGER);
            DROP TABLE checks_are_changed;
            PRAGMA writable_schema = RESET;
            """
    }()

    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("'", with: "''") + "'"
    }
}
