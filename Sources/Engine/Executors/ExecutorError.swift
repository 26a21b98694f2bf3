/// Why a program could not be run at all.
///
/// What it did once it ran is a `ProcessResult`.
package struct ExecutorError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        /// Neither the path nor any folder of `PATH` has it.
        case executableNotFound
        /// It is there, but it is a folder or may not be executed.
        case notExecutable
        /// The file's `#!` line or its ELF header names a program that is not there.
        case interpreterNotFound
        case workingDirectoryUnusable
        /// Arguments and environment together are larger than the kernel takes.
        case argumentsTooLarge
        /// A name that is empty or holds `=` or NUL, or a value or argument that holds NUL.
        case unusableEnvironment
        /// No process, memory or descriptor was left.
        case resourcesExhausted
        /// It outlived SIGKILL, as a process that hangs in the kernel does.
        case unkillable(pid: Int32)
        case spawnFailed
        /// The control group that is to bound the job's processes cannot be made, or does not take one.
        case limitUnusable
    }

    package var reason: Reason
    /// The program, folder or variable that it is about.
    package var subject: String
    /// What the system said.
    package var cause: String?

    package init(_ reason: Reason, _ subject: String, cause: String? = nil) {
        self.reason = reason
        self.subject = subject
        self.cause = cause
    }

    /// The code with which a shell reports this fault.
    package var exitCode: Int32 {
        switch reason {
        case .executableNotFound, .interpreterNotFound: 127
        case .notExecutable, .argumentsTooLarge: 126
        case .workingDirectoryUnusable, .unusableEnvironment, .resourcesExhausted, .unkillable, .spawnFailed,
            .limitUnusable:
            1
        }
    }

    package var description: String {
        let why = cause.map { ": \($0)" } ?? ""
        return switch reason {
        case .executableNotFound: "`\(subject)` was not found\(why)"
        case .notExecutable: "`\(subject)` cannot be executed\(why)"
        case .interpreterNotFound: "`\(subject)` needs an interpreter that is not there\(why)"
        case .workingDirectoryUnusable: "the working directory `\(subject)` cannot be used\(why)"
        case .argumentsTooLarge: "the arguments and environment of `\(subject)` are too large\(why)"
        case .unusableEnvironment: "`\(subject)` cannot be given to a process\(why)"
        case .resourcesExhausted: "the system has no room for `\(subject)`\(why)"
        case .unkillable(let pid): "process \(pid) of `\(subject)` does not end, even after SIGKILL"
        case .spawnFailed: "`\(subject)` could not be started\(why)"
        case .limitUnusable:
            "`limits.pids` needs a control group that bounds processes: `\(subject)` cannot be used\(why)"
        }
    }
}
