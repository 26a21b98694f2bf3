import Foundation
import Synchronization

/// How many jobs run at a time, over all runs of this process (`--max-parallel`).
package final class JobPlaces: Sendable {
    private struct State {
        var taken = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let given: Int?
    /// Counted when a second place is wanted: to ask for the machine's cores takes longer than a short job's set-up.
    private var count: Int { max(given ?? ProcessInfo.processInfo.activeProcessorCount, 1) }

    /// - Parameter count: As many as the machine has cores where it is absent.
    package init(_ count: Int?) { given = count }

    private func isFree(_ state: State) -> Bool { state.taken < 1 || state.taken < count }

    /// Waits for a place.
    ///
    /// One that is woken by `wake` looks whether it is still wanted before it waits on.
    func take(unless isUnwanted: @Sendable () async -> Bool) async {
        while true {
            let isTaken = state.withLock { state in
                guard isFree(state) else { return false }
                state.taken += 1
                return true
            }
            if isTaken { return }
            if await isUnwanted() {
                // The caller ends at once and gives back the place that it was not given.
                state.withLock { $0.taken += 1 }
                return
            }
            await withCheckedContinuation { continuation in
                let mayTry = state.withLock { state in
                    if isFree(state) { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if mayTry { continuation.resume() }
            }
        }
    }

    func free() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.taken -= 1
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
