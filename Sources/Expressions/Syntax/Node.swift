/// A part of an expression.
///
/// No tree is deeper than `Expression.maxDepth`, so that walks may recurse.
indirect enum Node: Sendable {
    case literal(Value)
    /// A context, by its name in lower case.
    case context(String, range: Range<Int>)
    case not(Node)
    /// The range is that of the operator.
    case comparison(BinaryOperator, Node, Node, range: Range<Int>)
    case all([Node])
    case any([Node])
    /// `target[index]`; `target.name` is the index of a literal.
    ///
    /// The range is that of the name, or of the brackets.
    case index(Node, Node, range: Range<Int>)
    /// `target.*` or `target[*]`.
    case filter(Node)
    case builtIn(BuiltIn, [Node], range: Range<Int>)
    /// A function that the scope provides, by its name in lower case.
    case provided(String, [Node], range: Range<Int>)
    /// Text with expressions in it, as `format` would join them.
    case interpolation([Segment])

    enum Segment: Sendable {
        case text(String)
        case value(Node)
    }

    var children: [Node] {
        switch self {
        case .literal, .context: []
        case .not(let operand), .filter(let operand): [operand]
        case .comparison(_, let left, let right, _), .index(let left, let right, _): [left, right]
        case .all(let operands), .any(let operands): operands
        case .builtIn(_, let arguments, _), .provided(_, let arguments, _): arguments
        case .interpolation(let segments):
            segments.compactMap {
                if case .value(let node) = $0 { node } else { nil }
            }
        }
    }

    /// Calls `visit` for this node and all below it.
    func walk(_ visit: (Node) -> Void) {
        visit(self)
        for child in children { child.walk(visit) }
    }
}
