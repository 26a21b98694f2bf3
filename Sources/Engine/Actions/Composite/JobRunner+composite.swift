import Expressions
import Store
import Workflows

/// Composite actions: steps with inputs, results and a status of their own, in the record of the step that uses them.
extension JobRunner {
    func runComposite(_ steps: [Step], of action: FetchedAction, _ call: StepCall) async throws -> StepEnding
    {
        registerPost(of: action, call)
        let inputs = try ActionInputs(of: action.manifest, given: given(to: call), in: call.scope)
        for warning in inputs.warnings { warn(warning, call) }
        announce(inputs, call)
        var frame = try frame(of: action, inputs, call)
        for step in steps {
            if call.stop.isForced { break }
            // Of a cancellation of the job each step is asked itself.
            if call.stop.reason != nil, self.frame.status != .cancelled { frame.status = .cancelled }
            let (result, goesOn) = await runInner(step, in: frame, call)
            if step.hasExplicitID { frame.record(result, for: step.id) }
            frame.status.merge(result.conclusion)
            if !goesOn { break }
        }
        uses.keep(frame.results, of: call.use)
        var ending = StepEnding(outcome: frame.status.conclusion)
        var github = githubContext(in: frame)
        github.action = call.github.action
        var outer = self.scope(env: [], frame: frame, github: github)
        outer.functions = [:]
        for output in action.manifest.outputs {
            guard let value = output.value else { continue }
            ending.outputs.append((output.name, try value.evaluate(in: outer)))
        }
        return ending
    }

    /// Runs the pre stages of the actions that a composite action uses.
    func runCompositePre(
        _ steps: [Step],
        of action: FetchedAction,
        _ call: StepCall
    ) async throws -> StepEnding {
        let inputs = try ActionInputs(of: action.manifest, given: given(to: call), in: call.scope)
        announce(inputs, call)
        let frame = try frame(of: action, inputs, call)
        let stages = steps.compactMap { step -> (Step, StepWork)? in
            guard let inner = fetched(for: step, within: action.origin), hasPre(inner) else { return nil }
            return (step, .pre(inner))
        }
        return await run(stages, in: frame, call)
    }

    /// Runs the post steps of what a composite action has used, with the inputs and results of that composite action.
    func runCompositePost(
        _ steps: [Step],
        of action: FetchedAction,
        _ call: StepCall
    ) async throws -> StepEnding {
        let inputs = try ActionInputs(of: action.manifest, given: given(to: call), in: call.scope)
        var frame = try frame(of: action, inputs, call)
        frame.results = uses.results(of: call.use)
        let stages = steps.reversed().compactMap { step -> (Step, StepWork)? in
            uses.post(of: ActionUseID(of: step, in: frame)).map { (step, .post($0)) }
        }
        return await run(stages, in: frame, call)
    }

    /// Runs stages of inner actions, each of them whatever became of the others.
    private func run(_ stages: [(Step, StepWork)], in frame: StepFrame, _ call: StepCall) async -> StepEnding
    {
        var status = JobStatus.success
        for (step, work) in stages {
            if call.stop.isForced { break }
            var frame = frame
            // Status functions look at the job here, not at the composite action.
            frame.status = self.frame.status
            status.merge(await runInner(step, as: work, in: frame, call).result.conclusion)
        }
        return StepEnding(outcome: status.conclusion)
    }

    func frame(of action: FetchedAction, _ inputs: ActionInputs, _ call: StepCall) throws -> StepFrame {
        let depth = (call.frame.action?.depth ?? 0) + 1
        guard depth <= Self.deepest else {
            throw StepFailure("composite actions are nested more than 10 deep")
        }
        var frame = StepFrame(inputs: inputs.context)
        frame.aside = call.frame.aside
        frame.action = StepFrame.ActionFrame(
            path: action.path,
            repository: action.repository,
            ref: action.ref,
            depth: depth,
            env: (call.frame.action?.env ?? []) + call.env,
            use: call.use
        )
        return frame
    }

    /// One step of a composite action, or a stage of it: as a step of a job, but without a record of its own.
    ///
    /// - Returns: Its result, and whether those after it are looked at: not after a condition that has no value.
    private func runInner(
        _ step: Step,
        as work: StepWork = .main,
        in frame: StepFrame,
        _ call: StepCall
    ) async -> (result: StepResult, goesOn: Bool) {
        var github = githubContext(in: frame)
        // GitHub's runner names the job's own step there, wherever in it the work is done (StepsRunner.cs).
        github.action = call.github.action
        let env: [(name: String, value: String)]
        do {
            env = try evaluatedEnv(of: step, frame: frame, github: github)
        } catch {
            report(error, step: call.number)
            return (StepResult(outcome: .failure, conclusion: .failure), true)
        }
        let scope = scope(env: env, frame: frame, github: github)
        do {
            guard try work.condition(of: step)?.evaluate(in: scope) ?? true else {
                return (StepResult(outcome: .skipped, conclusion: .skipped), true)
            }
        } catch {
            report(StepFailure("The step's condition failed: \(error)"), step: call.number)
            return (StepResult(outcome: .failure, conclusion: .failure), false)
        }
        let inner = InnerStep(condition: work.condition(of: step), env: env, frame: frame, github: github)
        let ending = await following(inner, within: call.stop) { stop in
            await perform(
                step,
                as: work,
                in: frame,
                env: env,
                github: github,
                stop: stop,
                number: call.number
            )
        }
        let known = self.scope(env: env, frame: frame.knowing(ending.outputs, of: step), github: github)
        let result = StepResult(
            outcome: ending.outcome,
            conclusion: tolerated(step, ending.outcome, in: known),
            outputs: ending.outputs
        )
        return (result, true)
    }
}

extension JobStatus {
    /// A failure changes success alone; a cancellation stands whatever comes after it.
    fileprivate mutating func merge(_ conclusion: Conclusion) {
        switch conclusion {
        case .failure where self == .success: self = .failure
        case .cancelled: self = .cancelled
        default: break
        }
    }

    fileprivate var conclusion: Conclusion {
        switch self {
        case .success: .success
        case .failure: .failure
        case .cancelled: .cancelled
        }
    }
}
