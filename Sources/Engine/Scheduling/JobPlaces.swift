import Foundation
import Synchronization

/// For whom a place is wanted, where several want one.
package struct PlaceClaim: Sendable {
    package var repository: String
    /// The higher goes first.
    package var priority: Int

    package init(repository: String, priority: Int = 0) {
        self.repository = repository
        self.priority = priority
    }
}

/// How many jobs run at a time, over all runs of this process (`--max-parallel`).
///
/// A place that is freed goes to the claim of the highest priority; among these to the repository that has the fewest,
/// so that one with many jobs does not keep the others waiting; among its own to the oldest.
package final class JobPlaces: Sendable {
    private struct Waiting {
        var claim: PlaceClaim
        /// Resumed with whether the place is given.
        var continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var taken = 0
        var takenBy: [String: Int] = [:]
        var waiting: [Waiting] = []

        mutating func take(_ claim: PlaceClaim) {
            taken += 1
            takenBy[claim.repository, default: 0] += 1
        }

        mutating func free(_ claim: PlaceClaim) {
            taken -= 1
            let left = takenBy[claim.repository, default: 1] - 1
            takenBy[claim.repository] = left > 0 ? left : nil
        }

        mutating func removeNext() -> Waiting? {
            func rank(_ waiting: Waiting) -> (Int, Int) {
                (-waiting.claim.priority, takenBy[waiting.claim.repository] ?? 0)
            }
            let next = waiting.indices.min { rank(waiting[$0]) < rank(waiting[$1]) }
            return next.map { waiting.remove(at: $0) }
        }
    }

    private let state = Mutex(State())
    private let given: Int?
    /// Counted when a second place is wanted: to ask for the machine's cores takes longer than a short job's set-up.
    private var count: Int { max(given ?? ProcessInfo.processInfo.activeProcessorCount, 1) }

    /// - Parameter count: As many as the machine has cores where it is absent.
    package init(_ count: Int?) { given = count }

    /// How many wait for a place.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    private func isFree(_ state: State) -> Bool { state.taken < 1 || state.taken < count }

    /// Waits for a place.
    ///
    /// One that is woken by `wake` looks whether it is still wanted before it waits on.
    func take(
        _ claim: PlaceClaim = PlaceClaim(repository: ""),
        unless isUnwanted: @Sendable () async -> Bool
    ) async {
        while true {
            let isTaken = state.withLock { state in
                guard isFree(state) else { return false }
                state.take(claim)
                return true
            }
            if isTaken { return }
            if await isUnwanted() {
                // The caller ends at once and gives back the place that it was not given.
                state.withLock { $0.take(claim) }
                return
            }
            let isGiven = await withCheckedContinuation { continuation in
                let mayTry = state.withLock { state in
                    if isFree(state) { return true }
                    state.waiting.append(Waiting(claim: claim, continuation: continuation))
                    return false
                }
                if mayTry { continuation.resume(returning: false) }
            }
            if isGiven { return }
        }
    }

    func free(_ claim: PlaceClaim = PlaceClaim(repository: "")) {
        let next = state.withLock { state -> Waiting? in
            state.free(claim)
            guard isFree(state), let next = state.removeNext() else { return nil }
            state.take(next.claim)
            return next
        }
        next?.continuation.resume(returning: true)
    }

    /// Lets all who wait look again whether they are still wanted.
    func wake() {
        let all = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiting in all { waiting.continuation.resume(returning: false) }
    }
}
