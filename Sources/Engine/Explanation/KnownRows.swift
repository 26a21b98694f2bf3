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
            let whole = try strategy?.whole?.evaluate(in: scope.scope)
            let matrix = try whole?["matrix"] ?? strategy?.matrix?.evaluate(in: scope.scope)
            let rows = try matrix.flatMap { $0.isNull ? nil : $0 }.map { try Matrix($0).rows }
            if rows?.isEmpty == true {
                self = .fails("the matrix has no rows: every combination is excluded")
                return
            }
            let total = rows?.count ?? 1
            var failFast = Value.boolean(try strategy?.failFast?.evaluate(in: scope.scope) ?? true)
            var maxParallel = Value.number(
                try strategy?.maxParallel?.evaluate(in: scope.scope) ?? Double(total)
            )
            if case .boolean? = whole?["fail-fast"] { failFast = whole?["fail-fast"] ?? .null }
            if case .number? = whole?["max-parallel"] { maxParallel = whole?["max-parallel"] ?? .null }
            func row(_ row: MatrixRow?, _ place: Int) -> Row {
                let values = row.map { Value.object($0.values) } ?? .null
                let strategy = Value.object([
                    ("fail-fast", failFast), ("job-index", .number(Double(place))),
                    ("job-total", .number(Double(total))),
                    ("max-parallel", row == nil ? .number(1) : maxParallel),
                ])
                let name = Self.name(of: job, row: row, in: scope, matrix: values, strategy: strategy)
                return Row(name: name, matrix: values, strategy: strategy, hasMatrix: row != nil)
            }
            guard let rows else {
                self = .rows([row(nil, 0)])
                return
            }
            self = .rows(
                rows.enumerated().filter { $0.element.isSelected(by: selection) }.map {
                    row($0.element, $0.offset)
                }
            )
        } catch {
            self = .fails((error as? Diagnostic)?.message ?? "\(error)")
        }
    }

    /// The job's name as runs show it; as it is written, where its expressions read what is not known.
    private static func name(
        of job: Job,
        row: MatrixRow?,
        in scope: TraceScope,
        matrix: Value,
        strategy: Value
    ) -> String {
        var scope = scope
        scope.scope.contexts["matrix"] = matrix
        scope.scope.contexts["strategy"] = strategy
        var given: String?
        if let name = job.name { given = scope.known(name) ?? name.source }
        return JobName.of(
            id: job.id,
            given: given,
            isExpression: job.name.map { $0.literalText == nil } ?? false,
            row: row
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
