import Foundation
import Synchronization
import SystemPackage

/// The pipe that takes a process's standard output and error, and the thread that reads it.
///
/// The thread keeps reading when nobody wants the bytes any more: a background child that goes on printing after
/// its step has ended must not die of SIGPIPE, as a server that a later step talks to would.
final class OutputPipe: Sendable {
    enum End: Sendable {
        /// Nobody can write any more: all bytes have been passed on.
        case closed
        /// The time was over; whoever holds the pipe may write on, unread by us.
        case held(by: [RunningProcess])
    }

    private struct State {
        /// When reading for the log ends, once the process has exited.
        var deadline: ContinuousClock.Instant?
        /// Whether the thread has ended: our descriptors' numbers may be somebody else's by now.
        var isOver = false
    }

    /// For the child.
    ///
    /// Closed by whoever spawns it.
    let writeEnd: Int32
    private let readEnd: Int32
    private let wakeRead: Int32
    private let wakeWrite: Int32
    private let state = Mutex(State())
    let end = Promise<End>()

    init() throws(ExecutorError) {
        (readEnd, writeEnd) = try Self.makePipe()
        do {
            (wakeRead, wakeWrite) = try Self.makePipe()
        } catch {
            close(readEnd)
            close(writeEnd)
            throw error
        }
    }

    private static func makePipe() throws(ExecutorError) -> (read: Int32, write: Int32) {
        do {
            // Made close-on-exec at once: a child that is spawned meanwhile must not hold it open.
            let pipe = try FileDescriptor.pipe(options: .closeOnExec)
            return (pipe.readEnd.rawValue, pipe.writeEnd.rawValue)
        } catch {
            throw ExecutorError(.resourcesExhausted, "output pipe", cause: error.description)
        }
    }

    /// Starts the thread.
    ///
    /// `output` is called on it, chunk after chunk, and never after `end` is given.
    func startReading(_ output: @escaping @Sendable (UnsafeRawBufferPointer) -> Void) {
        let thread = Thread { self.read(output) }
        thread.name = "step output"
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// Tells that the process has exited, so that reading ends in `time` at the latest.
    func endReading(in time: Duration) {
        state.withLock {
            guard !$0.isOver else { return }
            $0.deadline = .now + time
            var byte: UInt8 = 0
            // The pipe is empty, so that there is room; the deadline holds even if this failed.
            _ = write(wakeWrite, &byte, 1)
        }
    }

    private func read(_ output: (UnsafeRawBufferPointer) -> Void) {
        let size = 1 << 18
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        defer {
            buffer.deallocate()
            state.withLock {
                $0.isOver = true
                close(readEnd)
                close(wakeRead)
                close(wakeWrite)
            }
        }
        while waitForBytes() {
            let count = Foundation.read(readEnd, buffer.baseAddress, size)
            if count > 0 {
                output(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            } else if count == 0 || errno != EINTR {
                end.give(.closed)
                return
            }
        }
        // What is in the pipe at the deadline still belongs to the step.
        drainNow(into: buffer, output)
        guard end.valueIfGiven == nil else { return }
        end.give(.held(by: ProcessTable.holders(ofPipe: readEnd)))
        while true {
            let count = Foundation.read(readEnd, buffer.baseAddress, size)
            guard count > 0 || (count < 0 && errno == EINTR) else { return }
        }
    }

    /// Waits until there is something to read; false when the deadline is over.
    private func waitForBytes() -> Bool {
        while true {
            let deadline = state.withLock { $0.deadline }
            var timeout: Int32 = -1
            if let deadline {
                let left = ContinuousClock.now.duration(to: deadline)
                guard left > .zero else { return false }
                timeout = Int32(clamping: Int(left / .milliseconds(1)) + 1)
            }
            // With a deadline set, the wake-up has been heard and would only spin.
            var watched = [
                pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0),
                pollfd(fd: deadline == nil ? wakeRead : -1, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&watched, 2, timeout)
            if ready > 0, watched[0].revents != 0 { return true }
        }
    }

    /// Reads what the pipe holds at this moment, at most its capacity, so that a flood cannot keep us here.
    private func drainNow(
        into buffer: UnsafeMutableRawBufferPointer,
        _ output: (UnsafeRawBufferPointer) -> Void
    ) {
        var left = 1 << 20
        while left > 0 {
            var watched = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
            guard poll(&watched, 1, 0) == 1 else { return }
            let count = Foundation.read(readEnd, buffer.baseAddress, min(left, buffer.count))
            guard count > 0 else {
                end.give(.closed)
                return
            }
            left -= count
            output(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }
}
