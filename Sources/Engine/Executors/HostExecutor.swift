import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// Runs programs on this machine: each in a session of its own, with nothing on standard input and with standard
/// output and error in one pipe, so that their order is kept.
///
/// swift-subprocess starts and reaps the process; the pipe is ours, because a step has ended when its process has,
/// although a background child may hold the output open for hours.
package struct HostExecutor: Sendable {
    /// The job whose processes these are; without one, nothing but the process itself is looked after.
    package let job: JobProcesses?
    package let timing: StopTiming

    package init(job: JobProcesses? = nil, timing: StopTiming = .github) {
        self.job = job
        self.timing = timing
    }

    /// Runs `command` until it has ended and its output is read.
    ///
    /// - Parameters:
    ///   - command: The program.
    ///   - stop: Asks the process, and all that it has started, to end: SIGINT, SIGTERM, SIGKILL. Where it was
    ///     stopped before, nothing is started. The end of the calling task counts as `.cancelled`.
    ///   - notice: Is told what the log should say of it.
    ///   - output: Gets the bytes as they come, on a thread of its own, one call at a time, never after this has
    ///     returned. It may block: that stops the process from printing more, and nothing else.
    /// - Returns: How it ended, and what still holds its output open.
    /// - Throws: Why it could not be run, or that it could not be ended.
    package func run(
        _ command: Command,
        stop: StopSignal,
        notice: @escaping @Sendable (ExecutorNotice) -> Void = { _ in },
        output: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
    ) async throws(ExecutorError) -> ProcessResult {
        if let reason = stop.reason {
            return ProcessResult(exit: .signalled(reason == .force ? SIGKILL : SIGINT), stopped: reason)
        }
        var command = command
        let cookie = job?.cookie(for: command.environment[JobProcesses.variable])
        if let cookie { command.environment[JobProcesses.variable] = cookie }
        let configuration = try Self.configuration(of: command)

        let pipe = try OutputPipe()
        let process = StepProcess(
            name: command.executable,
            cookie: cookie,
            job: job,
            timing: timing,
            notice: notice
        )
        let job = job
        // The library kills what it runs when its task is cancelled; stopping is our business, so it gets its own.
        Task.detached {
            let end = await Self.spawn(configuration, command, pipe.writeEnd, process, job)
            process.exit.give(end)
        }
        pipe.startReading(output)

        let listener = stop.onStop { process.stop($0) }
        defer { stop.remove(listener) }
        let end = await withTaskCancellationHandler {
            await process.exit.value
        } onCancel: {
            stop.stop(.cancelled)
        }
        pipe.endReading(in: timing.heldOutput)
        let exit: ProcessResult.Exit
        switch end {
        case .success(let how): exit = how
        case .failure(let error):
            // What does not end may hold its output for ever; what was never started has closed it.
            if case .unkillable = error.reason { throw error }
            _ = await pipe.end.value
            throw error
        }
        let reading = await pipe.end.value
        await process.stopped()
        var held: [RunningProcess] = []
        if case .held(let holders) = reading {
            held = holders
            notice(.outputHeld(by: holders))
        }
        return ProcessResult(exit: exit, heldOutput: held, stopped: stop.reason)
    }

    private static func configuration(of command: Command) throws(ExecutorError) -> Configuration {
        for (name, value) in command.environment where !isUsable(name: name, value: value) {
            throw ExecutorError(.unusableEnvironment, name, cause: "a variable with this name or value")
        }
        guard !command.arguments.contains(where: { $0.utf8.contains(0) }) else {
            throw ExecutorError(
                .unusableEnvironment,
                command.executable,
                cause: "an argument holds a NUL byte"
            )
        }
        let path = try ExecutableSearch.find(command)
        var options = PlatformOptions()
        options.createSession = true
        return Configuration(
            executable: .path(FilePath(path)),
            arguments: Arguments(command.arguments),
            environment: .custom(command.environment.map { Array("\($0.key)=\($0.value)\0".utf8) }),
            workingDirectory: FilePath(command.workingDirectory),
            platformOptions: options
        )
    }

    private static func isUsable(name: String, value: String) -> Bool {
        !name.isEmpty && !name.utf8.contains(UInt8(ascii: "=")) && !name.utf8.contains(0)
            && !value.utf8.contains(0)
    }

    private static func spawn(
        _ configuration: Configuration,
        _ command: Command,
        _ writeEnd: Int32,
        _ process: StepProcess,
        _ job: JobProcesses?
    ) async -> Result<ProcessResult.Exit, ExecutorError> {
        ChildRegistry.shared.spawnBegins()
        let pid = Mutex<Int32?>(nil)
        do {
            let result = try await Subprocess.run(
                configuration,
                input: .none,
                output: .fileDescriptor(
                    FileDescriptor(rawValue: writeEnd),
                    closeAfterSpawningProcess: true
                ),
                error: .combinedWithOutput
            ) { execution in
                let number = execution.processIdentifier.value
                pid.withLock { $0 = number }
                ChildRegistry.shared.spawned(number)
                job?.started(number)
                process.started(number)
            }
            ended(pid.withLock { $0 })
            switch result.terminationStatus {
            case .exited(let code): return .success(.exited(code))
            case .signaled(let signal): return .success(.signalled(signal))
            }
        } catch {
            ended(pid.withLock { $0 })
            return .failure(spawnError(error, command))
        }
    }

    private static func ended(_ pid: Int32?) {
        if let pid {
            ChildRegistry.shared.reaped(pid)
        } else {
            ChildRegistry.shared.spawnFailed()
        }
    }

    private static func spawnError(_ error: any Error, _ command: Command) -> ExecutorError {
        let cause = error as? SubprocessError
        let text = cause?.underlyingError?.description ?? String(describing: error)
        if cause?.code == .failedToChangeWorkingDirectory {
            return ExecutorError(.workingDirectoryUnusable, command.workingDirectory, cause: text)
        }
        let reason: ExecutorError.Reason =
            switch cause?.underlyingError {
            // The file was there when it was looked up.
            case .noSuchFileOrDirectory: .interpreterNotFound
            case .permissionDenied, .execFormatError, .isDirectory: .notExecutable
            case .tooManyOpenFiles, .tooManyOpenFilesInSystem, .resourceTemporarilyUnavailable, .noMemory:
                .resourcesExhausted
            case .some(let number) where number.rawValue == E2BIG: .argumentsTooLarge
            default: .spawnFailed
            }
        return ExecutorError(reason, command.executable, cause: text)
    }
}
