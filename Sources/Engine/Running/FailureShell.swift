/// Lets a person look around where a step has failed, before the job goes on (`--shell-on-failure`).
package protocol FailureShell: Sendable {
    /// Called for every step that fails; returns when the job may go on.
    func open(_ failure: FailedStep) async
}

/// A step that has failed, as its process had it.
package struct FailedStep: Sendable {
    package var job: String
    package var step: String
    package var workingDirectory: String
    package var environment: [String: String]
}

extension JobRunner {
    /// Gives the person who asked for it a shell where a step has failed; steps without a process have none.
    func showFailure(of step: String, number: Int) async {
        let command = failedCommands.last { $0.step == number }?.command
        failedCommands.removeAll { $0.step == number }
        guard let shell = services.failureShell, let command else { return }
        let failure = FailedStep(
            job: order.name,
            step: step,
            workingDirectory: command.workingDirectory,
            environment: command.environment
        )
        await shell.open(failure)
    }
}
