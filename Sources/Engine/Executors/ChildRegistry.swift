import CHost
import Synchronization

/// The children of this process that something waits for, so that reaping adopted orphans takes no exit status
/// that is somebody else's.
final class ChildRegistry: Sendable {
    static let shared = ChildRegistry()

    private struct State {
        /// Spawns whose process may exist already, while its number is not known yet.
        var spawning = 0
        var awaited: [Int32] = []
    }

    private let state = Mutex(State())

    func spawnBegins() { state.withLock { $0.spawning += 1 } }
    func spawnFailed() { state.withLock { $0.spawning -= 1 } }
    func spawned(_ pid: Int32) {
        state.withLock {
            $0.spawning -= 1
            $0.awaited.append(pid)
        }
    }
    func reaped(_ pid: Int32) { state.withLock { $0.awaited.removeAll { $0 == pid } } }

    /// Whether `pid` is a child that is waited for.
    func awaits(_ pid: Int32) -> Bool { state.withLock { $0.awaited.contains(pid) } }

    /// Whether `pid` may be one, for all that is known while something is being spawned.
    func mayAwait(_ pid: Int32) -> Bool { state.withLock { $0.spawning > 0 || $0.awaited.contains(pid) } }
}

/// Makes this process the one that orphans below it fall to, instead of init.
enum Subreaper {
    /// Whether it worked; decided once.
    static let isSet = flowrun_adopt_orphans() == 0
}
