extension Evaluation {
    mutating func call(
        _ function: BuiltIn,
        _ arguments: [Node],
        _ range: Range<Int>
    ) throws(ExpressionError) -> Value {
        switch function {
        case .case: try chooseCase(arguments, range)
        case .contains: .boolean(try contains(arguments[0], arguments[1]))
        case .startsWith: .boolean(try compareTexts(arguments[0], arguments[1]) { $0.starts(with: $1) })
        case .endsWith:
            .boolean(
                try compareTexts(arguments[0], arguments[1]) { $0.reversed().starts(with: $1.reversed()) }
            )
        case .format: .string(try format(arguments, range))
        case .join: .string(try join(arguments))
        case .toJSON: .string(try toJSON(arguments[0]))
        case .fromJSON: try fromJSON(arguments[0], range)
        }
    }

    /// The value behind the first condition that is true; no other is evaluated.
    private mutating func chooseCase(
        _ arguments: [Node],
        _ range: Range<Int>
    ) throws(ExpressionError) -> Value {
        for place in stride(from: 0, to: arguments.count - 1, by: 2) {
            let condition = try evaluate(arguments[place])
            guard case .boolean(let isTrue) = condition else {
                throw .conditionNotBoolean(condition, place, range)
            }
            if isTrue { return try evaluate(arguments[place + 1]) }
        }
        return try evaluate(arguments[arguments.count - 1])
    }

    /// Whether an array has an element that equals the item, or a text has the item in it.
    private mutating func contains(_ search: Node, _ item: Node) throws(ExpressionError) -> Bool {
        switch try evaluate(search) {
        case .object:
            return false
        case .array(let array):
            if array.isEmpty { return false }
            let item = try evaluate(item)
            return array.elements.contains { item.isLooselyEqual(to: $0) }
        case let text:
            let item = try evaluate(item)
            return item.isPrimitive && hasPart(folded(text.text), folded(item.text))
        }
    }

    /// Compares two texts, case folded; arrays and objects are no texts.
    private mutating func compareTexts(
        _ text: Node,
        _ part: Node,
        _ matches: ([UInt8], [UInt8]) -> Bool
    ) throws(ExpressionError) -> Bool {
        let text = try evaluate(text)
        guard text.isPrimitive else { return false }
        let part = try evaluate(part)
        return part.isPrimitive && matches(folded(text.text), folded(part.text))
    }

    private mutating func join(_ arguments: [Node]) throws(ExpressionError) -> String {
        let items = try evaluate(arguments[0])
        guard case .array(let array) = items else { return items.isPrimitive ? items.text : "" }

        var separator = ","
        if array.count > 1, arguments.count > 1 {
            let given = try evaluate(arguments[1])
            if given.isPrimitive { separator = given.text }
        }
        var result = BoundedText(limit: memory.limit)
        for (place, element) in array.elements.enumerated() {
            if place > 0 { try result.append(separator) }
            try result.append(element.text)
        }
        return result.text
    }

    private mutating func toJSON(_ argument: Node) throws(ExpressionError) -> String {
        let value = try evaluate(argument)
        var writer = JSONWriter(isPretty: true, limit: memory.limit)
        writer.write(value)
        guard !writer.isFull else { throw .outOfMemory(limit: memory.limit) }
        return String(decoding: writer.text, as: UTF8.self)
    }

    private mutating func fromJSON(_ argument: Node, _ range: Range<Int>) throws(ExpressionError) -> Value {
        let text = try evaluate(argument).text
        do throws(JSONError) {
            return try Value.read(text, isLenient: true, limits: JSONLimits(memory: memory.limit))
        } catch {
            throw ExpressionError(stage: .evaluation, message: "`fromJSON` failed: \(error)", range: range)
        }
    }
}

/// Whether `part` occurs in `text` (Knuth, Morris and Pratt: the time never grows with the product of the lengths).
private func hasPart(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    guard let first = part.first else { return true }
    guard part.count <= text.count, text.contains(first) else { return false }

    // How much of `part` is still matched where the byte after a match of this length differs.
    var fallback = [Int](repeating: 0, count: part.count)
    var matched = 0
    for place in part.indices.dropFirst() {
        while matched > 0, part[place] != part[matched] { matched = fallback[matched - 1] }
        if part[place] == part[matched] { matched += 1 }
        fallback[place] = matched
    }
    matched = 0
    for byte in text {
        while matched > 0, byte != part[matched] { matched = fallback[matched - 1] }
        if byte == part[matched] { matched += 1 }
        if matched == part.count { return true }
    }
    return false
}

extension ExpressionError {
    fileprivate static func conditionNotBoolean(_ value: Value, _ place: Int, _ range: Range<Int>) -> Self {
        Self(
            stage: .evaluation,
            message:
                "a condition of `case` must be a boolean: argument \(place + 1) is \(value.kindDescription)",
            range: range
        )
    }
}
