import Expressions

extension TemplateTree {
    /// The contexts that its expressions read, in lower case.
    package var readContexts: Set<String> {
        switch self {
        case .scalar(let template, _): template.readContexts
        case .sequence(let items, _):
            items.reduce(into: []) { $0.formUnion($1.readContexts) }
        case .mapping(let pairs, _):
            pairs.reduce(into: []) { contexts, pair in
                contexts.formUnion(pair.value.readContexts)
                if case .template(let key, _) = pair.key { contexts.formUnion(key.readContexts) }
            }
        }
    }
}

extension Template {
    fileprivate var readContexts: Set<String> {
        if case .expression(let expression) = form { expression.readContexts } else { [] }
    }
}
