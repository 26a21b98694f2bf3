import CHost
import Dispatch
import Foundation
import Store

/// The process of a worker: started by this one, or found at work.
final class WorkerProcess: Sendable {
    let pid: Int32
    /// How it ended: `nil` where that cannot be known, since it is no child of this process.
    let exit = Promise<ProcessResult.Exit?>()

    /// Starts `flowrun worker` for an order, in a session of its own; what it says goes to a file.
    static func start(
        _ program: String,
        order: String,
        words: String,
        environment: [String: String]
    ) throws -> WorkerProcess {
        let output = open(words, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw FolderError(path: words, reason: String(cString: strerror(errno))) }
        defer { close(output) }
        let command = Command(
            executable: program,
            arguments: ["worker", order],
            workingDirectory: "/",
            environment: environment
        )
        return WorkerProcess(child: try SpawnedProcess(command, at: program, output: output))
    }

    /// The one that holds the lock of a job's `worker` file; `nil` where nobody does.
    static func working(_ files: JobFiles) -> WorkerProcess? {
        for _ in 1...100 {
            guard WorkerLock.isHeld(files.worker) else { return nil }
            // It writes who it is right after it has taken the lock.
            if let pid = WorkerLock.holder(files.worker) {
                let watch = flowrun_watch(pid)
                // Whoever has that number now is it only if the lock is held still.
                if WorkerLock.isHeld(files.worker) { return WorkerProcess(pid: pid, watch: watch) }
                if watch >= 0 { close(watch) }
            }
            usleep(10_000)
        }
        return nil
    }

    private init(child: SpawnedProcess) {
        pid = child.pid
        let exit = exit
        var child = child
        Self.onEnd(of: child.watch, pid: pid) { exit.give(child.reap(wait: true)) }
    }

    private init(pid: Int32, watch: Int32) {
        self.pid = pid
        let exit = exit
        Self.onEnd(of: watch, pid: pid) {
            if watch >= 0 { close(watch) }
            exit.give(nil)
        }
    }

    /// Calls once the process has ended, on a thread that may wait a little.
    private static func onEnd(of watch: Int32, pid: Int32, _ body: @escaping () -> Void) {
        nonisolated(unsafe) let body = body
        let queue = DispatchQueue(label: "flowrun.worker-end")
        guard watch >= 0 else {
            let timer = DispatchSource.makeTimerSource(queue: queue)
            timer.schedule(deadline: .now(), repeating: .milliseconds(50))
            timer.setEventHandler {
                guard RunOwner.startTime(of: pid) == nil else { return }
                timer.cancel()
                body()
            }
            return timer.resume()
        }
        let source = DispatchSource.makeReadSource(fileDescriptor: watch, queue: queue)
        source.setEventHandler {
            source.cancel()
        }
        source.setCancelHandler { body() }
        source.resume()
    }
}

/// Tells who works at a job: that one holds a lock on a file as long as it lives, whatever ends it.
final class WorkerLock {
    private let descriptor: Int32

    /// - Returns: `nil` where another process works at the job.
    init?(taking path: String) throws(FolderError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FolderError(path: path, reason: String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        let words = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, words, words.count, 0) == words.count else {
            throw FolderError(path: path, reason: String(cString: strerror(errno)))
        }
    }

    deinit { close(descriptor) }

    static func isHeld(_ path: String) -> Bool {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0
    }

    static func holder(_ path: String) -> Int32? {
        PlainFile.text(of: path).flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
}
