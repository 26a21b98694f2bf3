import Crypto
import Foundation
import GRDB

/// Secrets are sealed with AES-GCM. The place of each is authenticated with it: a row that is moved to another scope,
/// set or name cannot be opened there.
extension Store {
    var keyFile: SecretKeyFile { SecretKeyFile(home: home) }

    /// Seals a value and keeps it under a name, which is taken in any case and kept in upper case.
    ///
    /// There may be several sets of values for the same names: `default`, `local`, and the user's own.
    package func setSecret(
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
            let sealed = try Self.seal(value, key, with: try self.loadOrCreateKey(db))
            let now = Date().milliseconds
            try db.execute(
                sql: """
                    INSERT INTO secrets (scope, repository, environment, "set", name, sealed, created_at, updated_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at
                    """,
                arguments: key.arguments + [sealed, now, now]
            )
        }
    }

    /// - Returns: Whether there was such a secret.
    @discardableResult
    package func deleteSecret(
        _ name: String,
        scope: SettingScope,
        set: String = "default"
    ) throws(StoreError) -> Bool {
        let key = try SettingKey(name, scope, set)
        return try write { db in
            try db.execute(sql: "DELETE FROM secrets WHERE \(SettingKey.condition)", arguments: key.arguments)
            return db.changesCount == 1
        }
    }

    /// The names of one scope's secrets, sorted.
    package func secretNames(scope: SettingScope, set: String = "default") throws(StoreError) -> [SecretName]
    {
        try SettingKey.validate(set: set)
        return try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT name, updated_at FROM secrets
                    WHERE scope = ? AND repository = ? AND environment = ? AND "set" = ? ORDER BY name
                    """,
                arguments: [scope.kind, scope.repository, scope.environment, set]
            ).map { SecretName(name: $0["name"], updatedAt: Date(milliseconds: $0["updated_at"])) }
        }
    }

    /// The secrets that a job has, by upper-case name: global ones, over them the repository's, over them those of the
    /// environment that the job deploys to.
    package func secrets(
        for repository: String,
        environment: String? = nil,
        set: String = "default"
    ) throws(StoreError) -> [String: String] {
        try SettingKey.validate(set: set)
        let rows = try read { db in
            try Row.fetchAll(
                db,
                sql:
                    "SELECT scope, repository, environment, name, sealed FROM secrets WHERE \(SettingKey.effective)",
                arguments: [set, repository, repository, environment ?? ""]
            ).map { row in
                (
                    scope: try Self.scope(row), name: row["name"] as String, sealed: row["sealed"] as Data
                )
            }
        }
        // Only what is not overridden is opened: a broken value that nobody reads is no fault.
        let effective = Dictionary(rows.map { ($0.name, $0) }) { _, narrower in narrower }
        guard !effective.isEmpty else { return [:] }
        guard let key = try keyFile.load() else { throw StoreError(.keyMissing, keyFile.path) }
        var secrets: [String: String] = [:]
        for (name, row) in effective {
            secrets[name] = try Self.open(row.sealed, try SettingKey(name, row.scope, set), with: key)
        }
        return secrets
    }

    /// Seals the secrets of one repository's path anew for another, but for those whose name has a secret there.
    static func moveSecrets(_ db: Database, _ old: String, _ new: String, key: SymmetricKey?) throws {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT scope, repository, environment, "set", name, sealed FROM secrets AS old WHERE repository = ?
                    AND NOT EXISTS (
                        SELECT 1 FROM secrets AS new WHERE new.repository = ? AND new.scope = old.scope
                            AND new.environment = old.environment AND new."set" = old."set" AND new.name = old.name)
                """,
            arguments: [old, new]
        )
        // Without the key they stay where they are: a command that needs them says what is missing.
        guard let key else { return }
        for row in rows {
            let place = try SettingKey(row["name"], try scope(row), row["set"])
            // One that cannot be opened keeps nobody from the others; who asks for it is told.
            guard let value = try? open(row["sealed"], place, with: key) else { continue }
            let moved = try SettingKey(place.name, place.scope.moved(to: new), place.set)
            let sealed = try seal(value, moved, with: key)
            try db.execute(
                sql: "UPDATE secrets SET repository = ?, sealed = ? WHERE \(SettingKey.condition)",
                arguments: [new, sealed] + place.arguments
            )
        }
    }

    private static func scope(_ row: Row) throws -> SettingScope {
        switch row["scope"] as String {
        case "global": .global
        case "repository": .repository(row["repository"])
        default: .environment(repository: row["repository"], name: row["environment"])
        }
    }

    /// A new key is only made where there is nothing yet that another one has sealed.
    func loadOrCreateKey(_ db: Database) throws -> SymmetricKey {
        if let key = try keyFile.load() { return key }
        guard try Int.fetchOne(db, sql: "SELECT 1 FROM secrets LIMIT 1") == nil else {
            throw StoreError(.keyMissing, keyFile.path)
        }
        try home.make(home.keys)
        return try keyFile.create()
    }

    private static func seal(_ value: String, _ place: SettingKey, with key: SymmetricKey) throws -> Data {
        let box = try AES.GCM.seal(Data(value.utf8), using: key, authenticating: place.authenticatedData)
        guard let combined = box.combined else { preconditionFailure("a nonce of the usual length was used") }
        return combined
    }

    private static func open(
        _ sealed: Data,
        _ place: SettingKey,
        with key: SymmetricKey
    ) throws(StoreError) -> String {
        do {
            let box = try AES.GCM.SealedBox(combined: sealed)
            let data = try AES.GCM.open(box, using: key, authenticating: place.authenticatedData)
            return String(decoding: data, as: UTF8.self)
        } catch {
            throw StoreError(.unreadableSecret, place.name)
        }
    }
}

extension SettingKey {
    /// The place of a value; each part with its length, so that no two places read the same.
    var authenticatedData: Data {
        let parts = [
            "flowrun secret 1", scope.kind, scope.repository, scope.environment.lowercased(), set, name,
        ]
        return Data(parts.flatMap { part in Array("\(part.utf8.count):".utf8) + Array(part.utf8) })
    }
}
