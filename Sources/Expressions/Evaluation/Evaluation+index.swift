extension Evaluation {
    /// `target[index]` and `target.name`.
    ///
    /// What is not there is null.
    mutating func element(of target: Node, at index: Node) throws(ExpressionError) -> Value {
        switch try evaluate(target) {
        case .object(let object):
            return try key(index).flatMap { object[$0] } ?? .null
        case .array(let array) where array.isFiltered:
            return try elements(of: array, at: try evaluate(index))
        case .array(let array):
            guard let place = (try evaluate(index)).place, place < array.count else { return .null }
            return array.elements[place]
        case .null, .boolean, .number, .string:
            return .null
        }
    }

    /// `target.*`: the elements of an array, the values of an object; of what `.*` gave already, those of each of its
    /// elements.
    mutating func filter(_ target: Node) throws(ExpressionError) -> Value {
        var found: [Value] = []
        switch try evaluate(target) {
        case .object(let object):
            found = object.values
        case .array(let array) where array.isFiltered:
            for element in array.elements {
                switch element {
                case .object(let object): found += object.values
                case .array(let inner): found += inner.elements
                case .null, .boolean, .number, .string: break
                }
            }
        case .array(let array):
            found = array.elements
        case .null, .boolean, .number, .string:
            break
        }
        try memory.charge(found.count * MemoryBudget.referenceSize)
        return .array(ArrayValue(found, isFiltered: true))
    }

    /// The index of each element that has it.
    private mutating func elements(of array: ArrayValue, at index: Value) throws(ExpressionError) -> Value {
        let key = index.isPrimitive ? index.text : nil
        let place = index.place
        var found: [Value] = []
        for element in array.elements {
            switch element {
            case .object(let object):
                if let key, let value = object[key] { found.append(value) }
            case .array(let inner):
                if let place, place < inner.count { found.append(inner.elements[place]) }
            case .null, .boolean, .number, .string:
                break
            }
        }
        try memory.charge(found.count * MemoryBudget.referenceSize)
        return .array(ArrayValue(found, isFiltered: true))
    }

    /// The name that an index means; arrays and objects are none.
    private mutating func key(_ index: Node) throws(ExpressionError) -> String? {
        if case .literal(.string(let name)) = index { return name }
        let value = try evaluate(index)
        return value.isPrimitive ? value.text : nil
    }
}

extension Value {
    /// The place in an array that an index means: its number, rounded down; `nil` where it has none.
    fileprivate var place: Int? {
        let number = number
        guard number >= 0, number <= Double(Int32.max) else { return nil }
        return Int(number)
    }
}
