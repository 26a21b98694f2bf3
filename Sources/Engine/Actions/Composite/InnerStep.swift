import Expressions
import Workflows

/// A step of a composite action that runs now, for a cancellation of the job to decide upon.
///
/// It has a stop of its own: whether it goes on is asked of its own condition, not of that of the step around it.
final class InnerStep {
    let stop = StopSignal()
    /// Always where it is absent.
    let condition: Condition?
    let env: [(name: String, value: String)]
    /// As its condition sees it once the job is cancelled.
    let frame: StepFrame
    let github: GitHubContext

    init(
        condition: Condition?,
        env: [(name: String, value: String)],
        frame: StepFrame,
        github: GitHubContext
    ) {
        self.condition = condition
        self.env = env
        var frame = frame
        frame.status = .cancelled
        self.frame = frame
        self.github = github
    }
}

extension JobRunner {
    /// Runs a step of a composite action with a stop of its own.
    ///
    /// A time-out of the step around it, and an end by force, end it in any case; of a cancellation of the job it is asked
    /// (`cancelInnerSteps`).
    func following<Ending>(
        _ inner: InnerStep,
        within outer: StopSignal,
        _ body: (StopSignal) async -> Ending
    ) async -> Ending {
        innerSteps.append(inner)
        let stop = inner.stop
        let listener = outer.onStop { reason in
            guard reason == .cancelled else { return stop.stop(reason) }
            Task { await self.callOff(stop) }
        }
        defer {
            outer.remove(listener)
            innerSteps.removeAll { $0 === inner }
        }
        return await body(stop)
    }

    /// The job goes on, but the step around was called off: what is in it is, too.
    private func callOff(_ stop: StopSignal) {
        if frame.status != .cancelled { stop.stop(.cancelled) }
    }

    /// The job is cancelled: ends those whose condition does not hold any more.
    func cancelInnerSteps() {
        for inner in innerSteps where !stillHolds(inner) { inner.stop.stop(.cancelled) }
    }

    private func stillHolds(_ inner: InnerStep) -> Bool {
        do {
            return try inner.condition?.evaluate(
                in: scope(env: inner.env, frame: inner.frame, github: inner.github)
            ) ?? true
        } catch {
            return false
        }
    }
}
