import Dispatch

/// Does something once a time is over, unless it is called off before.
///
/// A task that sleeps would do the same, but to set the first one up takes as long as to read a workflow.
struct Watchdog {
    private let timer: any DispatchSourceTimer

    init(after time: Duration, _ action: @escaping @Sendable () -> Void) {
        timer = DispatchSource.makeTimerSource()
        let (seconds, attoseconds) = time.components
        timer.schedule(deadline: .now() + Double(seconds) + Double(attoseconds) / 1e18)
        timer.setEventHandler(handler: action)
        timer.resume()
    }

    func cancel() { timer.cancel() }
}
