/// Something in an expression that can be read, but does not do what it seems to.
package struct TypeFault: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        /// A name that the object does not have; its value is always null.
        case unknownProperty = "unknown-property"
        /// A value of a kind that is no use where it stands.
        case typeMismatch = "type-mismatch"
    }

    package var kind: Kind
    package var message: String
    /// UTF-8 offsets in the text that the expression was read from; `nil` where the whole is meant.
    package var range: Range<Int>?
    package var hint: String?

    package init(kind: Kind, message: String, range: Range<Int>? = nil, hint: String? = nil) {
        self.kind = kind
        self.message = message
        self.range = range
        self.hint = hint
    }
}

extension Expression {
    /// The type of the expression's value, and what is doubtful in it, given the types of the contexts.
    ///
    /// A context without a type may hold anything.
    package func check(_ contexts: [String: ValueType]) -> (type: ValueType, faults: [TypeFault]) {
        guard let root else { return (.null, []) }
        var check = TypeCheck(contexts: contexts)
        let type = check.type(of: root)
        return (type, check.faults)
    }
}
