import Dispatch
import Synchronization

/// Saves what happens soon after, on a queue of its own: all events that came in meanwhile make one commit.
///
/// Output passes by at once and nothing that observes ever waits for the disk. What cannot be saved is kept and tried
/// again, at most once a second; `flush` says why. An event that the store refuses for good is left out, so that those
/// behind it are saved, and `flush` says that too.
///
/// What is saved is sure to outlive a loss of power once `flush` has returned. Before that it stands in the journals.
package final class StoreObserver: RunObserver {
    private struct State {
        var pending: [RunEvent] = []
        var isScheduled = false
        var lastSave: ContinuousClock.Instant?
        var retryAfter: ContinuousClock.Instant?
        /// Whether something was saved that a loss of power could still take.
        var isOwed = false
        var failure: StoreError?
        var refusal: StoreError?
    }

    /// So long more is waited for before it is saved: much happens at once, and each commit waits for the disk.
    ///
    /// Where much goes on happening it is longer, and for the first it is shorter: that gets the store ready while a short
    /// run's first step runs. What is lost with the process meanwhile stands in the journals.
    private static let firstPatience = DispatchTimeInterval.milliseconds(4)
    private static let patience = DispatchTimeInterval.milliseconds(20)
    private static let longPatience = DispatchTimeInterval.milliseconds(100)

    private let store: Store
    private let queue = DispatchQueue(label: "flowrun.store-observer")
    private let state = Mutex(State())

    package init(_ store: Store) { self.store = store }

    package func observe(_ event: RunEvent) {
        if case .log = event.what { return }
        let patience = state.withLock { state -> DispatchTimeInterval? in
            state.pending.append(event)
            if state.isScheduled { return nil }
            if let time = state.retryAfter, .now < time { return nil }
            state.isScheduled = true
            guard let last = state.lastSave else { return Self.firstPatience }
            return .now - last < .milliseconds(200) ? Self.longPatience : Self.patience
        }
        if let patience { queue.asyncAfter(deadline: .now() + patience) { self.save(isLasting: false) } }
    }

    /// Waits until all that was observed is on the disk.
    ///
    /// - Throws: Why something of it is not. What was not refused for good is tried again by the next call.
    package func flush() throws(StoreError) {
        let unsaved = queue.sync { settle() }
        let fault = state.withLock { state in
            defer { state.refusal = nil }
            return state.failure ?? unsaved ?? state.refusal
        }
        if let fault { throw fault }
    }

    /// Runs on the queue only.
    private func settle() -> StoreError? {
        save(isLasting: true)
        guard state.withLock({ $0.isOwed && $0.failure == nil }) else { return nil }
        do {
            try store.makeLasting()
        } catch {
            return error
        }
        state.withLock { $0.isOwed = false }
        return nil
    }

    /// Runs on the queue only.
    private func save(isLasting: Bool) {
        while true {
            let batch = state.withLock { state in
                state.isScheduled = !state.pending.isEmpty
                return state.pending
            }
            guard !batch.isEmpty else { return }
            let (saved, failure) = fold(batch, isLasting)
            state.withLock { state in
                state.pending.removeFirst(saved)
                state.failure = failure
                state.lastSave = .now
                if saved > 0 { state.isOwed = !isLasting || state.isOwed && failure != nil }
                state.retryAfter = failure == nil ? nil : .now + .seconds(1)
                if failure != nil { state.isScheduled = false }
            }
            if failure != nil { return }
        }
    }

    /// - Returns: How many events are dealt with, and what kept the others from being so.
    private func fold(_ batch: [RunEvent], _ isLasting: Bool) -> (Int, StoreError?) {
        do {
            try store.fold(batch, isLasting: isLasting)
            return (batch.count, nil)
        } catch  where error.reason == .diskFull && StoreReserve(store.home).giveUp() {
            return fold(batch, isLasting)
        } catch  where !error.isRefusal {
            return (0, error)
        } catch {
            return foldSingly(batch)
        }
    }

    private func foldSingly(_ batch: [RunEvent]) -> (Int, StoreError?) {
        for (index, event) in batch.enumerated() {
            do {
                try store.fold([event])
            } catch  where error.isRefusal {
                state.withLock { $0.refusal = $0.refusal ?? error }
            } catch {
                return (index, error)
            }
        }
        return (batch.count, nil)
    }
}

extension StoreError {
    /// Whether trying again is of no use, because it is the row that is wrong.
    fileprivate var isRefusal: Bool {
        switch reason {
        case .refused, .noSuchRun, .noSuchJob, .readOnly: true
        default: false
        }
    }
}
