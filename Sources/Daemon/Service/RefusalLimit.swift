import Foundation
import Synchronization

/// How many callers with a wrong token are answered that it is wrong: past that they are told to come back later.
///
/// Who has the right one is let in at any time, so that nobody can lock the user out. What it knows of the callers
/// is two numbers, however many there are.
final class RefusalLimit: Sendable {
    /// So many in a minute.
    private static let most = 60

    private struct State {
        var minute: ContinuousClock.Instant
        var count = 0
    }

    private let state = Mutex(State(minute: .now))

    /// Counts a caller who is refused.
    ///
    /// - Parameter now: The clock's time, for tests.
    /// - Returns: After how many seconds to come back, where there were too many; nil for one who is to be told why.
    func refuse(at now: ContinuousClock.Instant = .now) -> Int? {
        state.withLock { state in
            if now - state.minute >= .seconds(60) { state = State(minute: now) }
            state.count += 1
            guard state.count > Self.most else { return nil }
            return max(1, 60 - Int((now - state.minute).components.seconds))
        }
    }
}
