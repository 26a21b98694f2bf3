import Foundation

/// Bytes on their way to a descriptor: gathered, and written within about ten milliseconds by a thread of its own, or at
/// once where many have gathered.
///
/// Where the reader has gone (a closed pipe) the rest is dropped, so that a run does not end with who watches it.
///
/// `@unchecked Sendable`: every stored variable is read and written only while `condition` is locked.
final class BufferedOutput: @unchecked Sendable {
    private static let limit = 1 << 16
    private static let delay: UInt32 = 10_000

    private let descriptor: Int32
    private let condition = NSCondition()
    private var bytes: [UInt8] = []
    private var isClosed = false
    private var hasThread = false
    private var failure: Int32?

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        bytes.reserveCapacity(Self.limit + 4096)
    }

    /// The error number of the write that failed, if one did.
    var problem: Int32? { condition.withLock { failure } }

    /// The same where output was lost that somebody would have read.
    var fault: Int32? { problem == EPIPE ? nil : problem }

    /// Lets the body append bytes; they are visible to readers soon, or on return where `now` is set.
    func append(now: Bool = false, _ body: (inout [UInt8]) -> Void) {
        condition.lock()
        defer { condition.unlock() }
        guard !isClosed else { return }
        let wasEmpty = bytes.isEmpty
        body(&bytes)
        if now || bytes.count >= Self.limit {
            drain()
        } else if wasEmpty, !bytes.isEmpty {
            if !hasThread { startThread() }
            condition.signal()
        }
    }

    func append(_ text: String, now: Bool = false) {
        append(now: now) { $0.append(contentsOf: text.utf8) }
    }

    /// Writes what is there and stops the thread.
    func close() {
        condition.withLock {
            drain()
            isClosed = true
            condition.broadcast()
        }
    }

    private func startThread() {
        hasThread = true
        let thread = Thread { [self] in
            condition.lock()
            while !isClosed {
                while bytes.isEmpty, !isClosed { condition.wait() }
                condition.unlock()
                usleep(Self.delay)
                condition.lock()
                drain()
            }
            condition.unlock()
        }
        thread.name = "output"
        thread.start()
    }

    /// Writes everything.
    ///
    /// The lock is held, so that bytes leave in order; a slow reader slows the writers.
    private func drain() {
        guard failure == nil else {
            bytes.removeAll(keepingCapacity: true)
            return
        }
        bytes.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count {
                let rest = UnsafeRawBufferPointer(rebasing: buffer[written...])
                let count = write(descriptor, rest.baseAddress, rest.count)
                if count >= 0 {
                    written += count
                } else if errno == EAGAIN {
                    var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&waiting, 1, 1000)
                } else if errno != EINTR {
                    failure = errno
                    return
                }
            }
        }
        bytes.removeAll(keepingCapacity: true)
    }
}
