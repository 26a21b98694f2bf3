import Expressions
import Workflows
import YAML

/// The rows of a job's matrix, as far as they are known before the job starts.
enum KnownRows {
    case rows([Row])
    case unknown([String])
    case fails(String)

    struct Row {
        var name: String
        var matrix: Value
        var strategy: Value
        var hasMatrix: Bool
    }

    /// - Parameters:
    ///   - scope: `github`, `needs`, `inputs` and `vars`.
    ///   - selection: `--matrix`.
    init(of job: Job, in scope: TraceScope, selection: [(key: String, value: String)]) {
        let strategy = job.strategy
        let trees = [
            strategy?.whole, strategy?.matrix, strategy?.failFast?.tree, strategy?.maxParallel?.tree,
        ].compactMap(\.self)
        let reasons = trees.flatMap { scope.reasons(of: $0) }.withoutRepeats
        guard reasons.isEmpty else {
            self = .unknown(reasons)
            return
        }
        do {
            self = .rows(
                try StrategyRows(of: job, in: scope.scope, selection: selection).rows.map { row in
                    Row(
                        name: Self.name(of: job, row, in: scope),
                        matrix: row.matrix,
                        strategy: row.strategy,
                        hasMatrix: row.row != nil
                    )
                }
            )
        } catch {
            self = .fails((error as? Diagnostic)?.message ?? "\(error)")
        }
    }

    /// The job's name as runs show it; as it is written, where its expressions read what is not known.
    private static func name(of job: Job, _ row: StrategyRows.Row, in scope: TraceScope) -> String {
        var scope = scope
        scope.scope.contexts["matrix"] = row.matrix
        scope.scope.contexts["strategy"] = row.strategy
        var given: String?
        if let name = job.name { given = scope.known(name) ?? name.source }
        return JobName.of(
            id: job.id,
            given: given,
            isExpression: job.name.map { $0.literalText == nil } ?? false,
            row: row.row
        )
    }
}

extension TraceScope {
    /// The text, where all that it reads is known and may be shown.
    func known(_ text: Templated<String>) -> String? {
        guard reasons(of: text.tree).isEmpty, !readsSecret(text.tree) else { return nil }
        return try? text.evaluate(in: scope)  // a fault in it is told when it runs
    }
}

extension Templated<String> {
    /// The text as it is written.
    var source: String {
        if case .scalar(let template, _) = tree { template.source } else { "" }
    }
}
