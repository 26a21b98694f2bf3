import Expressions
import YAML

extension Decoder {
    /// Any value, with its expressions checked.
    func tree(_ node: Node, allowing allowed: Availability) -> TemplateTree? {
        switch node.content {
        case .scalar(let scalar):
            guard !scalar.isTaggedAgainstStyle else {
                report(node, "yaml-tag", "a quoted text cannot have the tag of another type")
                return nil
            }
            return template(scalar, at: node, allowing: allowed).map { .scalar($0, node.location) }
        case .sequence(let items):
            let trees = items.map { tree($0, allowing: allowed) }
            return trees.present().map { .sequence($0, node.location) }
        case .mapping:
            return mapping(node, allowing: allowed) { self.tree($1, allowing: allowed) }
        }
    }

    /// A mapping with any keys, expressions too, each value decoded as told.
    func mapping(
        _ node: Node,
        allowing allowed: Availability,
        value: (_ name: String, Node) -> TemplateTree?
    ) -> TemplateTree? {
        guard let entries = node.entries else { return nil }
        let pairs = entries.map { entry -> TemplateTree.Pair? in
            let key = key(entry.key, allowing: allowed)
            let tree = value(entry.key.scalar?.text ?? "", entry.value)
            guard let key, let tree else { return nil }
            return TemplateTree.Pair(key: key, value: tree)
        }
        return pairs.present().map { .mapping($0, node.location) }
    }

    private func key(_ node: Node, allowing allowed: Availability) -> TemplateTree.Key? {
        guard let scalar = node.scalar else { return nil }
        if Template.isInsert(scalar.text) { return .insert(node.location) }
        guard let template = template(scalar, at: node, allowing: allowed) else { return nil }
        switch template.form {
        case .literal(let value):
            guard !value.text.isEmpty else {
                report(node, "empty-value", "a key must not be empty")
                return nil
            }
            return .name(value.text, node.location)
        case .expression: return .template(template, node.location)
        }
    }

    /// Whether the value is one expression and nothing else.
    func isExpression(_ node: Node) -> Bool {
        guard case .string(let text)? = node.scalar?.value else { return false }
        return text[...].has("${{")
    }

    /// Names and texts: `env`, `with`, `outputs`; or one expression that gives them.
    func environment(
        _ node: Node,
        _ title: String,
        allowing allowed: Availability
    ) -> Templated<Environment>? {
        if isExpression(node) { return tree(node, allowing: allowed).map { Templated($0) } }
        guard node.entries != nil else {
            reportKind(node, title, expected: "a mapping of names to texts")
            return nil
        }
        return mapping(node, allowing: allowed) { name, value in
            // What is spliced in is a mapping, not a text.
            if Template.isInsert(name) { return insertedTree(value, allowing: allowed) }
            return self.textTemplate(value, "'\(name)' in \(title)", allowing: allowed)?.tree
        }.map { Templated($0) }
    }

    private func insertedTree(_ node: Node, allowing allowed: Availability) -> TemplateTree? {
        guard isExpression(node) || node.entries != nil else {
            reportKind(node, "what `${{ insert }}` adds", expected: "a mapping")
            return nil
        }
        return tree(node, allowing: allowed)
    }

    /// One text or a list of texts, which may hold expressions.
    func textsTree(_ node: Node, _ title: String, allowing allowed: Availability) -> TemplateTree? {
        switch node.content {
        case .scalar:
            return textTemplate(node, title, allowing: allowed, isEmptyAllowed: false)?.tree
        case .sequence(let items):
            let trees = items.map { item in
                self.textTemplate(item, "an item of \(title)", allowing: allowed, isEmptyAllowed: false)?.tree
            }
            return trees.present().map { .sequence($0, node.location) }
        case .mapping:
            reportKind(node, title, expected: "text or a list of texts")
            return nil
        }
    }
}

extension Array {
    /// The elements, if none of them is absent.
    fileprivate func present<Wrapped>() -> [Wrapped]? where Element == Wrapped? {
        let present = compactMap(\.self)
        return present.count == count ? present : nil
    }
}
