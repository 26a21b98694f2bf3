package import Store
import Synchronization

/// Tells every observer what happens, in one order.
package final class EventHub: Sendable {
    private let observers: [any RunObserver]
    private let order = Mutex(())

    package init(_ observers: [any RunObserver]) { self.observers = observers }

    package func tell(_ event: RunEvent) {
        order.withLock { _ in
            for observer in observers { observer.observe(event) }
        }
    }
}
