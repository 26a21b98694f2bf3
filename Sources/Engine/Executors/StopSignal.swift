import Synchronization

/// Why a process is made to stop.
package enum StopReason: String, Sendable, Codable {
    case cancelled
    case timedOut = "timed_out"
    /// At once, with no time to clean up.
    case force

    var sentence: String {
        switch self {
        case .cancelled: "The operation was canceled"
        case .timedOut: "The operation has timed out"
        case .force: "The operation was stopped by force"
        }
    }
}

/// A one-shot broadcast that asks everything that listens to stop.
///
/// The first reason stands. `.force` after another reason escalates: what is being stopped gently is killed.
package final class StopSignal: Sendable {
    private struct State {
        var reason: StopReason?
        var isForced = false
        var nextListener = 0
        var listeners: [(id: Int, call: @Sendable (StopReason) -> Void)] = []
    }

    /// What `onStop` gives, to be handed back to `remove`.
    package struct Listener: Sendable {
        fileprivate let id: Int
    }

    private let state = Mutex(State())

    package init() {}

    /// The first reason given, or nil as long as nobody has asked.
    package var reason: StopReason? { state.withLock { $0.reason } }

    /// Whether `.force` has been asked for, first or later.
    package var isForced: Bool { state.withLock { $0.isForced } }

    /// Whether a further `stop` could still change something.
    package var escalates: Bool { !isForced }

    /// Asks to stop.
    ///
    /// Asking again changes nothing, unless it escalates to `.force`.
    package func stop(_ reason: StopReason) {
        let called = state.withLock { state -> [@Sendable (StopReason) -> Void] in
            let isNew = state.reason == nil
            let escalates = reason == .force && !state.isForced
            guard isNew || escalates else { return [] }
            state.reason = state.reason ?? reason
            state.isForced = state.isForced || reason == .force
            return state.listeners.map(\.call)
        }
        for listener in called { listener(reason) }
    }

    /// Calls `listener` when a stop is asked for and once more when that escalates; at once, if it has been already.
    package func onStop(_ listener: @escaping @Sendable (StopReason) -> Void) -> Listener {
        let (id, reason) = state.withLock { state in
            let id = state.nextListener
            state.nextListener += 1
            state.listeners.append((id, listener))
            return (id, state.isForced ? .force : state.reason)
        }
        if let reason { listener(reason) }
        return Listener(id: id)
    }

    package func remove(_ listener: Listener) {
        state.withLock { $0.listeners.removeAll { $0.id == listener.id } }
    }

    /// Passes every stop of this signal on to `other`: a job's signal to those of its steps.
    package func forward(to other: StopSignal) -> Listener {
        onStop { [weak other] in other?.stop($0) }
    }
}
