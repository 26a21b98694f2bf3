package import Expressions
import Workflows

/// What one workflow would run, as far as it is known before anything has run: for `--dry-run`.
package struct PlannedWorkflow: Sendable {
    package var name: String
    package var path: String
    package var jobs: [PreviewedJob]

    package struct PreviewedJob: Sendable {
        package enum Condition: String, Sendable { case yes = "true", no = "false", unknown }

        package var key: String
        package var name: String
        package var needs: [String]
        package var labels: [String]
        /// Where it would run, or why it cannot.
        package var target: String
        package var matrix: Value
        package var condition: Condition
    }

    init(
        tree: WorkflowTree,
        jobs: [Job],
        facts: RunFacts,
        labels: RunnerLabels,
        selection: [(key: String, value: String)]
    ) {
        name = tree.workflow.displayName
        path = tree.path
        let preview = JobPreview(facts: facts, labels: labels, selection: selection)
        self.jobs = preview.jobs(jobs, of: tree, inputs: facts.inputs)
    }
}

/// Looks ahead at jobs and, below those that call, at the jobs of what they call.
private struct JobPreview {
    typealias Job = Workflows.Job
    typealias Condition = PlannedWorkflow.PreviewedJob.Condition

    let facts: RunFacts
    let labels: RunnerLabels
    let selection: [(key: String, value: String)]
    var callers = CallPath()
    /// What the calling job waits for: so do the jobs below it that need nothing else.
    var needs: [String] = []
    /// Whether the calling job runs: known, or not.
    var isCalled = Condition.yes
    /// The contexts that only the run will tell.
    var unknown: Set<String> = ["needs"]

    func jobs(
        _ jobs: [Job],
        of tree: WorkflowTree,
        inputs: Value
    ) -> [PlannedWorkflow.PreviewedJob] {
        let github = GitHubContext(facts: facts, job: "", token: "", workspace: "", eventPath: "")
        let scope = Scope(
            contexts: [
                "github": github.value, "inputs": inputs, "vars": facts.vars,
                "needs": .object(ObjectValue([])),
            ],
            functions: [
                "always": { _ in .boolean(true) }, "success": { _ in .boolean(true) },
                "failure": { _ in .boolean(false) }, "cancelled": { _ in .boolean(false) },
            ]
        )
        return Self.ordered(jobs).flatMap { preview($0, of: tree, scope: scope) }
    }

    /// Needs before those that need them, otherwise as in the file.
    private static func ordered(_ jobs: [Job]) -> [Job] {
        var machine = RunMachine(jobs: jobs.map { job in (job.id, job.needs.map(\.value)) })
        var order: [Job] = []
        while true {
            let ready = machine.takeReady()
            if ready.isEmpty { return order }
            for key in ready {
                order += jobs.filter { $0.id == key }
                machine.end(key, RunMachine.Ending(result: .success, outputs: []))
            }
        }
    }

    /// What a job's `if` comes to if all that it needs succeeds, unless a failure would start it after all.
    private func condition(of job: Job, scope: Scope) -> Condition {
        // What reads another job's result is decided when that job has run.
        guard job.condition.expression.readContexts.isDisjoint(with: unknown) else { return .unknown }
        var scope = scope
        do {
            if try job.condition.evaluate(in: scope) { return isCalled }
            guard !job.needs.isEmpty else { return .no }
            // One that was skipped is neither a success nor a failure.
            scope.functions["success"] = { _ in .boolean(false) }
            for hasFailure in [true, false] {
                scope.functions["failure"] = { _ in .boolean(hasFailure) }
                if try job.condition.evaluate(in: scope) { return .unknown }
            }
            return .no
        } catch {
            return .unknown
        }
    }

    private func preview(
        _ job: Job,
        of tree: WorkflowTree,
        scope: Scope
    ) -> [PlannedWorkflow.PreviewedJob] {
        let own = job.needs.map { callers.key(of: $0.value) }
        var shown = PlannedWorkflow.PreviewedJob(
            key: callers.key(of: job.id),
            name: callers.name(job.id),
            needs: own.isEmpty ? needs : own,
            labels: [],
            target: "unknown",
            matrix: .null,
            condition: condition(of: job, scope: scope)
        )
        let expansion = JobExpansion(job: job, callers: callers, labels: labels, selection: selection)
        // A matrix that comes from another job's output is not known yet.
        guard let rows = try? expansion.expand(in: scope).rows else { return [shown] }
        return rows.flatMap { row in
            shown.name = row.name
            shown.labels = row.labels
            shown.target = row.target.map { "\($0)" } ?? "call"
            shown.matrix = .object(row.matrix.objectValue ?? .empty)
            guard case .call(let call) = job.kind, shown.condition != .no,
                let called = tree.called[call.uses.value]
            else { return [shown] }
            return below(shown, of: called, by: call, scope: scope.setting("matrix", row.matrix))
        }
    }

    /// The jobs of a called workflow, in the place of the one that calls it.
    private func below(
        _ caller: PlannedWorkflow.PreviewedJob,
        of tree: WorkflowTree,
        by call: WorkflowCall,
        scope: Scope
    ) -> [PlannedWorkflow.PreviewedJob] {
        var preview = self
        preview.callers = callers.below(key: caller.key, name: caller.name)
        preview.needs = caller.needs
        preview.isCalled = caller.condition
        let given = (call.with?.tree.expressions ?? []).reduce(into: Set()) { $0.formUnion($1.readContexts) }
        let declared = tree.workflow.callTrigger?.inputs ?? []
        let inputs = try? CallArguments.inputs(call, declared: declared, in: scope)
        preview.unknown =
            inputs == nil || !given.isDisjoint(with: unknown) ? ["needs", "inputs"] : ["needs"]
        return preview.jobs(tree.workflow.jobs, of: tree, inputs: inputs ?? .object(ObjectValue([])))
    }
}
