import Expressions
import Workflows

/// Explains the steps of a job, one after the other: each with what is known of those before it.
struct StepExplainer {
    /// What all steps see alike.
    private let base: TraceScope
    private let variables: KnownVariables
    private let facts: RunFacts
    private var certain = KnownSteps()
    private var hopeful = KnownSteps()
    /// Whether a step may have run, and have written variables for those after it.
    private var mayHaveRun = false

    /// - Parameter job: What the job's keys see, with its row, its secrets and its variables.
    init(job: TraceScope, variables: KnownVariables, facts: RunFacts) {
        var base = job
        let runner = RunnerContext(
            name: RunnerFacts.name,
            temp: "",
            toolCache: "",
            workspace: "",
            isDebugging: false
        )
        base.scope.contexts["runner"] = runner.value
        base.unknowns += ["temp", "tool_cache", "workspace", "debug"].map {
            .init(["runner", $0], "the folder that the job works in")
        }
        self.base = base
        self.variables = variables
        self.facts = facts
    }

    mutating func explain(_ step: Step) -> StepExplanation {
        switch step.action {
        case .run, .uses:
            let explanation = look(at: step)
            conclude(step, explanation.verdict)
            return explanation
        case .wait, .cancel:
            conclude(step, .runs)
            return unconditional(step)
        case .parallel(let children):
            var explanation = unconditional(step)
            // Each starts before any other one has ended.
            var starting = self
            for child in children {
                let inner = starting.look(at: child)
                if inner.verdict == .skipped || inner.verdict == .fails {
                    starting.conclude(child, inner.verdict)
                }
                explanation.steps.append(inner)
            }
            for (child, inner) in zip(children, explanation.steps) { conclude(child, inner.verdict) }
            return explanation
        }
    }

    private func look(at step: Step) -> StepExplanation {
        let scope = scope(of: step, certain, keepsVariables: false)
        let condition = ConditionExplanation(
            step.condition,
            certain: scope,
            hopeful: self.scope(of: step, hopeful, keepsVariables: true)
        )
        var explanation = unconditional(step)
        explanation.name = Self.name(of: step, in: scope)
        explanation.verdict = condition.verdict
        explanation.condition = condition
        return explanation
    }

    /// A step that may have no `if`, and runs whatever came before it.
    private func unconditional(_ step: Step) -> StepExplanation {
        StepExplanation(
            id: step.hasExplicitID ? step.id : nil,
            name: step.displayName(in: nil),
            verdict: .runs,
            steps: []
        )
    }

    private mutating func conclude(_ step: Step, _ verdict: Verdict) {
        let isTolerated = step.continueOnError != nil
        switch verdict {
        case .skipped:
            certain.end(step, .skipped)
            hopeful.end(step, .skipped)
        case .fails where !isTolerated:
            certain.end(step, .failure)
            hopeful.end(step, .failure)
        case .fails:
            certain.leaveOpen(step, mayFail: true)
            hopeful.leaveOpen(step, mayFail: false)
        case .runs, .likelyRuns, .unknown, .likelySkipped:
            mayHaveRun = true
            certain.leaveOpen(step, mayFail: true)
            switch verdict {
            case .likelySkipped: hopeful.end(step, .skipped)
            case .unknown: hopeful.leaveOpen(step, mayFail: false)
            default:
                // What runs beside those after it has not ended then.
                if step.isBackground {
                    hopeful.leaveOpen(step, mayFail: false)
                } else {
                    hopeful.succeed(step)
                }
            }
        }
    }

    /// What a step sees.
    ///
    /// - Parameter keepsVariables: Whether steps before it are taken to leave the variables of the file as they are.
    ///   Other names that it reads are there because such a step sets them.
    private func scope(of step: Step, _ known: KnownSteps, keepsVariables: Bool) -> TraceScope {
        var bare = base
        bare.scope.contexts["github"] = github(of: step)
        known.put(into: &bare, facts: facts)
        var scope = bare
        let kept = keepsVariables ? variables.names : []
        variables.put(into: &bare, kept: mayHaveRun ? kept : nil)
        var variables = variables
        variables.add(step.env, in: bare)
        variables.put(into: &scope, kept: mayHaveRun ? kept + (step.env?.names ?? []) : nil)
        return scope
    }

    private func github(of step: Step) -> Value {
        guard let job = base.scope.contexts["github"]?.objectValue else { return .null }
        return .object(job.setting("action", .string(step.id)))
    }

    /// As runs show it; as it is written, where its expressions read what is not known or not to be shown.
    private static func name(of step: Step, in scope: TraceScope) -> String {
        let shown: Templated<String>?
        switch step.action {
        case .run(let script): shown = step.name ?? script.run
        case .uses, .wait, .cancel, .parallel: shown = step.name
        }
        let isKnown = shown.map { scope.reasons(of: $0.tree).isEmpty && !scope.readsSecret($0.tree) } ?? true
        return step.displayName(in: isKnown ? scope.scope : nil)
    }
}
