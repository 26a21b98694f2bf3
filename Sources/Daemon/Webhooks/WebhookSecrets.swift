package import Store

/// The secrets by which forges sign what they send, one a repository.
package struct WebhookSecrets: Sendable {
    private static let set = "webhooks"
    private static let name = "WEBHOOK"

    private let store: Store

    package init(store: Store) { self.store = store }

    package func set(_ secret: String, for repository: String) throws {
        try store.setSecret(Self.name, secret, scope: .repository(repository), set: Self.set)
    }

    /// Of every served repository that has one.
    func all() throws -> [(repository: String, secret: String)] {
        var found: [(repository: String, secret: String)] = []
        for repository in try store.repositories().map(\.path) {
            guard let secret = try store.secrets(for: repository, set: Self.set)[Self.name], !secret.isEmpty
            else { continue }
            found.append((repository, secret))
        }
        return found
    }
}
