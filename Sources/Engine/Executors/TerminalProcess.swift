import Foundation

/// Programs for the person at our terminal.
package enum TerminalProcess {
    /// Runs a program that stays in our session, with our standard input, output and error, to its end.
    ///
    /// It blocks for as long as that takes. A shell makes a process group of its own there and takes the foreground.
    package static func run(_ command: Command) throws(ExecutorError) {
        var child = try SpawnedProcess(command, at: try ExecutableSearch.find(command), output: -1)
        _ = child.reap(wait: true)
        takeTerminalBack()
    }

    /// A shell that was killed leaves its process group in the foreground.
    private static func takeTerminalBack() {
        guard isatty(STDIN_FILENO) == 1, tcgetpgrp(STDIN_FILENO) != getpgrp() else { return }
        // A process of the background that asks for the foreground is stopped unless it ignores this.
        let former = signal(SIGTTOU, SIG_IGN)
        tcsetpgrp(STDIN_FILENO, getpgrp())
        signal(SIGTTOU, former)
    }
}
