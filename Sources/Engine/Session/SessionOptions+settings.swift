import Expressions
import Store
import Workflows

/// Secrets and variables: stored ones of the set, below those that were given.
extension SessionOptions {
    func variables(
        in store: Store,
        for repository: String,
        environment: String? = nil
    ) throws -> [String: String] {
        try store.variables(for: repository, environment: environment, set: secretSet)
            .merging(variables) { $1 }
    }

    func secrets(
        in store: Store,
        for repository: String,
        environment: String? = nil
    ) throws -> [String: String] {
        let given = Dictionary(secrets.map { ($0.key.uppercased(), $0.value) }, uniquingKeysWith: { $1 })
        var secrets = try store.secrets(for: repository, environment: environment, set: secretSet)
            .merging(given) { $1 }
        for (name, value) in secrets {
            guard let command = SecretCommand(stored: value) else { continue }
            secrets[name] = try command.value(of: name, environment: hostEnvironment)
        }
        return secrets
    }

    /// The secrets of a run that a fork has written: those that a person gave for it by name.
    var secretsOfFork: [String: String] {
        Dictionary(secrets.map { ($0.key.uppercased(), $0.value) }, uniquingKeysWith: { $1 })
    }

    /// Secrets and variables as a deployment environment has them; without its name those of the repository.
    func settings(
        of environment: String?,
        in store: Store,
        for repository: String
    ) throws -> (secrets: [String: String], variables: Value) {
        (
            try secrets(in: store, for: repository, environment: environment),
            Self.context(try variables(in: store, for: repository, environment: environment))
        )
    }

    /// Secrets that a deployment environment has of its own, and variables as they are in it.
    func ownSettings(
        of environment: String,
        in store: Store,
        for repository: String
    ) throws -> (secrets: [String: String], variables: Value) {
        let scope = SettingScope.environment(repository: repository, name: environment)
        let own = Set(try store.secretNames(scope: scope, set: secretSet).map(\.name))
        var settings = try settings(of: environment, in: store, for: repository)
        settings.secrets = settings.secrets.filter { own.contains($0.key) }
        return settings
    }

    /// The `vars` context.
    static func context(_ variables: [String: String]) -> Value {
        .object(ObjectValue(variables.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
}
