import CHost
import Foundation

/// A child of this process, from its start until it is reaped.
struct SpawnedProcess {
    let pid: Int32
    /// Can be read once the process has ended; -1 where the kernel has no such thing.
    private(set) var watch: Int32

    /// Starts a command whose file is at `path`, with its output going to a descriptor.
    ///
    /// - Parameter bounds: The control group that it is to be in from its start.
    init(
        _ command: Command,
        at path: String,
        output: Int32,
        in bounds: PidsGroup? = nil
    ) throws(ExecutorError) {
        var arguments = ([command.executable] + command.arguments).map { strdup($0) }
        var environment = command.environment.map { strdup("\($0.key)=\($0.value)") }
        defer {
            for text in arguments { free(text) }
            for text in environment { free(text) }
        }
        arguments.append(nil)
        environment.append(nil)
        var pid: pid_t = 0
        let folder = command.workingDirectory
        let fault: Int32
        if let bounds {
            var isRefused: Int32 = 0
            fault = flowrun_spawn_bounded(
                &pid,
                path,
                arguments,
                environment,
                folder,
                output,
                bounds.entry,
                &isRefused
            )
            if isRefused != 0 {
                throw ExecutorError(.limitUnusable, bounds.path, cause: String(cString: strerror(fault)))
            }
        } else {
            fault = flowrun_spawn(&pid, path, arguments, environment, folder, output)
        }
        guard fault == 0 else { throw Self.error(fault, command) }
        self.pid = pid
        watch = flowrun_watch(pid)
    }

    /// How the process ended; `nil` where it has not and `wait` is false.
    ///
    /// The process is gone from the system's table after that, and its number may be another's.
    mutating func reap(wait: Bool) -> ProcessResult.Exit? {
        var status: Int32 = 0
        while true {
            switch waitpid(pid, &status, wait ? 0 : WNOHANG) {
            case pid:
                if watch >= 0 { close(watch) }
                watch = -1
                let signal = status & 0x7F
                return signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
            case 0: return nil
            default:
                guard errno == EINTR else { preconditionFailure("a child of ours is reaped by us alone") }
            }
        }
    }

    private static func error(_ fault: Int32, _ command: Command) -> ExecutorError {
        let reason: ExecutorError.Reason =
            switch fault {
            // The file was there when it was looked up.
            case ENOENT: .interpreterNotFound
            case EACCES, EPERM, ENOEXEC, EISDIR: .notExecutable
            case EMFILE, ENFILE, EAGAIN, ENOMEM: .resourcesExhausted
            case E2BIG: .argumentsTooLarge
            default: .spawnFailed
            }
        return ExecutorError(reason, command.executable, cause: String(cString: strerror(fault)))
    }
}
