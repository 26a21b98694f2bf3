import Foundation
import Synchronization

/// The problem matchers of a job.
///
/// Shared by its steps: what one adds, later ones have.
package final class ProblemMatcherSet: Sendable {
    private struct State {
        /// Those of the newest file first, each file's in its order.
        var matchers: [ProblemMatcher] = []
        var version = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Adds the matchers of a file, in front of those that are there and instead of older ones of their owners.
    package func add(_ matchers: [ProblemMatcher]) {
        let owners = Set(matchers.map { $0.owner.lowercased() })
        state.withLock { state in
            state.matchers = matchers + state.matchers.filter { !owners.contains($0.owner.lowercased()) }
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
