import Expressions
import Store
import Workflows

/// Brings back what of the actions that an earlier attempt has run does not outlive a job.
extension JobRunner {
    /// Gives the action of a step its state, its credentials and its post step again, and those that it uses itself.
    ///
    /// - Throws: Why that cannot be; then the step counts as failed.
    func renew(_ step: Step, _ kept: KeptJob.Step, in frame: StepFrame, number: Int) async throws {
        guard case .uses(let written, _) = step.action else { return }
        let call = try renewedCall(of: step, in: frame, stop: setUpStop, number: number)
        var own = kept.uses?.first { $0.path.isEmpty } ?? KeptJob.Use(path: [])
        own.state = kept.state
        own.outputs = kept.outputs
        // An action of the workspace that wants nothing done is not looked at.
        if case .local = written.form, kept.uses == nil { return uses.save(own.state.pairs, for: call.use) }
        try await renew(written, own, among: kept.uses ?? [], call)
    }

    private func renewedCall(
        of step: Step,
        in frame: StepFrame,
        stop: StopSignal,
        number: Int
    ) throws -> StepCall {
        var github = githubContext(in: frame)
        github.action = step.id
        let env = try evaluatedEnv(of: step, frame: frame, github: github)
        return StepCall(
            step: step,
            env: env,
            frame: frame,
            scope: scope(env: env, frame: frame, github: github),
            github: github,
            stop: stop,
            number: number
        )
    }

    /// - Parameter all: Those of the job's own step, this one among them.
    private func renew(
        _ written: ActionReference,
        _ kept: KeptJob.Use,
        among all: [KeptJob.Use],
        _ call: StepCall
    ) async throws {
        uses.save(kept.state.pairs, for: call.use)
        let origin = call.frame.action.map { ActionOrigin(repository: $0.repository, ref: $0.ref) }
        let reference = meant(written, within: origin)
        if let builtIn = builtIn(for: reference) {
            let call = reference.origin.map(call.of) ?? call
            let known = Set(kept.inputs.map { $0.name.lowercased() })
            let given = try given(to: call).filter { !known.contains($0.name.lowercased()) }
            return try await resume(
                builtIn,
                given: given + kept.inputs.pairs,
                outputs: kept.outputs.pairs,
                call
            )
        }
        let action = try await action(of: reference, call)
        let call = call.of(action.origin)
        registerPost(of: action, call)
        if case .composite(let steps) = action.manifest.runs, !all.isEmpty {
            try await renew(steps, of: action, kept, among: all, call)
        }
    }

    /// The uses inside a composite action, which gets the results of its steps again for what they evaluate.
    private func renew(
        _ steps: [Step],
        of action: FetchedAction,
        _ kept: KeptJob.Use,
        among all: [KeptJob.Use],
        _ call: StepCall
    ) async throws {
        let results = kept.results.map { result in
            let outputs = result.outputs.pairs
            let known = StepResult(
                outcome: result.outcome,
                conclusion: result.conclusion,
                outputs: outputs
            )
            return (id: result.id, result: known)
        }
        uses.keep(results, of: call.use)
        let inputs = try ActionInputs(of: action.manifest, given: given(to: call), in: call.scope)
        var frame = try frame(of: action, inputs, call)
        frame.results = results
        let inside = all.filter {
            $0.path.count == kept.path.count + 1 && $0.path.starts(with: kept.path)
        }
        let ids = Set(steps.map { $0.id.lowercased() })
        if let gone = inside.lazy.compactMap(\.path.last).first(where: { !ids.contains($0) }) {
            throw StepFailure(
                "its action is not the one that ran: the step `\(gone)`, whose post step is to be run, is gone from it"
            )
        }
        for step in steps {
            guard let use = inside.first(where: { $0.path.last == step.id.lowercased() }),
                case .uses(let written, _) = step.action
            else { continue }
            let inner = try renewedCall(of: step, in: frame, stop: call.stop, number: call.number)
            try await renew(written, use, among: all, inner)
        }
    }
}

extension [KeptJob.Pair] {
    var pairs: [(name: String, value: String)] { map { ($0.name, $0.value) } }
}
