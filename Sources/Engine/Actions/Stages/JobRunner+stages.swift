import Expressions
import Store
import Workflows

/// The stages of actions before and after the job's own steps (semantics.md 1.26).
extension JobRunner {
    /// Runs the pre stages of the actions that are known before the first step, in the order of the steps.
    func runPreSteps() async {
        for step in order.definition.steps.flatMap(\.withParallel) {
            if isForced { return }
            guard let action = fetched(for: step, within: nil), hasPre(action) else { continue }
            await runStage(.pre(action), of: step)
        }
    }

    func runPostSteps() async {
        while !isForced, let post = uses.takeLastPost() {
            await runStage(.post(post), of: post.step)
        }
    }

    private func runStage(_ work: StepWork, of step: Step) async {
        guard let start = prepare(step, as: work) else { return }
        await runInLine(start)
    }

    /// Whether an action, or one that is used inside it, has a pre stage; actions in the workspace are not known.
    func hasPre(_ action: FetchedAction) -> Bool {
        var seen: Set<String> = []
        var open = [action]
        while let action = open.popLast() {
            guard seen.insert(action.path).inserted else { continue }
            switch action.manifest.runs {
            case .javascript(_, _, let pre, _, _, _): if pre != nil { return true }
            case .composite(let steps): open += steps.compactMap { fetched(for: $0, within: action.origin) }
            case .container: continue
            }
        }
        return false
    }

    // MARK: One stage

    func runPre(of action: FetchedAction, _ call: StepCall) async throws -> StepEnding {
        let call = call.of(action.origin)
        switch action.manifest.runs {
        case .javascript(let using, _, let pre, _, _, _):
            guard let pre else { return StepEnding(outcome: .success) }
            let node = try await node(for: using, call, warns: false)
            registerPost(of: action, call)
            let inputs = try ActionInputs(of: action.manifest, given: given(to: call), in: call.scope)
            announce(inputs, call)
            return try await run(pre, of: action, with: node, inputs, call)
        case .composite(let steps):
            registerPost(of: action, call)
            return try await runCompositePre(steps, of: action, call)
        case .container: throw ActionError(action: action.path, reason: ActionLoader.needsContainers)
        }
    }

    func runPost(_ post: PostStep, _ call: StepCall) async throws -> StepEnding {
        switch post.work {
        case .builtIn(let inputs, let finish):
            line("Post job cleanup.", step: call.number)
            for text in try await serve(inputs, call, finish) { line(text, step: call.number) }
            return StepEnding(outcome: .success)
        case .script(let script, let action):
            guard case .javascript(let using, _, _, _, _, _) = action.manifest.runs else {
                return StepEnding(outcome: .success)
            }
            line("Post job cleanup.", step: call.number)
            let call = call.of(action.origin)
            let node = try await node(for: using, call, warns: false)
            // Evaluated anew, as GitHub does: by now a step's outputs may be others.
            let inputs = try ActionInputs(of: action.manifest, given: given(to: call), in: call.scope)
            return try await run(script, of: action, with: node, inputs, call)
        case .composite(let steps, let action):
            return try await runCompositePost(steps, of: action, call.of(action.origin))
        }
    }

    /// Registers what an action wants done at the end of the job, where it wants anything.
    func registerPost(of action: FetchedAction, _ call: StepCall) {
        let work: PostStep.Work
        var condition: Condition?
        switch action.manifest.runs {
        case .javascript(_, _, _, _, let post, let postIf):
            guard let post else { return }
            work = .script(post, of: action)
            condition = postIf
        case .composite(let steps): work = .composite(steps, of: action)
        case .container: return
        }
        let name = "Post \(call.step.displayName(in: call.scope))"
        uses.register(
            PostStep(step: call.step, name: name, condition: condition, work: work),
            for: call.use
        )
    }

    /// What the step's `with` says.
    func given(to call: StepCall) throws -> [(name: String, value: String)] {
        guard case .uses(_, let with) = call.step.action else { return [] }
        return try with?.evaluate(in: call.scope) ?? []
    }
}

extension Step {
    /// The step, or those that it runs in parallel.
    fileprivate var withParallel: [Step] {
        if case .parallel(let steps) = action { steps } else { [self] }
    }
}
