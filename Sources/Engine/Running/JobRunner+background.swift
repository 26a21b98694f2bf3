import Store
import Workflows

/// Background steps, by the rules of GitHub's runner (semantics.md 1.14).
extension JobRunner {
    /// Starts a step beside the job's own line.
    func startAside(_ start: StepStart, at index: Int, part: Int? = nil) {
        let variables = AsideVariables(self.variables)
        var start = start
        start.frame.aside = variables
        let step = BackgroundStep(start, variables: variables, index: index, part: part)
        background.append(step)
        Task { await self.runAside(step) }
    }

    private func runAside(_ step: BackgroundStep) async {
        let stop = step.stop
        await backgroundPlaces.take { stop.reason != nil }
        defer { backgroundPlaces.free() }
        if stop.reason == nil {
            do {
                try recorder.openLog(of: step.number)
                step.result = await complete(step.start, stop: stop)
            } catch {
                var record = step.start.record
                begin(&record)
                report(StepFailure("\(error)"), step: record.number)
                finish(&record, outcome: .failure, conclusion: .failure)
                step.result = StepResult(outcome: .failure, conclusion: .failure)
            }
        } else {
            var record = step.start.record
            finish(&record, outcome: .cancelled, conclusion: .cancelled)
            step.result = StepResult(outcome: .cancelled, conclusion: .cancelled)
        }
        note(step)
        step.ended.give(())
    }

    func stopBackgroundSteps(_ reason: StopReason) {
        for step in background { step.stop.stop(reason) }
        backgroundPlaces.wake()
    }

    // MARK: Steps that wait

    /// `wait` and `wait-all`; no ids stand for all that nothing has waited for.
    func wait(for ids: [String], as step: Step) async {
        let targets = ids.isEmpty ? background.filter { !$0.isSettled } : named(ids)
        var record = beginStep(step.displayName(in: scope(env: [])))
        let outcome = await wait(for: targets, all: ids.isEmpty, step: record.number)
        let conclusion = tolerated(step, outcome, in: scope(env: []))
        remember(StepResult(outcome: outcome, conclusion: conclusion), for: step)
        trail.settled = targets.filter { $0.part == nil }.map(\.index)
        if conclusion == .failure, frame.status == .success { frame.status = .failure }
        finish(&record, outcome: outcome, conclusion: conclusion)
    }

    /// `cancel`: ends a background step and goes on, whatever became of it.
    func callOff(_ id: String, as step: Step) async {
        var record = beginStep(step.displayName(in: scope(env: [])))
        let targets = named([id])
        line("Cancelling background step(s): \(Self.list(targets))", step: record.number)
        for target in targets {
            target.isCalledOff = true
            target.stop.stop(.cancelled)
        }
        backgroundPlaces.wake()
        for target in targets { await Self.wait(for: target.ended, atMost: BackgroundStep.grace) }
        settle(targets)
        line("Finished cancelling background step(s).", step: record.number)
        tellResults(of: targets, step: record.number)
        remember(StepResult(outcome: .success, conclusion: .success), for: step)
        trail.settled = targets.filter { $0.part == nil }.map(\.index)
        finish(&record, outcome: .success, conclusion: .success)
    }

    /// `parallel`: starts each of the steps and waits for them all.
    func runInParallel(_ steps: [Step], at index: Int) async {
        let first = background.count
        for (part, step) in steps.enumerated() {
            if let resumed = order.resumed, let kept = resumed.done(index, part: part) {
                await take(over: kept, of: step, resumed)
            } else if let start = prepare(step) {
                startAside(start, at: index, part: part)
            } else {
                noteSkipped(step, at: index, part: part)
            }
        }
        trail.result = StepResult(outcome: .success, conclusion: .success)
        guard background.count > first else { return }
        var record = beginStep("Wait for parallel steps")
        let outcome = await wait(for: Array(background[first...]), step: record.number)
        if outcome == .failure, frame.status == .success { frame.status = .failure }
        trail.result = StepResult(outcome: outcome, conclusion: outcome)
        finish(&record, outcome: outcome, conclusion: outcome)
    }

    /// Before the post steps: waits for what nothing has waited for, and lets every failure count, also one that a
    /// `wait` was to tolerate.
    func waitForBackgroundSteps() async {
        let open = background.filter { !$0.isSettled }
        if !open.isEmpty {
            var record = beginStep("Wait for all background steps")
            let outcome = await wait(for: open, all: true, step: record.number)
            finish(&record, outcome: outcome, conclusion: outcome)
        }
        // One that did not end in time when it was called off is on its way to being killed.
        for step in background { await step.ended.value }
        let counted = background.filter { !$0.isCalledOff || $0.result?.conclusion != .cancelled }
        let outcome = Self.merged(counted)
        if frame.status == .success {
            if outcome == .failure { frame.status = .failure }
            if outcome == .cancelled { frame.status = .cancelled }
        }
        noteBackgroundEnd()
    }

    private func named(_ ids: [String]) -> [BackgroundStep] {
        let wanted = ids.map { $0.lowercased() }
        return background.filter { wanted.contains($0.start.step.id.lowercased()) }
    }

    /// Waits, and tells of it in GitHub's words (BackgroundStepCoordinator.cs).
    private func wait(
        for targets: [BackgroundStep],
        all: Bool = false,
        step number: Int
    ) async -> Conclusion {
        let kind = all ? "all background" : "background"
        let list = Self.list(targets)
        let isIdle = all && targets.isEmpty
        line(
            isIdle
                ? "No background steps remaining to wait for."
                : "Waiting for \(kind) step(s) to complete: \(list)",
            step: number
        )
        for target in targets { await target.ended.value }
        settle(targets)
        line("Finished waiting for \(kind) step(s).", step: number)
        tellResults(of: targets, step: number)
        return Self.merged(targets)
    }

    /// Takes over what steps left while the job could not see it.
    private func settle(_ steps: [BackgroundStep]) {
        for step in steps where !step.isSettled {
            step.isSettled = true
            for change in step.variables.changes { variables.apply(change) }
            let result = step.result ?? StepResult(outcome: .cancelled, conclusion: .cancelled)
            remember(result, for: step.start.step)
        }
    }

    private func tellResults(of steps: [BackgroundStep], step number: Int) {
        for step in steps {
            line("  \(step.name): \(Self.word(for: step.result?.conclusion ?? .cancelled))", step: number)
        }
    }

    private static func word(for conclusion: Conclusion) -> String {
        switch conclusion {
        case .success: "Succeeded"
        case .failure: "Failed"
        case .skipped: "Skipped"
        case .cancelled, .timedOut, .actionRequired, .neutral: "Canceled"
        }
    }

    private static func list(_ steps: [BackgroundStep]) -> String {
        steps.isEmpty ? "(none)" : steps.map(\.name).joined(separator: ", ")
    }

    private static func merged(_ steps: [BackgroundStep]) -> Conclusion {
        let conclusions = steps.map { $0.result?.conclusion ?? .cancelled }
        return [.failure, .cancelled].first { conclusions.contains($0) } ?? .success
    }

    private static func wait(for ended: Promise<Void>, atMost time: Duration) async {
        let isOver = Promise<Void>()
        let watchdog = Watchdog(after: time) { isOver.give(()) }
        Task {
            await ended.value
            isOver.give(())
        }
        await isOver.value
        watchdog.cancel()
    }
}
