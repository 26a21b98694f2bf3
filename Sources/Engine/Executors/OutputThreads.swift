import Foundation
import Synchronization

/// Threads that follow processes, each with a buffer to read into: one that has become free is used again, since to make
/// and remove a thread and its memory takes longer than a short step's output.
package final class OutputThreads: Sendable {
    typealias Work = @Sendable (UnsafeMutableRawBufferPointer) -> Void

    package static let shared = OutputThreads()
    private static let bufferSize = 1 << 18
    /// More than this are not kept.
    private static let mostIdle = 8

    private final class Idle: Sendable {
        let work = Mutex<Work?>(nil)
        let wake = DispatchSemaphore(value: 0)
    }

    private let idle = Mutex<[Idle]>([])

    private init() {}

    /// Runs `work` on a thread that nobody else uses meanwhile; it may block for as long as it likes.
    func run(_ work: @escaping Work) {
        if let free = idle.withLock({ $0.popLast() }) {
            free.work.withLock { $0 = work }
            free.wake.signal()
            return
        }
        let own = Idle()
        own.work.withLock { $0 = work }
        let thread = Thread { self.serve(own) }
        thread.name = "step output"
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// Makes the thread that calls one of these, for as long as it is of use: to start another takes longer than a short
    /// step needs for its work.
    package func join() {
        let own = Idle()
        guard keep(own) else { return }
        own.wake.wait()
        serve(own)
    }

    private func keep(_ thread: Idle) -> Bool {
        idle.withLock { idle in
            guard idle.count < Self.mostIdle else { return false }
            idle.append(thread)
            return true
        }
    }

    private func serve(_ own: Idle) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.bufferSize, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let work = own.work.withLock { work in
                defer { work = nil }
                return work
            }
            work?(buffer)
            guard keep(own) else { return }
            own.wake.wait()
        }
    }
}
