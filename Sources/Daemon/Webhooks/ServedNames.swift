import Engine
import Foundation
import Store
import Synchronization

/// The served repositories by the names that forges and clients have for them.
///
/// What it has found holds for a moment: to open a repository takes longer than most requests.
final class ServedNames: Sendable {
    struct Entry: Sendable {
        var repository: String
        /// `owner/name`, in lower case.
        var name: String
        /// By which its forge signs webhooks.
        var secret: String?
    }

    private static let age = Duration.seconds(1)

    private let store: Store
    private let state = Mutex<(at: ContinuousClock.Instant, entries: [Entry])?>(nil)

    init(store: Store) { self.store = store }

    func entries() throws -> [Entry] {
        if let known = state.withLock({ $0 }), .now - known.at < Self.age { return known.entries }
        let secrets = try WebhookSecrets(store: store).all()
        let entries = try store.repositories().compactMap { served -> Entry? in
            // One that is gone, or has no commit, keeps nobody from the others.
            let options = SessionOptions(folder: served.path, hostEnvironment: [:])
            guard let site = try? SessionSite(options) else { return nil }
            return Entry(
                repository: served.path,
                name: site.facts.fullName.lowercased(),
                secret: secrets.first { $0.repository == served.path }?.secret
            )
        }
        state.withLock { $0 = (.now, entries) }
        return entries
    }

    /// The repository of a name; nil where none is served.
    func repository(_ name: String) throws -> String? {
        try entries().first { $0.name == name.lowercased() }?.repository
    }
}
