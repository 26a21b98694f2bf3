/// An expression of the workflow language, read once and evaluated as often as needed: what stands between `${{` and
/// `}}`.
package struct Expression: Sendable {
    package static let maxLength = 21_000
    package static let maxDepth = 50
    package static let memoryLimit = 1 << 20

    package let source: String

    /// `nil` for an empty text, which is null.
    let root: Node?

    /// Reads an expression.
    ///
    /// The ranges of errors are offsets in `source`; whatever `allowed` does not have is an error.
    package init(_ source: String, allowing allowed: Availability = .everything) throws(ExpressionError) {
        let bytes = Array(source.utf8)
        try self.init(bytes, bytes.indices, source: source, allowing: allowed)
    }

    /// Reads a part of a text; the ranges of errors are offsets in the whole.
    init(
        _ bytes: [UInt8],
        _ range: Range<Int>,
        source: String,
        allowing allowed: Availability
    ) throws(ExpressionError) {
        try Self.checkLength(of: source)
        self.init(source: source, root: try Parser.parse(bytes, range, allowing: allowed)?.node)
    }

    init(source: String, root: Node?) {
        self.source = source
        self.root = root
    }

    static func checkLength(of source: String) throws(ExpressionError) {
        // In characters of UTF-16, of which there are never more than bytes.
        if source.utf8.count > maxLength, source.utf16.count > maxLength { throw .tooLong }
    }

    /// `memoryLimit` is how many bytes the values of this evaluation may take, by an estimate.
    ///
    /// What a workflow file holds may take more than a lone expression: see `Template`.
    package func evaluate(
        in scope: Scope,
        memoryLimit: Int = Expression.memoryLimit
    ) throws(ExpressionError) -> Value {
        guard let root else { return .null }
        var evaluation = Evaluation(scope, memoryLimit: memoryLimit)
        let value = try evaluation.evaluate(root)
        // What `.*` has filtered is a plain list to whoever reads it next.
        if case .array(let array) = value, array.isFiltered { return .array(ArrayValue(array.elements)) }
        return value
    }

    /// The value, if the expression is nothing but a literal.
    package var literal: Value? {
        switch root {
        case nil: .null
        case .literal(let value): value
        default: nil
        }
    }

    /// The functions that are called anywhere in the expression, in lower case.
    package var calledFunctions: Set<String> {
        var names: Set<String> = []
        root?.walk { node in
            switch node {
            case .builtIn(let function, _, _): names.insert(function.rawValue.lowercasedASCII)
            case .provided(let name, _, _): names.insert(name)
            case .interpolation: names.insert("format")
            default: break
            }
        }
        return names
    }

    /// The contexts that are read anywhere in the expression, in lower case.
    package var readContexts: Set<String> {
        var names: Set<String> = []
        root?.walk { node in
            if case .context(let name, _) = node { names.insert(name) }
        }
        return names
    }

    /// The property paths that are read of a context: `steps.x.outputs.y` gives `["x", "outputs", "y"]`, the context
    /// alone `[]`.
    ///
    /// A part that is not constant is `*`.
    package func references(to context: String) -> [[String]] {
        let wanted = context.lowercasedASCII
        return references.filter { $0.context == wanted }.map(\.path)
    }
}
