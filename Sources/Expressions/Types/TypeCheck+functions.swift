extension TypeCheck {
    /// The type that a call of a general function gives, its arguments checked.
    mutating func call(_ function: BuiltIn, _ arguments: [Node], _ range: Range<Int>) -> ValueType {
        switch function {
        case .contains:
            let search = type(of: arguments[0])
            if case .object = search { add(.neverContains(arguments[0].range ?? range)) }
            expectText(arguments[1], of: "contains", range)
            return .boolean
        case .startsWith, .endsWith:
            for argument in arguments { expectText(argument, of: function.name, range) }
            return .boolean
        case .format:
            for argument in arguments { expectText(argument, of: function.name, range) }
            return .string
        case .join:
            let list = type(of: arguments[0])
            if case .object = list { add(.nothingToJoin(arguments[0].range ?? range)) }
            for argument in arguments.dropFirst() { expectText(argument, of: function.name, range) }
            return .string
        case .toJSON:
            _ = type(of: arguments[0])
            return .string
        case .fromJSON:
            return read(arguments[0], range)
        case .case:
            return choose(arguments, range)
        }
    }

    private mutating func read(_ argument: Node, _ range: Range<Int>) -> ValueType {
        let type = type(of: argument)
        if type.isContainer {
            add(.notJSON(type, argument.range ?? range))
            return .any
        }
        guard case .literal(.string(let text)) = argument else { return .any }
        do throws(JSONError) {
            return ValueType(of: try Value(json: text, lenient: true))
        } catch {
            add(.badJSON(error, range))
            return .any
        }
    }

    private mutating func choose(_ arguments: [Node], _ range: Range<Int>) -> ValueType {
        var values: [ValueType] = []
        for (place, argument) in arguments.enumerated() {
            let type = type(of: argument)
            guard place.isMultiple(of: 2), place < arguments.count - 1 else {
                values.append(type)
                continue
            }
            if type != .any, type != .boolean { add(.noCondition(type, place, argument.range ?? range)) }
        }
        return ValueType.union(of: values)
    }
}

extension BuiltIn {
    fileprivate var name: String { rawValue.lowercasedASCII }
}

extension TypeFault {
    fileprivate static func neverContains(_ range: Range<Int>) -> Self {
        Self(
            kind: .typeMismatch,
            message: "`contains` looks into texts and arrays; of an object it is always false",
            range: range,
            hint: "`.*` gives the values of an object"
        )
    }

    fileprivate static func nothingToJoin(_ range: Range<Int>) -> Self {
        Self(
            kind: .typeMismatch,
            message: "`join` of an object is always empty",
            range: range,
            hint: "`.*` gives the values of an object"
        )
    }

    fileprivate static func notJSON(_ type: ValueType, _ range: Range<Int>) -> Self {
        Self(
            kind: .typeMismatch,
            message: "`fromJSON` reads a text, and this is \(type.kindDescription ?? "none") already",
            range: range
        )
    }

    fileprivate static func badJSON(_ error: JSONError, _ range: Range<Int>) -> Self {
        Self(kind: .typeMismatch, message: "`fromJSON` cannot read this text: \(error.message)", range: range)
    }

    fileprivate static func noCondition(_ type: ValueType, _ place: Int, _ range: Range<Int>) -> Self {
        Self(
            kind: .typeMismatch,
            message:
                "a condition of `case` must be a boolean: argument \(place + 1) is \(type.kindDescription ?? "none")",
            range: range
        )
    }
}
