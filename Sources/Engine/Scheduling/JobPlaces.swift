import Synchronization

/// How many jobs run at a time, over all runs of this process (`--max-parallel`).
package final class JobPlaces: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    package init(_ count: Int) { state = Mutex(State(free: max(count, 1))) }

    /// Waits for a place.
    ///
    /// One that is woken by `wake` looks whether it is still wanted before it waits on.
    func take(unless isUnwanted: @Sendable () async -> Bool) async {
        while true {
            let isTaken = state.withLock { state in
                guard state.free > 0 else { return false }
                state.free -= 1
                return true
            }
            if isTaken { return }
            if await isUnwanted() {
                // The caller ends at once and gives back the place that it was not given.
                state.withLock { $0.free -= 1 }
                return
            }
            await withCheckedContinuation { continuation in
                let mayTry = state.withLock { state in
                    if state.free > 0 { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if mayTry { continuation.resume() }
            }
        }
    }

    func free() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.free += 1
            return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
        }
        next?.resume()
    }

    /// Lets all who wait look again whether they are still wanted.
    func wake() {
        let all = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in all { continuation.resume() }
    }
}
