/// What an expression reads and gives: the values of JSON, with objects that keep their order.
package enum Value: Sendable {
    case null
    case boolean(Bool)
    case number(Double)
    case string(String)
    case array(ArrayValue)
    case object(ObjectValue)

    package static func array(_ elements: [Value]) -> Value {
        .array(ArrayValue(elements))
    }

    package static func object(_ pairs: KeyValuePairs<String, Value>) -> Value {
        .object(ObjectValue(pairs.map { (key: $0.key, value: $0.value) }))
    }

    package static func object(_ pairs: [(String, Value)]) -> Value {
        .object(ObjectValue(pairs.map { (key: $0.0, value: $0.1) }))
    }

    /// The value of a property: `.null` where it is absent or this is no object.
    package subscript(_ key: String) -> Value {
        guard case .object(let object) = self else { return .null }
        return object[key] ?? .null
    }

    /// The elements of an array; `nil` for any other kind.
    package var elements: [Value]? {
        guard case .array(let array) = self else { return nil }
        return array.elements
    }

    /// The object, if this is one.
    package var objectValue: ObjectValue? {
        guard case .object(let object) = self else { return nil }
        return object
    }

    package var isNull: Bool {
        guard case .null = self else { return false }
        return true
    }

    /// Whether this is null, a boolean, a number or a string.
    package var isPrimitive: Bool {
        switch self {
        case .null, .boolean, .number, .string: true
        case .array, .object: false
        }
    }

    /// The kind in the words of a message: `a string`, `an object`.
    package var kindDescription: String {
        switch self {
        case .null: "null"
        case .boolean: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// The same kind, content and order of keys.
    ///
    /// Unlike `isLooselyEqual`, NaN is identical to NaN, case counts, and arrays and objects are compared by what is
    /// in them.
    package func isIdentical(to other: Value) -> Bool {
        switch (self, other) {
        case (.null, .null):
            true
        case (.boolean(let left), .boolean(let right)):
            left == right
        case (.number(let left), .number(let right)):
            left == right || left.isNaN && right.isNaN
        case (.string(let left), .string(let right)):
            left.hasSameBytes(as: right)
        case (.array(let left), .array(let right)):
            left === right
                || left.count == right.count
                    && zip(left.elements, right.elements).allSatisfy { $0.isIdentical(to: $1) }
        case (.object(let left), .object(let right)):
            left === right
                || left.count == right.count
                    && zip(left.pairs, right.pairs).allSatisfy {
                        $0.key.hasSameBytes(as: $1.key) && $0.value.isIdentical(to: $1.value)
                    }
        default:
            false
        }
    }
}

extension Value: CustomStringConvertible {
    package var description: String { json() }
}

extension Value: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    package init(booleanLiteral value: Bool) { self = .boolean(value) }
    package init(integerLiteral value: Int) { self = .number(Double(value)) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(arrayLiteral elements: Value...) { self = .array(ArrayValue(elements)) }
    package init(dictionaryLiteral pairs: (String, Value)...) {
        self = .object(ObjectValue(pairs.map { (key: $0.0, value: $0.1) }))
    }
}
