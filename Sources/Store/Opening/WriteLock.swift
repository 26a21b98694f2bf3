import Foundation

/// Lets one process at a time change the store.
///
/// SQLite's own locks would do but for a fault of its versions before 3.51.3: a checkpoint of one connection that meets
/// a write of another can damage the write-ahead log. With this lock around write transactions, in which checkpoints
/// happen, and around closing, the two never meet. It is not reentrant, and must be used by one thread at a time.
final class WriteLock: Sendable {
    /// What its file is called, beside the database.
    static let name = "write.lock"
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

    /// Why what was written is not believed to be kept, as the process has told whose sync failed; nil where it is.
    ///
    /// The file is empty but for that. It says so to all processes, also where the disk takes nothing: the system has to
    /// remember it for no longer than what it has not written, and both are gone with a loss of power.
    var complaint: String? {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: Self.longestComplaint)
        let count = max(0, pread(descriptor, &bytes, bytes.count, 0))
        let words = bytes.prefix(count).prefix { $0 != 0 }
        return words.isEmpty ? "a sync failed" : String(decoding: words, as: UTF8.self)
    }

    /// Tells every process that a sync failed, and why; what was told first stays.
    static func complain(_ reason: String, at path: String) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size == 0 else { return }
        let words = Array(reason.utf8.prefix(longestComplaint))
        // On a full disk there is no room for words, but for a length.
        if pwrite(descriptor, words, words.count, 0) < 1 { ftruncate(descriptor, 1) }
    }

    /// Takes back what was told of a sync, once all is written anew.
    func endComplaint() throws(StoreError) {
        guard ftruncate(descriptor, 0) == 0 else { throw StoreError(fromSystem: errno, path) }
    }

    /// In bytes.
    private static let longestComplaint = 200

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
