import Expressions
import Workflows

/// What a job's `strategy` comes to: the rows of its matrix, and how they run beside each other.
struct StrategyRows: Sendable {
    struct Row: Sendable {
        /// Absent for the only row of a job without a matrix.
        var row: MatrixRow?
        var matrix: Value
        var strategy: Value
    }

    private(set) var rows: [Row] = []
    private(set) var failFast = true
    /// How many rows run at a time; `nil` is all.
    private(set) var maxParallel: Int?

    /// - Parameters:
    ///   - scope: `github`, `needs`, `inputs` and `vars`.
    ///   - selection: `--matrix KEY=VALUE`: only rows that have one of the values given for each key.
    init(of job: Job, in scope: Scope, selection: [(key: String, value: String)]) throws {
        var parallel: Double?
        var matrix: Value?
        if let strategy = job.strategy {
            if let whole = strategy.whole {
                let value = try whole.evaluate(in: scope)
                // One that says nothing of a matrix is of a job that runs once.
                let given = value["matrix"]
                if case .null = given { matrix = nil } else { matrix = given }
                if case .boolean(let flag) = value["fail-fast"] { failFast = flag }
                if case .number(let number) = value["max-parallel"] { parallel = number }
            } else {
                matrix = try strategy.matrix?.evaluate(in: scope)
                failFast = try strategy.failFast?.evaluate(in: scope) ?? true
                parallel = try strategy.maxParallel?.evaluate(in: scope)
            }
        }
        maxParallel = parallel.flatMap { $0 >= 1 && $0 < 1e6 ? Int($0) : nil }
        guard let matrix else {
            rows = [row(nil, 0, of: 1)]
            return
        }
        let all = try Matrix(matrix).rows
        guard !all.isEmpty else {
            // Where all is excluded GitHub runs the job once, with nothing in its matrix (EvaluateStrategy of its parser).
            rows = [row(nil, 0, of: 1)]
            return
        }
        rows = all.enumerated().filter { $0.element.isSelected(by: selection) }.map {
            row($0.element, $0.offset, of: all.count)
        }
    }

    private func row(_ row: MatrixRow?, _ index: Int, of total: Int) -> Row {
        let strategy = Value.object(
            ObjectValue([
                ("fail-fast", .boolean(failFast)), ("job-index", .number(Double(index))),
                ("job-total", .number(Double(total))),
                ("max-parallel", .number(Double(row == nil ? 1 : maxParallel ?? total))),
            ])
        )
        return Row(row: row, matrix: row.map { .object($0.values) } ?? .null, strategy: strategy)
    }
}
