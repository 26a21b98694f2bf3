import CHost
import Foundation
import Synchronization

/// One process from its start, and the thread that passes on what it prints and takes its exit status.
///
/// A step has ended when its process has, although a background child may hold the output open for hours. The thread
/// keeps reading when nobody wants the bytes any more: such a child must not die of SIGPIPE when it goes on printing,
/// as a server that a later step talks to would.
final class ProcessThread: Sendable {
    enum End: Sendable {
        /// Nobody can write any more: all bytes have been passed on.
        case closed
        /// The time was over; whoever holds the pipe may write on, unread by us.
        case held(by: [RunningProcess])
    }

    /// How the output ended; given after the process's exit.
    let end = Promise<End>()
    private let command: Command
    private let path: String
    private let process: StepProcess
    private let job: JobProcesses?
    /// How long output is awaited after the exit.
    private let patience: Duration

    init(
        _ command: Command,
        at path: String,
        process: StepProcess,
        job: JobProcesses?,
        patience: Duration
    ) {
        self.command = command
        self.path = path
        self.process = process
        self.job = job
        self.patience = patience
    }

    /// Starts the process, and a thread that follows it.
    ///
    /// The caller waits until the program has taken the process over, which is no longer than to wake another thread would
    /// take. `output` is called on that thread, chunk after chunk, and never after `end` is given.
    func start(_ output: @escaping @Sendable (UnsafeRawBufferPointer) -> Void) {
        do throws(ExecutorError) {
            let pipe = try Self.makePipe()
            let started: SpawnedProcess
            do throws(ExecutorError) {
                started = try spawn(into: pipe)
            } catch {
                close(pipe.read)
                throw error
            }
            OutputThreads.shared.run { buffer in
                defer { close(pipe.read) }
                var child = started
                self.follow(&child, readEnd: pipe.read, into: buffer, output)
            }
        } catch {
            process.exit.give(.failure(error))
            end.give(.closed)
        }
    }

    private static func makePipe() throws(ExecutorError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard flowrun_pipe(&ends) == 0 else {
            throw ExecutorError(.resourcesExhausted, "output pipe", cause: String(cString: strerror(errno)))
        }
        return (ends[0], ends[1])
    }

    private func spawn(into pipe: (read: Int32, write: Int32)) throws(ExecutorError) -> SpawnedProcess {
        defer { close(pipe.write) }
        ChildRegistry.shared.spawnBegins()
        let child: SpawnedProcess
        do throws(ExecutorError) {
            child = try SpawnedProcess(command, at: path, output: pipe.write, in: job?.bounds)
        } catch {
            ChildRegistry.shared.spawnFailed()
            throw error
        }
        ChildRegistry.shared.spawned(child.pid)
        job?.started(child.pid)
        process.started(child.pid)
        return child
    }

    /// Reads until nobody can write any more, and notices the exit when it comes.
    private func follow(
        _ child: inout SpawnedProcess,
        readEnd: Int32,
        into buffer: UnsafeMutableRawBufferPointer,
        _ output: (UnsafeRawBufferPointer) -> Void
    ) {
        /// When reading for the log ends; set by the exit.
        var deadline: ContinuousClock.Instant?
        while true {
            let ready = Self.wait(readEnd, child, until: deadline)
            if ready.output {
                let count = Foundation.read(readEnd, buffer.baseAddress, buffer.count)
                if count > 0 {
                    output(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                } else if count == 0 || errno != EINTR {
                    if deadline == nil { takeExit(of: &child, wait: true) }
                    end.give(.closed)
                    return
                }
            }
            if let deadline {
                if .now >= deadline { break }
            } else if ready.exit || child.watch < 0, takeExit(of: &child, wait: false) {
                deadline = .now + patience
            }
        }
        // What is in the pipe at the deadline still belongs to the step.
        guard drainNow(readEnd, into: buffer, output) else {
            end.give(.closed)
            return
        }
        end.give(.held(by: ProcessTable.holders(ofPipe: readEnd)))
        while true {
            let count = Foundation.read(readEnd, buffer.baseAddress, buffer.count)
            guard count > 0 || (count < 0 && errno == EINTR) else { return }
        }
    }

    /// Tells the exit where there is one; whether there is.
    @discardableResult
    private func takeExit(of child: inout SpawnedProcess, wait: Bool) -> Bool {
        guard let exit = child.reap(wait: wait) else { return false }
        ChildRegistry.shared.reaped(child.pid)
        process.exit.give(.success(exit))
        return true
    }

    /// Waits until there is something to read, the process has ended, or the deadline is over; it may give nothing before.
    private static func wait(
        _ readEnd: Int32,
        _ child: SpawnedProcess,
        until deadline: ContinuousClock.Instant?
    ) -> (output: Bool, exit: Bool) {
        var timeout: Int32 = -1
        if let deadline {
            let left = ContinuousClock.now.duration(to: deadline)
            timeout = max(0, Int32(clamping: Int(left / .milliseconds(1)) + 1))
        } else if child.watch < 0 {
            timeout = 10  // nothing wakes us at the exit: it is asked for again and again
        }
        var watched = [
            pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0),
            pollfd(fd: child.watch, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&watched, 2, timeout) > 0 else { return (false, false) }
        return (watched[0].revents != 0, watched[1].revents != 0)
    }

    /// Reads what the pipe holds at this moment, at most its capacity, so that a flood cannot keep us here.
    ///
    /// False where nobody can write any more.
    private func drainNow(
        _ readEnd: Int32,
        into buffer: UnsafeMutableRawBufferPointer,
        _ output: (UnsafeRawBufferPointer) -> Void
    ) -> Bool {
        var left = 1 << 20
        while left > 0 {
            var watched = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
            guard poll(&watched, 1, 0) == 1 else { return true }
            let count = Foundation.read(readEnd, buffer.baseAddress, min(left, buffer.count))
            guard count > 0 else { return false }
            left -= count
            output(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        return true
    }
}
