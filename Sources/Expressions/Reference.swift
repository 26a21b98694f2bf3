/// A part of an expression that reads a context: `steps.x.outputs.y`.
package struct Reference: Hashable, Sendable {
    /// In lower case.
    package var context: String
    /// The names that follow; a part that is not constant is `*`.
    package var path: [String]
    /// UTF-8 offsets in the text that the expression was read from.
    package var range: Range<Int>

    /// The reference as one writes it, with dots.
    package var text: String { ([context] + path).joined(separator: ".") }
}

extension Expression {
    /// All that the expression reads, each where it stands.
    package var references: [Reference] {
        var found: [Reference] = []
        root?.collectReferences(into: &found)
        return found
    }

    /// Whether the expression reads a context at all, or that of the given name in lower case.
    ///
    /// It asks no more than that, which is what most expressions are asked for.
    package func reads(_ context: String? = nil) -> Bool { root?.reads(context) ?? false }

    /// What the expression reads that can become (a part of) its value.
    ///
    /// What is only compared or tested cannot, nor can the left side of `&&`, which is the value only where it is
    /// empty.
    package var sources: [Reference] {
        var found: [Reference] = []
        root?.collectSources(into: &found)
        return found
    }
}

extension Node {
    fileprivate func reads(_ context: String?) -> Bool {
        if case .context(let name, _) = self { return context == nil || name == context }
        return children.contains { $0.reads(context) }
    }

    fileprivate func collectReferences(into found: inout [Reference]) {
        if let reference = reference { found.append(reference) }
        for index in indices { index.collectReferences(into: &found) }
    }

    private func collectSources(of nodes: some Sequence<Node>, into found: inout [Reference]) {
        for node in nodes { node.collectSources(into: &found) }
    }

    fileprivate func collectSources(into found: inout [Reference]) {
        switch self {
        case .literal, .not, .comparison, .provided: return
        case .context, .index, .filter:
            if let reference = reference {
                found.append(reference)
            } else {
                base.collectSources(into: &found)
            }
        case .all(let operands): collectSources(of: operands.suffix(1), into: &found)
        case .any(let operands): collectSources(of: operands, into: &found)
        case .interpolation: collectSources(of: children, into: &found)
        case .builtIn(let function, let arguments, _):
            switch function {
            case .contains, .startsWith, .endsWith: return
            case .case:
                let values = arguments.indices.filter { !$0.isMultiple(of: 2) || $0 == arguments.count - 1 }
                collectSources(of: values.map { arguments[$0] }, into: &found)
            case .format, .fromJSON, .join, .toJSON: collectSources(of: arguments, into: &found)
            }
        }
    }

    /// What the chain of names and indices that ends here begins with.
    private var base: Node {
        var node = self
        while true {
            switch node {
            case .index(let target, _, _), .filter(let target): node = target
            default: return node
            }
        }
    }

    /// The reference that this is the end of; `nil` where it begins with no context.
    var reference: Reference? {
        guard case .context(let name, let start) = base else { return nil }
        var path: [String] = []
        var end = start.upperBound
        var node = self
        while true {
            switch node {
            case .index(let target, let index, let range):
                end = max(end, range.upperBound)
                if case .literal(let value) = index, value.isPrimitive {
                    path.append(value.text)
                } else {
                    path.append("*")
                }
                node = target
            case .filter(let target):
                path.append("*")
                node = target
            default:
                return Reference(
                    context: name,
                    path: path.reversed(),
                    range: start.lowerBound..<max(end, start.upperBound)
                )
            }
        }
    }

    /// The nodes below the chain of names and indices that ends here, or below this node.
    private var indices: [Node] {
        var found: [Node] = []
        var node = self
        while true {
            switch node {
            case .index(let target, let index, _):
                found.append(index)
                node = target
            case .filter(let target): node = target
            case .context: return found
            default: return found + node.children
            }
        }
    }
}
