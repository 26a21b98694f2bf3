import Foundation
import Store
import Workflows

/// A job that fails is kept, so that it can go on from there.
extension JobRunner {
    /// Takes note of what a step of the job has left.
    func note(_ step: Step, at index: Int) {
        switch step.action {
        case .run, .uses: if step.isBackground { trail.isMixed = true }
        case .wait, .cancel, .parallel: trail.isMixed = true
        }
        let result = trail.result ?? StepResult(outcome: .skipped, conclusion: .skipped)
        let use = ActionUseID(of: step, in: frame)
        var kept = KeptJob.Step(
            index: index,
            name: trail.name,
            id: step.hasExplicitID ? step.id : nil,
            outcome: result.outcome,
            conclusion: result.conclusion
        )
        kept.outputs = result.outputs.map { KeptJob.Pair(name: $0.name, value: $0.value) }
        kept.state = uses.state(of: use).map { KeptJob.Pair(name: $0.name, value: $0.value) }
        trail.end(kept)
    }

    /// Keeps the job's place and what its steps have left, where one of them failed.
    ///
    /// - Returns: Whether the place is kept.
    func keepIfFailed() throws -> Bool {
        guard frame.status == .failure, services.keptWorkspaces > 0, !trail.isMixed,
            trail.steps.contains(where: { $0.conclusion == .failure })
        else {
            if order.resumed != nil { KeptPlaces(home: services.home).release(folders.place) }
            return false
        }
        // What steps were given goes; what they made stays.
        for name in FolderNames.of(folders.commandFiles) ?? [] { unlink("\(folders.commandFiles)/\(name)") }
        if let spareScript { unlink(spareScript) }
        let kept = KeptJob(
            place: folders.place,
            steps: trail.steps,
            masks: masker.secrets,
            pushed: pushed.map { KeptJob.Pair(name: $0.ref, value: $0.commit) }
        )
        try kept.write(run: order.facts.runID, job: order.jobID, in: services.store)
        try KeptPlaces(home: services.home).keep(
            folders.place,
            for: order.jobID,
            of: order.facts.runID,
            atMost: services.keptWorkspaces
        )
        return true
    }
}
