import Synchronization

/// Wakes the one who waits: at a time, or when it is rung.
final class Alarm: Sendable {
    private struct State {
        var isRung = false
        var isOver = false
        var sleeper: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    var isOver: Bool { state.withLock { $0.isOver } }

    func ring() {
        let sleeper = state.withLock { state in
            state.isRung = true
            defer { state.sleeper = nil }
            return state.sleeper
        }
        sleeper?.resume()
    }

    /// Rings, and says that all is over.
    func end() {
        state.withLock { $0.isOver = true }
        ring()
    }

    /// Returns when it was rung since the last return, or at the time given; for one waiter at a time.
    func wait(at time: ContinuousClock.Instant) async {
        let timer = Task {
            try await Task.sleep(until: time, clock: .continuous)
            self.ring()
        }
        await withCheckedContinuation { continuation in
            let isRung = state.withLock { state in
                if !state.isRung { state.sleeper = continuation }
                return state.isRung
            }
            if isRung { continuation.resume() }
        }
        timer.cancel()
        state.withLock { $0.isRung = false }
    }
}
