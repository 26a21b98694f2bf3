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
        workflow: Workflow,
        path: String,
        jobs: [Job],
        facts: RunFacts,
        labels: RunnerLabels,
        selection: [(key: String, value: String)]
    ) {
        name = workflow.displayName
        self.path = path
        let github = GitHubContext(facts: facts, job: "", token: "", workspace: "", eventPath: "")
        let scope = Scope(
            contexts: [
                "github": github.value, "inputs": facts.inputs, "vars": facts.vars,
                "needs": .object(ObjectValue([])),
            ],
            functions: [
                "always": { _ in .boolean(true) }, "success": { _ in .boolean(true) },
                "failure": { _ in .boolean(false) }, "cancelled": { _ in .boolean(false) },
            ]
        )
        self.jobs = Self.ordered(jobs).flatMap {
            Self.preview($0, scope: scope, labels: labels, selection: selection)
        }
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
    private static func condition(of job: Job, scope: Scope) -> PreviewedJob.Condition {
        // What reads another job's result is decided when that job has run.
        guard !job.condition.expression.readContexts.contains("needs") else { return .unknown }
        var scope = scope
        do {
            if try job.condition.evaluate(in: scope) { return .yes }
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

    private static func preview(
        _ job: Job,
        scope: Scope,
        labels: RunnerLabels,
        selection: [(key: String, value: String)]
    ) -> [PreviewedJob] {
        let needs = job.needs.map(\.value)
        let condition = condition(of: job, scope: scope)
        guard case .steps(let definition) = job.kind else { return [] }
        do {
            let expanded = try JobExpansion(
                job: job,
                definition: definition,
                labels: labels,
                selection: selection
            ).expand(in: scope)
            return expanded.rows.map { row in
                PreviewedJob(
                    key: job.id,
                    name: row.name,
                    needs: needs,
                    labels: row.labels,
                    target: "\(row.target)",
                    matrix: row.matrix,
                    condition: condition
                )
            }
        } catch {
            // A matrix that comes from another job's output is not known yet.
            return [
                PreviewedJob(
                    key: job.id,
                    name: job.id,
                    needs: needs,
                    labels: [],
                    target: "unknown",
                    matrix: .null,
                    condition: condition
                )
            ]
        }
    }
}
