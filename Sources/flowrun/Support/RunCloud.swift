import Cloud
import Engine
import Foundation
import Store

/// The local cloud as runs use it: brought up for the secret set `local`, and never beside anybody's real key.
struct RunCloud: LocalCloudProvider {
    static let secretSet = "local"
    let home: FlowrunHome

    private var cloud: LocalCloud { LocalCloud(folder: home.cloud) }

    /// Brings the cloud up and puts its secrets into the set, where a run asks for that set.
    func prepare(secretSet: String, store: Store) async throws {
        guard secretSet == Self.secretSet else { return }
        _ = try await cloud.ensureUp(executable: Surroundings.program)
        try Self.keepSecrets(of: cloud, in: store)
    }

    func environment(
        for secrets: [String: String],
        secretSet: String
    ) throws -> [(name: String, value: String)] {
        guard secretSet == Self.secretSet, !secrets.values.contains(where: ServiceAccount.isReal) else {
            return []
        }
        guard let key = secrets["SERVICE_ACCOUNT_KEY"], LocalCloud.isLocalKey(base64OrJSON: key) else {
            return []
        }
        return try cloud.localEnvironment().map { (name: $0.0, value: $0.1) }
    }

    static func keepSecrets(of cloud: LocalCloud, in store: Store) throws {
        let kept = try store.secrets(for: "", set: secretSet)
        for (name, value) in try cloud.localSecrets() where kept[name] != value {
            try store.setSecret(name, value, scope: .global, set: secretSet)
        }
    }
}

/// Tells the keys of Google's service accounts from other secrets.
enum ServiceAccount {
    /// Whether a secret is such a key and not the local cloud's own.
    static func isReal(_ secret: String) -> Bool {
        let text = secret.trimmingCharacters(in: .whitespacesAndNewlines)
        let json = text.hasPrefix("{") ? Data(text.utf8) : Data(base64Encoded: text)
        guard let json, json.range(of: Data("\"private_key\"".utf8)) != nil else { return false }
        return !LocalCloud.isLocalKey(base64OrJSON: secret)
    }
}
