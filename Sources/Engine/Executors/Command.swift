/// One program to run on the host, with all that it is given.
package struct Command: Sendable, Equatable {
    /// A path with a `/` in it (relative to `workingDirectory`), or a name that is looked up in the
    /// `PATH` of `environment`.
    package var executable: String
    package var arguments: [String]
    package var workingDirectory: String
    /// The whole environment: nothing of ours is inherited.
    package var environment: [String: String]

    package init(
        executable: String,
        arguments: [String] = [],
        workingDirectory: String,
        environment: [String: String]
    ) {
        self.executable = executable
        self.arguments = arguments
        self.workingDirectory = workingDirectory
        self.environment = environment
    }
}

/// How a program ended.
package struct ProcessResult: Sendable, Equatable {
    /// Exit code and signal are kept apart: `exit 137` is not SIGKILL.
    package enum Exit: Sendable, Equatable {
        case exited(Int32)
        case signalled(Int32)

        package var isSuccess: Bool { self == .exited(0) }

        /// The number a shell would show: 128 and the signal where a signal ended it.
        package var code: Int32 {
            switch self {
            case .exited(let code): code
            case .signalled(let signal): 128 + signal
            }
        }
    }

    package var exit: Exit
    /// Processes that still held the output open when the grace time after the exit was over.
    package var heldOutput: [RunningProcess]
    /// Why the program was asked to stop, where it was.
    ///
    /// The exit may be 0 all the same.
    package var stopped: StopReason?

    package init(exit: Exit, heldOutput: [RunningProcess] = [], stopped: StopReason? = nil) {
        self.exit = exit
        self.heldOutput = heldOutput
        self.stopped = stopped
    }
}

/// A process as reports name it.
package struct RunningProcess: Sendable, Hashable, CustomStringConvertible {
    package var pid: Int32
    /// The command's name as the kernel keeps it, at most 15 bytes.
    package var name: String

    package init(pid: Int32, name: String) {
        self.pid = pid
        self.name = name
    }

    package var description: String { "\(pid) (\(name))" }
}

/// How long each stage of stopping and of waiting for output lasts.
package struct StopTiming: Sendable, Equatable {
    /// From SIGINT to SIGTERM.
    package var interrupt: Duration
    /// From SIGTERM to SIGKILL.
    package var terminate: Duration
    /// From SIGKILL until a process counts as unkillable.
    package var kill: Duration
    /// How long output is awaited after the exit, while a child holds the pipe.
    package var heldOutput: Duration

    package init(
        interrupt: Duration = .milliseconds(7500),
        terminate: Duration = .milliseconds(2500),
        kill: Duration = .seconds(10),
        heldOutput: Duration = .seconds(5)
    ) {
        self.interrupt = interrupt
        self.terminate = terminate
        self.kill = kill
        self.heldOutput = heldOutput
    }

    /// The times of GitHub's runner.
    package static let github = StopTiming()
}

/// Something that the log of a step should say about the running of its process.
package enum ExecutorNotice: Sendable, Equatable, CustomStringConvertible {
    case sent(signal: Int32, reason: StopReason)
    case outputHeld(by: [RunningProcess])

    package var description: String {
        switch self {
        case .sent(let signal, let reason):
            "\(reason.sentence): sent \(signalName(signal)) to all processes of the step."
        case .outputHeld(let holders) where holders.isEmpty:
            "The output was still held open after the step had ended; what comes later is not in this log."
        case .outputHeld(let holders):
            "The step has ended, but its output is still held open by "
                + holders.map { "process \($0)" }.joined(separator: ", ")
                + "; what that prints from now on is not in this log."
        }
    }
}

/// `SIGINT` for 2 and so on.
package func signalName(_ number: Int32) -> String {
    let names: [Int32: String] = [
        1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 6: "SIGABRT", 8: "SIGFPE", 9: "SIGKILL",
        11: "SIGSEGV", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM",
    ]
    return names[number] ?? "signal \(number)"
}
