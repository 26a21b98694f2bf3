import Expressions
import YAML

extension Decoder {
    /// The `strategy` of a job.
    func strategy(_ node: Node, subject: String) -> Strategy? {
        if isExpression(node) {
            return tree(node, allowing: .strategy).map { Strategy(location: node.location, whole: $0) }
        }
        let keys = ["matrix", "fail-fast", "max-parallel"]
        guard let fields = fields(node, of: subject, known: keys, allowing: .strategy) else { return nil }
        var strategy = Strategy(location: node.location)
        strategy.failFast = fields["fail-fast"].flatMap {
            booleanTemplate($0, fields.title("fail-fast"), allowing: .strategy)
        }
        strategy.maxParallel = fields["max-parallel"].flatMap {
            numberTemplate($0, fields.title("max-parallel"), allowing: .strategy)
        }
        strategy.matrix = fields["matrix"].flatMap(matrix)
        if !fields.expressionKeys.isEmpty { strategy.whole = tree(node, allowing: .strategy) }
        return strategy
    }

    private func matrix(_ node: Node) -> TemplateTree? {
        if isExpression(node) { return tree(node, allowing: .strategy) }
        guard let fields = fields(node, of: "the matrix", known: [], allowing: .strategy, isLoose: true)
        else {
            return nil
        }
        for entry in fields.entries {
            switch entry.name {
            case "include", "exclude": checkRows(entry.value, of: entry.name)
            default: checkVector(entry.value, named: entry.name)
            }
        }
        checkMatrix(fields, node: node)
        return tree(node, allowing: .strategy)
    }

    private func checkVector(_ node: Node, named name: String) {
        if isExpression(node) { return }
        guard let items = node.items else {
            reportKind(node, "the matrix key '\(name)'", expected: "a list or an expression")
            return
        }
        if items.isEmpty { report(node, "matrix", "the matrix key '\(name)' has no values") }
    }

    private func checkRows(_ node: Node, of name: String) {
        if isExpression(node) { return }
        guard let items = node.items else {
            reportKind(node, "'\(name)' of the matrix", expected: "a list of mappings")
            return
        }
        for item in items where !isExpression(item) {
            guard let entries = item.entries else {
                reportKind(item, "an item of '\(name)' of the matrix", expected: "a mapping")
                continue
            }
            if entries.isEmpty { report(item, "matrix", "an item of '\(name)' of the matrix is empty") }
        }
    }

    /// What can be said of a matrix as a whole before it is evaluated.
    private func checkMatrix(_ fields: Fields, node: Node) {
        let vectors = fields.entries.map(\.name).filter { $0 != "include" && $0 != "exclude" }
        let hasRows = fields["include"].map { isExpression($0) || $0.items?.isEmpty == false } ?? false
        if vectors.isEmpty, !hasRows, fields.expressionKeys.isEmpty {
            report(node, "matrix", "a matrix must define at least one key with values, or an 'include'")
            return
        }
        guard fields.expressionKeys.isEmpty, let items = fields["exclude"]?.items, !holdsExpression(node)
        else { return }
        let known = Set(vectors.map { $0.lowercased() })
        for key in items.flatMap({ $0.entries ?? [] }).map(\.key) {
            guard let name = key.scalar?.text, !known.contains(name.lowercased()) else { continue }
            report(
                key,
                "matrix",
                "'\(name)' in 'exclude' is no key of the matrix",
                hint: hint(for: name, among: vectors)
            )
        }
    }

    private func holdsExpression(_ node: Node) -> Bool {
        switch node.content {
        case .scalar: isExpression(node)
        case .sequence(let items): items.contains(where: holdsExpression)
        case .mapping(let entries): entries.contains { holdsExpression($0.key) || holdsExpression($0.value) }
        }
    }
}
