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
    /// Whether a person has named that step; then nothing of it is taken over, be it a `parallel` block.
    var isChosen: Bool
    /// The number of the earlier attempt.
    var attempt: Int

    /// What is taken over of a step, or of a part of a `parallel` block; nil where it is run.
    ///
    /// Steps that wait are always run: there is nothing to wait for where all is taken over.
    func done(_ index: Int, part: Int? = nil) -> KeptJob.Step? {
        guard index < from || part != nil && index == from && !isChosen,
            let step = kept.steps.first(where: { $0.index == index && $0.part == part }),
            step.waitsFor == nil, step.callsOff == nil
        else { return nil }
        guard step.isAside == true else { return step }
        switch step.conclusion {
        case .success, .skipped: return step
        // Called off for good by a step that is not repeated itself.
        case .cancelled:
            return kept.steps.contains { $0.callsOff == index && $0.index < from } ? step : nil
        default: return nil
        }
    }

    /// All that is taken over.
    var done: [KeptJob.Step] { kept.steps.filter { done($0.index, part: $0.part) != nil } }
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
        guard let kept = resumed.done(index) else { return false }
        await take(over: kept, of: step, resumed)
        return true
    }

    /// What a step has left that ran beside others is the job's to see once a step waits for it, as when it ran.
    func take(over kept: KeptJob.Step, of step: Step, _ resumed: ResumedJob) async {
        var record = beginStep(step.displayName(in: scope(env: [])))
        line("Kept from attempt \(resumed.attempt)", step: record.number)
        let aside = kept.isAside == true ? AsideVariables(variables) : nil
        var frame = frame
        frame.aside = aside
        for pair in kept.variables { change(.define(name: pair.name, value: pair.value), in: frame) }
        for path in kept.paths { change(.prependPath(path), in: frame) }
        var result = StepResult(
            outcome: kept.outcome,
            conclusion: kept.conclusion,
            outputs: kept.outputs.pairs
        )
        if aside == nil {
            remember(result, for: step)
            frame = self.frame
        }
        if result.conclusion != .skipped {
            do {
                try await renew(step, kept, in: frame, number: record.number)
            } catch {
                report(StepFailure("\((error as? StepFailure)?.message ?? "\(error)")"), step: record.number)
                let how: Conclusion = self.frame.status == .cancelled ? .cancelled : .failure
                (result.outcome, result.conclusion) = (how, how)
                if how == .failure { noteLoss(of: kept) }
            }
        }
        finish(&record, outcome: result.outcome, conclusion: result.conclusion)
        if let aside {
            let start = StepStart(
                step: step,
                record: record,
                env: [],
                github: githubContext(),
                frame: frame
            )
            let ended = BackgroundStep(start, variables: aside, index: kept.index, part: kept.part)
            ended.result = result
            ended.ended.give(())
            background.append(ended)
        } else if result.conclusion == .failure, self.frame.status == .success {
            self.frame.status = .failure
        }
        trail.forget()
        // Cancelled meanwhile, or by a stage before the steps: nothing of what is taken over is to be repeated.
        if trail.stop == nil, self.frame.status != .success { trail.stop = resumed.from }
    }

    /// Takes note of a step that was done, but whose action cannot be brought back: it is to be run again.
    private func noteLoss(of kept: KeptJob.Step) {
        var kept = kept
        (kept.outcome, kept.conclusion) = (.failure, .failure)
        if kept.isAside != true, trail.stop == nil { trail.stop = kept.index }
        keep(kept)
    }
}
