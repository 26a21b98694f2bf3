package import Expressions

extension TemplateTree {
    /// All expressions in it, those of keys among them.
    package var expressions: [Expression] {
        switch self {
        case .scalar(let template, _): [template.expression].compactMap(\.self)
        case .sequence(let items, _): items.flatMap(\.expressions)
        case .mapping(let pairs, _):
            pairs.flatMap { pair in
                if case .template(let template, _) = pair.key {
                    [template.expression].compactMap(\.self) + pair.value.expressions
                } else {
                    pair.value.expressions
                }
            }
        }
    }
}

extension TraceScope {
    /// What is not known of all that a value of a workflow file reads.
    package func reasons(of tree: TemplateTree) -> [String] {
        tree.expressions.flatMap { reasons(of: $0) }.withoutRepeats
    }

    /// Whether it reads anything that is not to be shown.
    package func readsSecret(_ tree: TemplateTree) -> Bool { tree.expressions.contains { readsSecret($0) } }
}
