import Foundation
import GRDB

extension Store {
    /// Keeps a value under a name, which is taken in any case and kept in upper case; sets are as for secrets.
    package func setVariable(
        _ name: String,
        _ value: String,
        scope: SettingScope,
        set: String = "default"
    ) throws(StoreError) {
        let key = try SettingKey(name, scope, set)
        guard value.utf8.count <= SettingKey.sizeLimit else {
            throw StoreError(.tooLarge(limit: SettingKey.sizeLimit), key.name)
        }
        try write { db in
            let now = Date().milliseconds
            try db.execute(
                sql: """
                    INSERT INTO variables (scope, repository, environment, "set", name, value, created_at, updated_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
                    """,
                arguments: key.arguments + [value, now, now]
            )
        }
    }

    /// - Returns: Whether there was such a variable.
    @discardableResult
    package func deleteVariable(
        _ name: String,
        scope: SettingScope,
        set: String = "default"
    ) throws(StoreError) -> Bool {
        let key = try SettingKey(name, scope, set)
        return try write { db in
            try db.execute(
                sql: "DELETE FROM variables WHERE \(SettingKey.condition)",
                arguments: key.arguments
            )
            return db.changesCount == 1
        }
    }

    /// One variable of one scope.
    package func variable(
        _ name: String,
        scope: SettingScope,
        set: String = "default"
    ) throws(StoreError) -> Variable? {
        let key = try SettingKey(name, scope, set)
        return try variables(scope: scope, set: set).first { $0.name == key.name }
    }

    /// One scope's variables, sorted by name.
    package func variables(scope: SettingScope, set: String = "default") throws(StoreError) -> [Variable] {
        try SettingKey.validate(set: set)
        return try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT name, value, updated_at FROM variables
                    WHERE scope = ? AND repository = ? AND environment = ? AND "set" = ? ORDER BY name
                    """,
                arguments: [scope.kind, scope.repository, scope.environment, set]
            ).map {
                Variable(
                    name: $0["name"],
                    value: $0["value"],
                    updatedAt: Date(milliseconds: $0["updated_at"])
                )
            }
        }
    }

    /// The variables that a job has, by upper-case name: global ones, over them the repository's, over them those of
    /// the environment that the job deploys to.
    package func variables(
        for repository: String,
        environment: String? = nil,
        set: String = "default"
    ) throws(StoreError) -> [String: String] {
        try SettingKey.validate(set: set)
        let rows = try read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT name, value FROM variables WHERE \(SettingKey.effective)",
                arguments: [set, repository, repository, environment ?? ""]
            ).map { (name: $0["name"] as String, value: $0["value"] as String) }
        }
        return Dictionary(rows.map { ($0.name, $0.value) }) { _, narrower in narrower }
    }
}
