import Synchronization

/// Tells the first interrupt from the ones after it.
final class InterruptCount: Sendable {
    private let count = Mutex(0)

    func isFirst() -> Bool {
        count.withLock { count in
            count += 1
            return count == 1
        }
    }
}
