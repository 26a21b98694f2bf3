import Expressions
import Workflows
import YAML

/// One job that is to run: for a matrix, one of its rows.
struct PlannedJob: Sendable {
    /// The job's id, after those of its callers.
    var key: String
    /// The job's name, after those of its callers.
    var name: String
    var matrix: Value
    var strategy: Value
    /// None for a job that calls a workflow: it needs no place of its own.
    var labels: [String]
    var target: RunTarget?
    var toleratesFailure: Bool
    var concurrency: EvaluatedConcurrency?
    /// The deployment environment, whose secrets and variables the job gets.
    var environment: String?
}

/// The rows of a job and how they run beside each other.
struct ExpandedJob: Sendable {
    var rows: [PlannedJob]
    var failFast: Bool
    /// How many rows run at a time; `nil` is all.
    var maxParallel: Int?
}

/// Makes a job's rows from its definition, once everything that it needs is known.
struct JobExpansion: Sendable {
    var job: Job
    var callers = CallPath()
    var labels: RunnerLabels
    /// `--matrix KEY=VALUE`: only rows that have one of the values given for each key.
    var selection: [(key: String, value: String)]

    /// - Parameter scope: `github`, `needs`, `inputs` and `vars`.
    func expand(in scope: Scope) throws -> ExpandedJob {
        let strategy = try StrategyRows(of: job, in: scope, selection: selection)
        return ExpandedJob(
            rows: try strategy.rows.map { try plan($0, scope) },
            failFast: strategy.failFast,
            maxParallel: strategy.maxParallel
        )
    }

    private func plan(_ row: StrategyRows.Row, _ scope: Scope) throws -> PlannedJob {
        var scope = scope
        scope.contexts["matrix"] = row.matrix
        scope.contexts["strategy"] = row.strategy
        let given = try job.name?.evaluate(in: scope)
        let name = JobName.of(
            id: job.id,
            given: given,
            isExpression: job.name.map { $0.literalText == nil } ?? false,
            row: row.row
        )
        var planned = PlannedJob(
            key: callers.key(of: job.id),
            name: callers.name(name),
            matrix: row.matrix,
            strategy: row.strategy,
            labels: [],
            toleratesFailure: false,
            concurrency: try job.concurrency?.evaluate(in: scope)
        )
        if case .steps(let definition) = job.kind {
            planned.labels = try runsOn(definition, scope)
            planned.target = try labels.target(
                of: planned.labels,
                system: RunnerContext.os,
                architecture: RunnerContext.architecture
            )
            planned.toleratesFailure = try definition.continueOnError?.evaluate(in: scope) ?? false
            planned.environment = try definition.environment?.evaluateName(in: scope)
        }
        return planned
    }

    private func runsOn(_ definition: StepsJob, _ scope: Scope) throws -> [String] {
        let found = try definition.runsOn.evaluate(in: scope)
        guard !found.labels.isEmpty else {
            throw PlanError("runner groups are GitHub's own: `runs-on` of job `\(job.id)` needs labels")
        }
        return found.labels
    }
}
