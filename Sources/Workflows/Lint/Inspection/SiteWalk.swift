import Expressions
import YAML

/// Finds the expressions of a file, each with what it can see.
struct SiteWalk {
    private var sites: [ExpressionSite] = []

    static func sites(of inspection: Inspection) -> [ExpressionSite] {
        var walk = SiteWalk()
        switch inspection.subject {
        case .workflow(let workflow): walk.add(workflow)
        case .action(let action):
            walk.add(action)
            for name in ["pre-if", "post-if"] {
                walk.add(conditionOf: inspection.node("runs", name), addingSuccess: false, .hook)
            }
        }
        for step in inspection.steps {
            walk.add(step.step, .step(list: step.list, place: step.place))
        }
        var list = 0
        for (index, job) in inspection.jobs.enumerated() {
            guard case .steps(let steps) = job.kind else { continue }
            walk.add(job, steps, .job(index), end: .end(list: list))
            if steps.snapshot != nil {
                let condition = inspection.node("jobs", job.id, "snapshot", "if")
                walk.add(conditionOf: condition, addingSuccess: true, .end(list: list))
            }
            list += 1
        }
        return walk.sites
    }

    private mutating func add(_ workflow: Workflow) {
        add(workflow.runName?.tree, .text, .run)
        addEntries(workflow.env?.tree, .run)
        add(workflow.concurrency, .run)
        for trigger in workflow.triggers {
            for input in trigger.inputs { add(input.defaultValue?.tree, input.kind.use, .run) }
            for output in trigger.outputs { add(output.value.tree, .text, .callOutput) }
        }
        for (index, job) in workflow.jobs.enumerated() { add(job, .job(index)) }
    }

    private mutating func add(_ job: Job, _ scope: ExpressionSite.Scope) {
        add(job.name?.tree, .text, scope)
        add(job.condition, at: job.conditionLocation, scope)
        add(job.concurrency, scope)
        if let strategy = job.strategy {
            add(strategy.whole, .value, scope)
            add(strategy.matrix, .value, scope)
            add(strategy.failFast?.tree, .boolean, scope)
            add(strategy.maxParallel?.tree, .number, scope)
        }
        guard case .call(let call) = job.kind else { return }
        addEntries(call.with?.tree, scope, as: .value)
        if case .mapping(let secrets) = call.secrets { addEntries(secrets.tree, scope) }
    }

    private mutating func add(
        _ job: Job,
        _ steps: StepsJob,
        _ scope: ExpressionSite.Scope,
        end: ExpressionSite.Scope
    ) {
        add(steps.runsOn.labels?.tree, .value, scope)
        add(steps.runsOn.group?.tree, .text, scope)
        addEntries(steps.env?.tree, scope)
        add(steps.defaults.shell?.tree, .text, scope)
        add(steps.defaults.workingDirectory?.tree, .text, scope)
        add(steps.timeoutMinutes?.tree, .number, scope)
        add(steps.cancelTimeoutMinutes?.tree, .number, scope)
        add(steps.continueOnError?.tree, .boolean, scope)
        add(steps.container, .value, scope)
        add(steps.services, .value, scope)
        addEntries(steps.outputs?.tree, end)
        if let environment = steps.environment {
            add(environment.name.tree, environment.whole == nil ? .text : .value, scope)
            add(environment.url?.tree, .text, end)
            add(environment.deployment?.tree, .boolean, scope)
        }
    }

    private mutating func add(_ step: Step, _ scope: ExpressionSite.Scope) {
        add(step.name?.tree, .text, scope)
        add(step.condition, at: step.conditionLocation, scope)
        addEntries(step.env?.tree, scope)
        add(step.continueOnError?.tree, .boolean, scope)
        add(step.timeoutMinutes?.tree, .number, scope)
        switch step.action {
        case .run(let script):
            add(script.run.tree, .text, scope)
            add(script.shell?.tree, .text, scope)
            add(script.workingDirectory?.tree, .text, scope)
        case .uses(_, let with): addEntries(with?.tree, scope)
        case .wait, .cancel, .parallel: break
        }
    }

    private mutating func add(_ action: ActionManifest) {
        for output in action.outputs { add(output.value?.tree, .text, .end(list: 0)) }
    }

    private mutating func add(_ concurrency: Concurrency?, _ scope: ExpressionSite.Scope) {
        guard let concurrency else { return }
        add(concurrency.group.tree, concurrency.whole == nil ? .text : .value, scope)
        add(concurrency.cancelInProgress?.tree, .boolean, scope)
    }

    /// A condition that the model does not keep as one; what is wrong with it has been said by whoever read the file.
    private mutating func add(
        conditionOf node: Node?,
        addingSuccess: Bool,
        _ scope: ExpressionSite.Scope
    ) {
        guard let node, case .string(let text)? = node.scalar?.value,
            let condition = try? Condition(text, addingSuccess: addingSuccess)
        else { return }
        add(condition, at: node.location, scope)
    }

    private mutating func add(
        _ condition: Condition,
        at location: SourceLocation?,
        _ scope: ExpressionSite.Scope
    ) {
        guard let location, !condition.source.isEmpty else { return }
        sites.append(
            ExpressionSite(
                expression: condition.expression,
                source: condition.source,
                location: location,
                use: .condition,
                scope: scope
            )
        )
    }

    /// Names and texts; one expression may stand for all of them.
    private mutating func addEntries(
        _ tree: TemplateTree?,
        _ scope: ExpressionSite.Scope,
        as use: ExpressionSite.Use = .text
    ) {
        if case .mapping? = tree { add(tree, use, scope) } else { add(tree, .value, scope) }
    }

    private mutating func add(
        _ tree: TemplateTree?,
        _ use: ExpressionSite.Use,
        _ scope: ExpressionSite.Scope
    ) {
        switch tree {
        case nil: return
        case .scalar(let template, let location): add(template, at: location, use, scope)
        case .sequence(let items, _): for item in items { add(item, use, scope) }
        case .mapping(let pairs, _):
            for pair in pairs {
                switch pair.key {
                case .name: add(pair.value, use, scope)
                case .template(let template, let location):
                    add(template, at: location, .text, scope)
                    add(pair.value, use, scope)
                case .insert: add(pair.value, .value, scope)
                }
            }
        }
    }

    private mutating func add(
        _ template: Template,
        at location: SourceLocation,
        _ use: ExpressionSite.Use,
        _ scope: ExpressionSite.Scope
    ) {
        guard let expression = template.expression else { return }
        sites.append(
            ExpressionSite(
                expression: expression,
                source: template.source,
                location: location,
                use: use,
                scope: scope
            )
        )
    }
}

extension WorkflowInput.Kind {
    fileprivate var use: ExpressionSite.Use {
        switch self {
        case .boolean: .boolean
        case .number: .number
        case .string, .choice, .environment: .text
        }
    }
}
