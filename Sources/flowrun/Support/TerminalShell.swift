import Engine
import Foundation
import Reports
import Synchronization

/// `--shell-on-failure`: the person's own shell on this terminal, where the first step failed.
final class TerminalShell: FailureShell {
    private let console: any RunRenderer
    private let isOpened = Mutex(false)

    init(console: any RunRenderer) { self.console = console }

    func open(_ failure: FailedStep) async {
        let isFirst = isOpened.withLock { isOpened in
            defer { isOpened = true }
            return !isOpened
        }
        guard isFirst else { return }
        console.suspend()
        Console.complain(
            "\nstep `\(SafeText.line(failure.step))` of job `\(SafeText.line(failure.job))` failed; this shell has its "
                + "environment and folder. Leave it (`exit`) and the job goes on."
        )
        let command = Self.shell(for: failure)
        let result: Result<Void, ExecutorError> = await withCheckedContinuation { continuation in
            // It lasts as long as the person stays: not on a thread that tasks share.
            Thread.detachNewThread {
                continuation.resume(
                    returning: Result { () throws(ExecutorError) in try TerminalProcess.run(command) }
                )
            }
        }
        if case .failure(let error) = result { Console.complain("warning: no shell: \(error)") }
        console.resume()
    }

    private static func shell(for failure: FailedStep) -> Command {
        let own = failure.environment["SHELL"].flatMap { $0.isEmpty ? nil : $0 }
        let shell = own ?? (access("/bin/bash", X_OK) == 0 ? "/bin/bash" : "/bin/sh")
        return Command(
            executable: shell,
            arguments: ["-i"],
            workingDirectory: failure.workingDirectory,
            environment: failure.environment
        )
    }
}
