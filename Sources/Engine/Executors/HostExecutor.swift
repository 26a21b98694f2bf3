import Foundation

/// Runs programs on this machine: each in a session of its own, with nothing on standard input and with standard
/// output and error in one pipe, so that their order is kept.
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
        let path = try Self.checkedPath(of: command)
        let process = StepProcess(
            name: command.executable,
            cookie: cookie,
            job: job,
            timing: timing,
            notice: notice
        )
        let thread = ProcessThread(
            command,
            at: path,
            process: process,
            job: job,
            patience: timing.heldOutput
        )
        thread.start(output)

        let listener = stop.onStop { process.stop($0) }
        defer { stop.remove(listener) }
        let end = await withTaskCancellationHandler {
            await process.exit.value
        } onCancel: {
            stop.stop(.cancelled)
        }
        let exit = try end.get()
        let reading = await thread.end.value
        await process.stopped()
        if let error = process.unended { throw error }
        var held: [RunningProcess] = []
        if case .held(let holders) = reading {
            held = holders
            notice(.outputHeld(by: holders))
        }
        return ProcessResult(exit: exit, heldOutput: held, stopped: stop.reason)
    }

    /// The file of a command whose arguments and environment can be given to a process.
    private static func checkedPath(of command: Command) throws(ExecutorError) -> String {
        for (name, value) in command.environment where !isUsable(name: name, value: value) {
            throw ExecutorError(.unusableEnvironment, name, cause: "a variable with this name or value")
        }
        guard !command.arguments.contains(where: { $0.holds(0) }) else {
            throw ExecutorError(
                .unusableEnvironment,
                command.executable,
                cause: "an argument holds a NUL byte"
            )
        }
        return try ExecutableSearch.find(command)
    }

    private static func isUsable(name: String, value: String) -> Bool {
        !name.isEmpty && !name.holds(UInt8(ascii: "=")) && !name.holds(0) && !value.holds(0)
    }
}

extension String {
    /// Whether a byte is in it: looked for many at a time, for each variable of each step is asked.
    fileprivate func holds(_ byte: UInt8) -> Bool {
        var text = self
        return text.withUTF8 { bytes in
            bytes.baseAddress.map { memchr($0, Int32(byte), bytes.count) != nil } ?? false
        }
    }
}
