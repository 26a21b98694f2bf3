import Foundation
import Store
import Workflows

/// A job that fails, is cancelled, or whose process dies is kept, so that it can go on from there.
extension JobRunner {
    /// Takes note of what a step of the job has left.
    func note(_ step: Step, at index: Int) {
        switch step.action {
        case .run, .uses: if step.isBackground { trail.isMixed = true }
        case .wait, .cancel, .parallel: trail.isMixed = true
        }
        let result = trail.result ?? StepResult(outcome: .skipped, conclusion: .skipped)
        var kept = KeptJob.Step(
            index: index,
            name: trail.name,
            id: step.hasExplicitID ? step.id : nil,
            outcome: result.outcome,
            conclusion: result.conclusion
        )
        kept.outputs = result.outputs.map { KeptJob.Pair(name: $0.name, value: $0.value) }
        let use = ActionUseID(of: step, in: frame)
        kept.state = uses.state(of: use).map { KeptJob.Pair(name: $0.name, value: $0.value) }
        kept.uses = uses.kept(of: use) { masker.containsSecret($0) }
        if trail.stop == nil, frame.status != .success {
            trail.stop = result.conclusion == .success ? index + 1 : index
        }
        // There is nothing to go on with after a last step that went well.
        if index + 1 < order.definition.steps.count || trail.stop != nil { keep(trail.ended(kept)) }
    }

    /// Writes down what a step has left, or an earlier attempt of it.
    func keep(_ step: KeptJob.Step) {
        guard services.keptWorkspaces > 0, !trail.isMixed else { return }
        let journal =
            trail.journal
            ?? KeptJournal(
                run: order.facts.runID,
                job: order.jobID,
                store: services.store,
                atMost: services.keptWorkspaces
            )
        trail.journal = journal
        journal.append(
            KeptJob.Frame(
                place: folders.place,
                step: step,
                masks: trail.unkept(of: masker.secrets),
                pushed: pushed.map { KeptJob.Pair(name: $0.ref, value: $0.commit) },
                stop: trail.stop
            )
        )
    }

    /// Keeps the job's place and what its steps have left, where it did not end well.
    ///
    /// - Returns: Whether the place is kept.
    func keepIfUnfinished() throws -> Bool {
        // One that was to go on and did not get to it is kept as it was.
        if order.resumed != nil, trail.journal == nil, !trail.isMixed, trail.stop == nil,
            frame.status != .success
        {
            return true
        }
        guard let journal = trail.journal, trail.stop != nil, !trail.isMixed,
            !CancelReason.isSuperseded(reason)
        else {
            if let journal = trail.journal { journal.discard(folders.place) }
            if order.resumed != nil { KeptPlaces(home: services.home).release(folders.place) }
            return false
        }
        KeptPlaces.removeGivenFiles(under: folders.temp)
        try journal.finish(folders.place)
        return true
    }
}
