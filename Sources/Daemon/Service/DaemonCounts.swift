import Foundation
import Store
import Synchronization

/// What the daemon has done since it began, for `/metrics`.
final class DaemonCounts: Sendable {
    struct Values {
        var events: [EventRecord.Source: Int] = [:]
        var runs: [Conclusion: Int] = [:]
        var ticks: [Tick.Status: Int] = [:]
    }

    let startedAt = Date()
    private let state = Mutex(Values())

    var values: Values { state.withLock { $0 } }

    func tookIn(_ source: EventRecord.Source) { state.withLock { $0.events[source, default: 0] += 1 } }

    func ended(_ conclusion: Conclusion?) {
        guard let conclusion else { return }
        state.withLock { $0.runs[conclusion, default: 0] += 1 }
    }

    func ticked(_ status: Tick.Status) { state.withLock { $0.ticks[status, default: 0] += 1 } }
}
