/// A walk over an expression that finds the type of each part, and what is wrong with it there.
struct TypeCheck {
    let contexts: [String: ValueType]
    var faults: [TypeFault] = []

    mutating func type(of node: Node) -> ValueType {
        switch node {
        case .literal(let value):
            return ValueType(of: value)
        case .context(let name, _):
            return contexts[name] ?? .any
        case .not(let operand):
            _ = type(of: operand)
            return .boolean
        case .comparison(let comparison, let left, let right, let range):
            compare(comparison, left, right, range)
            return .boolean
        case .all(let operands), .any(let operands):
            return ValueType.union(of: operands.map { type(of: $0) })
        case .index(let target, let index, let range):
            return element(of: target, at: index, range)
        case .filter(let target):
            return filter(target)
        case .builtIn(let function, let arguments, let range):
            return call(function, arguments, range)
        case .provided(let name, let arguments, let range):
            for argument in arguments { expectText(argument, of: name, range) }
            return name == "hashfiles" ? .string : .boolean
        case .interpolation:
            for part in node.children {
                let type = type(of: part)
                if type.isContainer { add(.inText(type, part)) }
            }
            return .string
        }
    }

    mutating func add(_ fault: TypeFault) { faults.append(fault) }

    /// An argument that is used as text.
    mutating func expectText(_ argument: Node, of function: String, _ range: Range<Int>) {
        let type = type(of: argument)
        if type.isContainer { add(.notText(type, function, argument.range ?? range)) }
    }

    private mutating func compare(
        _ comparison: BinaryOperator,
        _ left: Node,
        _ right: Node,
        _ range: Range<Int>
    ) {
        let (leftType, rightType) = (type(of: left), type(of: right))
        let types = [leftType, rightType]
        let isEquality = comparison == .equal || comparison == .notEqual
        if types.contains(where: \.isContainer) {
            let isHopeless = isEquality ? leftType.isUnlike(rightType) : true
            if isHopeless { add(.neverEqual(leftType, rightType, comparison, range)) }
            return
        }
        // A boolean or a number against a text: the text becomes a number, which most texts are not.
        for (literal, type) in [(left, rightType), (right, leftType)] {
            guard case .literal(.string(let text)) = literal, type == .boolean || type == .number,
                Value.string(text).number.isNaN
            else { continue }
            add(.neverNumber(text, type, comparison, range))
        }
        for (literal, type) in [(left, rightType), (right, leftType)] {
            guard case .literal(.boolean(let boolean)) = literal, type == .string else { continue }
            add(.textNotBoolean(boolean, comparison, range))
        }
    }

    private mutating func element(of target: Node, at index: Node, _ range: Range<Int>) -> ValueType {
        let targetType = type(of: target)
        let indexType = type(of: index)
        var name: String?
        if case .literal(let value) = index, value.isPrimitive { name = value.text }
        return element(of: targetType, named: name, indexType, node: target, range)
    }

    private mutating func element(
        of type: ValueType,
        named name: String?,
        _ indexType: ValueType,
        node: Node,
        _ range: Range<Int>
    ) -> ValueType {
        switch type {
        case .any, .null:
            return .any
        case .object(let object):
            guard let name else { return object.others == nil ? .any : object.element }
            if let type = object[name] { return type }
            add(.unknownProperty(name, of: object, node, range))
            return .any
        case .array(let element, isFiltered: true):
            let inner: ValueType
            switch element {
            case .any, .null: inner = .any
            case .array(let value, _): inner = value
            default: inner = self.element(of: element, named: name, indexType, node: node, range)
            }
            return .array(inner, isFiltered: true)
        case .array(let element, isFiltered: false):
            if indexType == .string, let name, Value.string(name).number.isNaN {
                add(.noProperty(name, of: type, node, range))
                return .any
            }
            return element
        case .boolean, .number, .string:
            add(.noProperty(name, of: type, node, range))
            return .any
        }
    }

    private mutating func filter(_ target: Node) -> ValueType {
        switch type(of: target) {
        case .any, .null, .boolean, .number, .string: return .array(.any, isFiltered: true)
        case .object(let object): return .array(object.element, isFiltered: true)
        case .array(let element, isFiltered: false): return .array(element, isFiltered: true)
        case .array(.object(let object), isFiltered: true): return .array(object.element, isFiltered: true)
        case .array(.array(let element, _), isFiltered: true): return .array(element, isFiltered: true)
        case .array(_, isFiltered: true): return .array(.any, isFiltered: true)
        }
    }
}

extension ValueType {
    /// Whether no value of this type equals any of the other; null is left out, since anything may be null.
    fileprivate func isUnlike(_ other: ValueType) -> Bool {
        switch (self, other) {
        case (.any, _), (_, .any), (.null, _), (_, .null), (.array, .array), (.object, .object): false
        default: true
        }
    }
}

extension Node {
    /// Where a reference or the name of a call stands; `nil` for anything else.
    var range: Range<Int>? {
        switch self {
        case .context(_, let range), .builtIn(_, _, let range), .provided(_, _, let range): range
        case .index(let target, _, let range):
            min(target.range?.lowerBound ?? range.lowerBound, range.lowerBound)..<range.upperBound
        case .filter(let target): target.range
        case .literal, .not, .comparison, .all, .any, .interpolation: nil
        }
    }

    /// A reference as it is written with dots; `nil` for what is none.
    var referenceText: String? {
        switch self {
        case .context(let name, _): name
        case .index(let target, .literal(let value), _) where value.isPrimitive:
            target.referenceText.map { "\($0).\(value.text)" }
        case .filter(let target): target.referenceText.map { "\($0).*" }
        default: nil
        }
    }
}

extension TypeFault {
    fileprivate static func unknownProperty(
        _ name: String,
        of object: ObjectType,
        _ target: Node,
        _ range: Range<Int>
    ) -> Self {
        let owner = target.referenceText.map { "`\(shortened($0))`" } ?? "the object"
        // A file made to hurt has too many names to look through them for each fault.
        let names = object.count > 500 ? [] : object.names
        var hint = nearestMatch(name, in: names).map { "did you mean `\($0)`?" } ?? object.explanation
        if hint == nil, !names.isEmpty, names.count <= 8 {
            hint = "it has \(names.map { "`\($0)`" }.joined(separator: ", "))"
        }
        return Self(
            kind: .unknownProperty,
            message: "\(owner) has no `\(shortened(name))`, so this is always null",
            range: range,
            hint: hint
        )
    }

    fileprivate static func noProperty(
        _ name: String?,
        of type: ValueType,
        _ target: Node,
        _ range: Range<Int>
    ) -> Self {
        let owner = target.referenceText.map { "`\(shortened($0))`" } ?? "this"
        let what = name.map { "`\(shortened($0))`" } ?? "properties"
        let kind = type.kindDescription ?? "a value"
        let isArray = if case .array = type { true } else { false }
        return Self(
            kind: .typeMismatch,
            message: "\(owner) is \(kind), which has no \(what)",
            range: range,
            hint: isArray ? "`.*` takes a property of each element" : nil
        )
    }

    fileprivate static func neverEqual(
        _ left: ValueType,
        _ right: ValueType,
        _ comparison: BinaryOperator,
        _ range: Range<Int>
    ) -> Self {
        let kinds = [left, right].map { $0.kindDescription ?? "a value" }
        return Self(
            kind: .typeMismatch,
            message: "`\(comparison.rawValue)` between \(kinds[0]) and \(kinds[1]) is always "
                + (comparison == .notEqual ? "true" : "false"),
            range: range
        )
    }

    fileprivate static func neverNumber(
        _ text: String,
        _ type: ValueType,
        _ comparison: BinaryOperator,
        _ range: Range<Int>
    ) -> Self {
        let kind = type.kindDescription ?? "a value"
        let isWord = type == .boolean && ["true", "false"].contains(text.lowercasedASCII)
        return Self(
            kind: .typeMismatch,
            message: "\(kind) compared with the text '\(shortened(text))' is always "
                + (comparison == .notEqual ? "unequal" : "false"),
            range: range,
            hint: isWord ? "write \(text.lowercasedASCII) without quotes" : nil
        )
    }

    fileprivate static func textNotBoolean(
        _ boolean: Bool,
        _ comparison: BinaryOperator,
        _ range: Range<Int>
    ) -> Self {
        Self(
            kind: .typeMismatch,
            message:
                "a text equals \(boolean) only where it is \(boolean ? "'1'" : "empty or '0'"), not '\(boolean)'",
            range: range,
            hint: "write '\(boolean)' in quotes"
        )
    }

    fileprivate static func inText(_ type: ValueType, _ node: Node) -> Self {
        let word = if case .array = type { "Array" } else { "Object" }
        return Self(
            kind: .typeMismatch,
            message: "\(type.kindDescription ?? "a value") becomes the word `\(word)` in a text",
            range: node.range,
            hint: "toJSON gives its content"
        )
    }

    fileprivate static func notText(_ type: ValueType, _ function: String, _ range: Range<Int>) -> Self {
        Self(
            kind: .typeMismatch,
            message:
                "`\(Availability.usualName(ofFunction: function))` takes text, not \(type.kindDescription ?? "that")",
            range: range
        )
    }
}
