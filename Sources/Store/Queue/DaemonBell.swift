import Foundation

/// By which any process tells the daemon that there is something new in the store.
///
/// A named pipe in the state folder: ringing waits for nothing, and costs nothing where no daemon listens. What is in the
/// store is found without it, too, only later.
package struct DaemonBell: Sendable {
    private let path: String

    package init(home: FlowrunHome) { path = home.path + "/daemon.bell" }

    /// Whether a daemon listens.
    var isHeard: Bool {
        let descriptor = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        if descriptor >= 0 { close(descriptor) }
        return descriptor >= 0
    }

    /// - Returns: Whether a daemon has heard it.
    @discardableResult
    package func ring() -> Bool {
        let descriptor = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var byte: UInt8 = 1
        // A pipe that is full has been rung often enough.
        return write(descriptor, &byte, 1) == 1 || errno == EAGAIN
    }

    /// Makes the bell, for the one daemon of the state folder.
    ///
    /// - Returns: A descriptor that can be read when it was rung; the caller closes it.
    package func hang() throws(StoreError) -> Int32 {
        if mkfifo(path, 0o600) != 0, errno != EEXIST { throw StoreError(fromSystem: errno, path) }
        // Open for writing as well, so that it does not end when those who rang are gone.
        let descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError(fromSystem: errno, path) }
        return descriptor
    }
}
