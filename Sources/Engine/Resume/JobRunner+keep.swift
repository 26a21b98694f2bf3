import Foundation
import Store
import Workflows

/// A job that fails, is cancelled, or whose process dies is kept, so that it can go on from there.
extension JobRunner {
    /// Takes note of what a step of the job has left; of one that ran beside others that is done when it ends.
    func note(_ step: Step, at index: Int) {
        if step.isBackground, background.contains(where: { $0.index == index && $0.part == nil }) {
            if trail.stop == nil, frame.status != .success { trail.stop = index + 1 }
            return trail.forget()
        }
        let result = trail.result ?? StepResult(outcome: .skipped, conclusion: .skipped)
        var kept = self.kept(step, at: index, named: trail.name, result, in: frame)
        var isOver = result.conclusion == .success
        switch step.action {
        case .run, .uses: break
        case .wait: kept.waitsFor = trail.settled
        case .cancel: kept.callsOff = trail.settled.first
        case .parallel:
            kept.waitsFor = []
            // Its own steps say what is left of it to do.
            isOver = false
        }
        if trail.stop == nil, frame.status != .success { trail.stop = isOver ? index + 1 : index }
        // There is nothing to go on with after a last step that went well, where no other may still fail.
        let isLast = index + 1 == order.definition.steps.count
        if !isLast || trail.stop != nil || !background.isEmpty { keep(trail.ended(kept)) }
    }

    /// Takes note of what a step has left that ran beside others and has ended.
    func note(_ step: BackgroundStep) {
        let start = step.start
        let result = step.result ?? StepResult(outcome: .cancelled, conclusion: .cancelled)
        var kept = self.kept(start.step, at: step.index, named: step.name, result, in: start.frame)
        kept.part = step.part
        kept.isAside = true
        kept.take(step.variables.changes)
        keep(kept)
    }

    /// Takes note of a step of a `parallel` block whose condition did not hold.
    func noteSkipped(_ step: Step, at index: Int, part: Int) {
        // In a job that goes well; in another one it may hold once the job is resumed.
        guard frame.status == .success else { return }
        let result = StepResult(outcome: .skipped, conclusion: .skipped)
        var kept = self.kept(step, at: index, named: trail.name, result, in: frame)
        kept.part = part
        keep(kept)
    }

    /// Takes note of a job that failed by a step beside others, after all of its own line.
    func noteBackgroundEnd() {
        guard !background.isEmpty, frame.status != .success else { return }
        if trail.stop == nil { trail.stop = order.definition.steps.count }
        keep(nil)
    }

    /// Takes note of a job that does not come to a step any more.
    func noteEnd(before index: Int) {
        guard trail.journal != nil, trail.stop == nil else { return }
        trail.stop = max(index, order.resumed?.from ?? 0)
        keep(nil)
    }

    private func kept(
        _ step: Step,
        at index: Int,
        named name: String,
        _ result: StepResult,
        in frame: StepFrame
    ) -> KeptJob.Step {
        var kept = KeptJob.Step(
            index: index,
            name: name,
            id: step.hasExplicitID ? step.id : nil,
            outcome: result.outcome,
            conclusion: result.conclusion
        )
        kept.outputs = result.outputs.map { KeptJob.Pair(name: $0.name, value: $0.value) }
        let use = ActionUseID(of: step, in: frame)
        kept.state = uses.state(of: use).map { KeptJob.Pair(name: $0.name, value: $0.value) }
        kept.uses = uses.kept(of: use) { masker.containsSecret($0) }
        return kept
    }

    /// Writes down what a step has left; without one, how far the job has come.
    func keep(_ step: KeptJob.Step?) { keptJournal()?.append(keptFrame(step)) }

    /// Goes on where an earlier attempt has stopped: whatever comes, all that it has done is this attempt's from here on.
    func beginAgain() {
        guard let resumed = order.resumed else { return }
        for mask in resumed.kept.masks { _ = masker.add(mask) }
        pushed = resumed.kept.pushed.map { ($0.name, $0.value) }
        keptJournal()?.begin(with: resumed.done.map(keptFrame))
    }

    /// - Returns: nil where no place is kept at all.
    private func keptJournal() -> KeptJournal? {
        guard services.keptWorkspaces > 0 else { return nil }
        let journal =
            trail.journal
            ?? KeptJournal(
                run: order.facts.runID,
                job: order.jobID,
                store: services.store,
                atMost: services.keptWorkspaces
            )
        trail.journal = journal
        return journal
    }

    private func keptFrame(_ step: KeptJob.Step?) -> KeptJob.Frame {
        KeptJob.Frame(
            place: folders.place,
            step: step,
            masks: trail.unkept(of: masker.secrets),
            pushed: pushed.map { KeptJob.Pair(name: $0.ref, value: $0.commit) },
            stop: trail.stop
        )
    }

    /// Keeps the job's place and what its steps have left, where it did not end well.
    ///
    /// - Returns: Whether the place is kept.
    func keepIfUnfinished() throws -> Bool {
        // One that was to go on and did not get to it is kept as it was.
        if order.resumed != nil, trail.journal == nil, trail.stop == nil, frame.status != .success {
            return true
        }
        guard let journal = trail.journal, trail.stop != nil, !CancelReason.isSuperseded(reason) else {
            if let journal = trail.journal { journal.discard(folders.place) }
            if order.resumed != nil { KeptPlaces(home: services.home).release(folders.place) }
            return false
        }
        KeptPlaces.removeGivenFiles(under: folders.temp)
        try journal.finish(folders.place)
        return true
    }
}
