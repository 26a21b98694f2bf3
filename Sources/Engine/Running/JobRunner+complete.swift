import Foundation
import Store
import Workflows

/// The end of a job: what it gives to others, and that nothing of it stays.
extension JobRunner {
    /// What `Complete job` comes to: outputs are the job's also where something else is wrong.
    struct Completion {
        var outputs: [(name: String, value: String)] = []
        var fault: (any Error)?
    }

    /// Takes the job's outputs and makes sure that nothing of it still runs.
    func complete() async throws -> Completion {
        let number = nextStepNumber - 1
        tellRefusedStarts(step: number)
        for orphan in await processes.sweep() {
            line("Terminated orphan process: \(orphan.pid) (\(orphan.name))", step: number)
        }
        // Whatever is wrong with what is evaluated here, the rest is done.
        var completion = Completion()
        do {
            let outputs = try outputs(step: number)
            let size = OutputLimit.size(of: outputs)
            if size > OutputLimit.ofJob {
                completion.fault = StepFailure("Job outputs exceed 1,048,576 bytes")
            } else if size > order.outputsLeft {
                completion.fault = StepFailure(
                    "The outputs of the run's jobs exceed 52,428,800 bytes together"
                )
            } else {
                completion.outputs = outputs
            }
        } catch {
            report(StepFailure("Fail to evaluate job outputs"), step: number)
            completion.fault = error
        }
        do {
            try tellEnvironmentURL(step: number)
        } catch {
            report(StepFailure("Failed to evaluate environment url"), step: number)
            completion.fault = completion.fault ?? error
        }
        if completion.fault != nil, frame.status == .success { frame.status = .failure }
        try hideLateMasks(step: number)
        if try !keepIfUnfinished() { clearFolders(step: number) }
        return completion
    }

    /// The job's outputs; GitHub leaves out what is empty and what shows a secret.
    private func outputs(step number: Int) throws -> [(name: String, value: String)] {
        var outputs: [(name: String, value: String)] = []
        var scope = scope(env: [])
        scope.functions = [:]
        for (name, value) in try order.definition.outputs?.evaluate(in: scope) ?? [] where !value.isEmpty {
            if masker.containsSecret(value) {
                let message = "Skip output '\(name)' since it may contain secret."
                line("##[warning]\(message)", step: number)
                recorder.annotation(Annotation(level: .warning, message: message, step: number))
            } else {
                outputs.append((name, value))
            }
        }
        return outputs
    }

    /// A step may have failed, or not even noticed, because it could start nothing more.
    private func tellRefusedStarts(step number: Int) {
        let count = processes.refusedStarts
        guard count > 0, let limit = services.processLimit else { return }
        let message =
            "Processes of this job could not be started \(count) times: `limits.pids` is \(limit)."
        line("##[warning]\(message)", step: number)
        recorder.annotation(Annotation(level: .warning, message: message, step: number))
    }

    /// What a step has masked only after it was printed is shown by then; it does not stay in the log.
    private func hideLateMasks(step number: Int) throws {
        guard masker.patterns.version > firstMasks else { return }
        let count = try recorder.flushedLogs().reduce(0) { try $0 + LateMasks.hide(in: $1, masker.patterns) }
        guard count > 0 else { return }
        line(
            "##[warning]Values that were masked later had been printed before, \(count) times; the stored log hides them now.",
            step: number
        )
    }

    /// What cannot be removed is no fault of the job's: the next one does not work in it either.
    private func clearFolders(step number: Int) {
        do {
            try folders.clear()
        } catch {
            line("##[warning]\(error)", step: number)
        }
    }

    /// Where a deployment can be seen: `environment.url`, which may hang on what the steps have left.
    private func tellEnvironmentURL(step number: Int) throws {
        guard let environment = order.environment,
            let url = try order.definition.environment?.evaluateURL(in: scope(env: []))
        else { return }
        guard !masker.containsSecret(url) else {
            let message =
                "Skip setting environment url as environment '\(environment)' may contain secret."
            line("##[warning]\(message)", step: number)
            recorder.annotation(Annotation(level: .warning, message: message, step: number))
            return
        }
        line("Evaluated environment url: \(url)", step: number)
    }
}
