import Synchronization

/// A value that is given once, from any thread, and awaited by any number of tasks.
package final class Promise<Value: Sendable>: Sendable {
    private enum State {
        case open([CheckedContinuation<Value, Never>])
        case given(Value)
    }

    private let state = Mutex(State.open([]))

    package init() {}

    var valueIfGiven: Value? {
        state.withLock {
            if case .given(let value) = $0 { value } else { nil }
        }
    }

    /// Gives the value; only the first call counts.
    package func give(_ value: Value) {
        let waiting = state.withLock { state -> [CheckedContinuation<Value, Never>] in
            guard case .open(let waiting) = state else { return [] }
            state = .given(value)
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: value) }
    }

    /// The value, when it comes.
    ///
    /// Not ended by the task's cancellation.
    package var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let given = state.withLock { state -> Value? in
                    switch state {
                    case .given(let value): return value
                    case .open(let waiting):
                        state = .open(waiting + [continuation])
                        return nil
                    }
                }
                if let given { continuation.resume(returning: given) }
            }
        }
    }
}
