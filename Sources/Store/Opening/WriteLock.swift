import Foundation

/// Lets one process at a time change the store.
///
/// SQLite's own locks would do but for a fault of its versions before 3.51.3: a checkpoint of one connection that meets
/// a write of another can damage the write-ahead log. With this lock around write transactions, in which checkpoints
/// happen, and around closing, the two never meet. It is not reentrant, and must be used by one thread at a time.
final class WriteLock: Sendable {
    /// So long another process is waited for.
    static let limit = Duration.seconds(30)

    let path: String
    private let descriptor: Int32

    init(path: String) throws(StoreError) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreError(fromSystem: errno, path) }
    }

    deinit { close(descriptor) }

    func withLock<T>(_ body: () throws -> T) throws -> T {
        try acquire()
        defer { flock(descriptor, LOCK_UN) }
        return try body()
    }

    /// Takes the lock for as long as this lives.
    func hold() throws(StoreError) { try acquire() }

    /// Asks again and again, at longer and longer intervals: a blocking `flock` knows no limit.
    private func acquire() throws(StoreError) {
        let deadline = ContinuousClock.now + Self.limit
        var pause: useconds_t = 200
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK: break
            default: throw StoreError(fromSystem: errno, path)
            }
            guard ContinuousClock.now < deadline else {
                throw StoreError(.busy(seconds: Int(Self.limit.components.seconds)), path)
            }
            usleep(pause)
            pause = min(pause * 3 / 2, 10_000)
        }
    }
}
