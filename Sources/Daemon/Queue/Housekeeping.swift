import Engine
import Foundation
import Logging
import Serving
import Store
import Synchronization

/// Removes the runs that a repository's settings (`retention`) do not want to keep any more: when the daemon starts, and
/// once a day from then on.
final class Housekeeping: Sendable {
    /// In seconds.
    private static let pause: TimeInterval = 86_400

    private let store: Store
    private let sessions: any SessionMaker
    private let log: Logger
    private let next = Mutex(Date.distantPast)

    init(store: Store, sessions: any SessionMaker, log: Logger) {
        self.store = store
        self.sessions = sessions
        self.log = log
    }

    /// Does what is due.
    func advance(at now: Date) async {
        let isDue = next.withLock { next in
            // A clock that was turned back does not put it off.
            guard next <= now || next > now + Self.pause else { return false }
            next = now + Self.pause
            return true
        }
        guard isDue else { return }
        do {
            for repository in try await offPool({ [store] in try store.repositoriesOfDaemon() }) {
                await tidy(repository, at: now)
            }
        } catch {
            log.error("the repositories cannot be read", metadata: ["error": "\(error)"])
        }
    }

    private func tidy(_ repository: String, at now: Date) async {
        do {
            let count = try await offPool { [store, sessions] in
                let limits = try sessions.retention(of: repository)
                guard !limits.isEmpty else { return 0 }
                let gone = try OldRuns.beyond(limits, repository: repository, in: store, at: now)
                try OldRuns.remove(gone, from: store)
                return gone.count
            }
            guard count > 0 else { return }
            log.info("old runs removed", metadata: ["repository": "\(repository)", "runs": "\(count)"])
        } catch {
            log.error("old runs stay", metadata: ["repository": "\(repository)", "error": "\(error)"])
        }
    }
}
