import Foundation
import Synchronization

/// The raw log of a job: every line of its steps, masked, byte for byte.
///
/// A full disk does not stop the step: what is not stored is counted, and said in the log once there is space again.
final class JobLog: Sendable {
    private struct State {
        var buffer: [UInt8] = []
        var offset = 0
        var dropped = 0
        var fault: String?
    }

    private static let bufferSize = 1 << 16
    let descriptor: Int32
    private let state = Mutex(State())

    init(creating path: String) throws(FolderError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FolderError(path: path, reason: String(cString: strerror(errno))) }
    }

    deinit {
        flush()
        close(descriptor)
    }

    /// Where the next byte goes.
    var offset: Int { state.withLock { $0.offset + $0.buffer.count } }

    func append(_ bytes: some Sequence<UInt8>, endsLine: Bool = true) {
        state.withLock { state in
            state.buffer.append(contentsOf: bytes)
            if endsLine { state.buffer.append(UInt8(ascii: "\n")) }
            if state.buffer.count >= Self.bufferSize { write(&state) }
        }
    }

    func flush() { state.withLock { write(&$0) } }

    /// What could not be stored since the last time that this was asked: how many bytes, and why.
    func takeLoss() -> (bytes: Int, reason: String)? {
        state.withLock { state in
            guard state.dropped > 0 else { return nil }
            defer {
                state.dropped = 0
                state.fault = nil
            }
            return (state.dropped, state.fault ?? "unknown")
        }
    }

    private func write(_ state: inout State) {
        var rest = state.buffer[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress, $0.count)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else {
                state.fault = String(cString: strerror(errno))
                state.dropped += rest.count
                break
            }
            state.offset += written
            rest = rest.dropFirst(written)
        }
        state.buffer.removeAll(keepingCapacity: true)
    }
}
