import Expressions
import Foundation
import Store
import Workflows

/// A job that goes on where an earlier attempt of it has stopped.
struct ResumedJob: Sendable {
    /// As the earlier attempt has left it.
    var kept: KeptJob
    /// The index of the first step that is run; those before it are taken over.
    var from: Int
    /// The number of the earlier attempt.
    var attempt: Int
}

/// Jobs of a run that go on, by their ids with those of their callers, and their names.
package struct ResumedJobs: Sendable {
    var jobs: [(key: String, name: String, job: ResumedJob)] = []

    subscript(key: String, name: String) -> ResumedJob? {
        jobs.first { $0.key == key && $0.name == name }?.job
    }
}

extension JobRunner {
    /// Takes over a step that an earlier attempt has done.
    ///
    /// - Returns: Whether there is nothing left of it to do.
    func carry(_ step: Step, at index: Int) async -> Bool {
        guard let resumed = order.resumed else { return false }
        if index == 0 { beginAgain(resumed.kept) }
        guard index < resumed.from, let kept = resumed.kept.steps.first(where: { $0.index == index }) else {
            return false
        }
        var record = beginStep(step.displayName(in: scope(env: [])))
        line("Kept from attempt \(resumed.attempt)", step: record.number)
        for pair in kept.variables { variables.define(pair.name, pair.value) }
        for path in kept.paths { variables.prependPath(path) }
        let outputs = kept.outputs.map { (name: $0.name, value: $0.value) }
        let result = StepResult(outcome: kept.outcome, conclusion: kept.conclusion, outputs: outputs)
        remember(result, for: step)
        if result.conclusion == .failure, frame.status == .success { frame.status = .failure }
        var outcome = kept.outcome
        var conclusion = kept.conclusion
        if result.conclusion != .skipped {
            do {
                try await renew(step, kept, in: frame, number: record.number)
            } catch {
                report(StepFailure("\((error as? StepFailure)?.message ?? "\(error)")"), step: record.number)
                (outcome, conclusion) = (.failure, .failure)
                if frame.status == .success { frame.status = .failure }
            }
        }
        finish(&record, outcome: outcome, conclusion: conclusion)
        trail.forget()
        if trail.stop == nil, frame.status != .success { trail.stop = index }
        keep(kept)
        return true
    }

    private func beginAgain(_ kept: KeptJob) {
        for mask in kept.masks { _ = masker.add(mask) }
        pushed = kept.pushed.map { ($0.name, $0.value) }
    }
}
