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
        var failFast = true
        var maxParallel: Double?
        var matrix: Value?
        if let strategy = job.strategy {
            if let whole = strategy.whole {
                let value = try whole.evaluate(in: scope)
                matrix = value["matrix"]
                if case .boolean(let flag) = value["fail-fast"] { failFast = flag }
                if case .number(let number) = value["max-parallel"] { maxParallel = number }
            } else {
                matrix = try strategy.matrix?.evaluate(in: scope)
                failFast = try strategy.failFast?.evaluate(in: scope) ?? true
                maxParallel = try strategy.maxParallel?.evaluate(in: scope)
            }
        }
        var rows: [MatrixRow] = []
        if let matrix {
            rows = try Matrix(matrix).rows
            guard !rows.isEmpty else {
                throw PlanError("the matrix has no rows: every combination is excluded")
            }
        }
        let total = max(rows.count, 1)
        let parallel = maxParallel.flatMap { $0 >= 1 && $0 < 1e6 ? Int($0) : nil }
        let facts = StrategyFacts(total: total, failFast: failFast, maxParallel: parallel)
        if rows.isEmpty {
            return try ExpandedJob(
                rows: [plan(nil, 0, facts, scope)],
                failFast: failFast,
                maxParallel: parallel
            )
        }
        let planned = try rows.enumerated().filter { $0.element.isSelected(by: selection) }
            .map { try plan($0.element, $0.offset, facts, scope) }
        return ExpandedJob(rows: planned, failFast: failFast, maxParallel: parallel)
    }

    private struct StrategyFacts {
        var total: Int
        var failFast: Bool
        var maxParallel: Int?
    }

    private func plan(
        _ row: MatrixRow?,
        _ index: Int,
        _ facts: StrategyFacts,
        _ scope: Scope
    ) throws -> PlannedJob {
        let matrix = row.map { Value.object($0.values) } ?? .null
        let strategy = Value.object(
            ObjectValue([
                ("fail-fast", .boolean(facts.failFast)), ("job-index", .number(Double(index))),
                ("job-total", .number(Double(facts.total))),
                ("max-parallel", .number(Double(row == nil ? 1 : facts.maxParallel ?? facts.total))),
            ])
        )
        var scope = scope
        scope.contexts["matrix"] = matrix
        scope.contexts["strategy"] = strategy
        let given = try job.name?.evaluate(in: scope)
        let name = JobName.of(
            id: job.id,
            given: given,
            isExpression: job.name.map { $0.literalText == nil } ?? false,
            row: row
        )
        var planned = PlannedJob(
            key: callers.key(of: job.id),
            name: callers.name(name),
            matrix: matrix,
            strategy: strategy,
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
