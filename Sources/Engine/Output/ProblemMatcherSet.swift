import Foundation
import Synchronization

/// The problem matchers of a job.
///
/// Shared by its steps: what one adds, later ones have.
package final class ProblemMatcherSet: Sendable {
    private struct State {
        /// Newest first.
        var matchers: [ProblemMatcher] = []
        var version = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Adds matchers, each in the place of an older one of its owner.
    package func add(_ matchers: [ProblemMatcher]) {
        state.withLock { state in
            for matcher in matchers {
                state.matchers.removeAll { $0.owner.lowercased() == matcher.owner.lowercased() }
                state.matchers.insert(matcher, at: 0)
            }
            state.version += 1
        }
    }

    package func remove(owner: String) {
        state.withLock { state in
            state.matchers.removeAll { $0.owner.lowercased() == owner.lowercased() }
            state.version += 1
        }
    }

    /// The owners whose matchers are in force, newest first.
    package var owners: [String] { state.withLock { $0.matchers.map(\.owner) } }

    var current: (matchers: [ProblemMatcher], version: Int) { state.withLock { ($0.matchers, $0.version) } }
    var version: Int { state.withLock { $0.version } }
}
