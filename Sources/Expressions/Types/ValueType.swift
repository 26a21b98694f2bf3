/// What kind of value an expression gives, as far as that is known without evaluating it.
package indirect enum ValueType: Sendable, Equatable {
    /// Not known.
    case any
    case null
    case boolean
    case number
    case string
    /// What `.*` has filtered passes names on to its elements.
    case array(ValueType, isFiltered: Bool = false)
    case object(ObjectType)

    /// The type of a value that is at hand.
    package init(of value: Value) {
        switch value {
        case .null: self = .null
        case .boolean: self = .boolean
        case .number: self = .number
        case .string: self = .string
        case .array(let array):
            self = .array(ValueType.union(of: array.elements.map(ValueType.init(of:))))
        case .object(let object):
            var type = ObjectType()
            for (key, value) in object.pairs { type[key] = ValueType(of: value) }
            self = .object(type)
        }
    }

    /// The kind in the words of a message; `nil` where it is not known.
    package var kindDescription: String? {
        switch self {
        case .any: nil
        case .null: "null"
        case .boolean: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// Whether this is certainly an array or an object.
    package var isContainer: Bool {
        switch self {
        case .array, .object: true
        case .any, .null, .boolean, .number, .string: false
        }
    }

    /// The type of what is of one type or of the other.
    ///
    /// What may be null is of the other type: everything may be null.
    package func union(_ other: ValueType) -> ValueType {
        switch (self, other) {
        case (.null, let type), (let type, .null): type
        case (.array(let left, let isFiltered), .array(let right, _)):
            .array(left.union(right), isFiltered: isFiltered)
        case (.object(let left), .object(let right)): .object(left.union(right))
        default: self == other ? self : .any
        }
    }

    /// `any` of none.
    package static func union(of types: some Sequence<ValueType>) -> ValueType {
        var union: ValueType?
        for type in types { union = union?.union(type) ?? type }
        return union ?? .any
    }
}

/// The type of an object: which names it has, and whether there can be others.
package struct ObjectType: Sendable, Equatable {
    private struct Property: Sendable, Equatable {
        var name: String
        var type: ValueType
    }

    /// By name in lower case.
    private var properties: [String: Property] = [:]
    /// The type of all the properties without a name here; `nil` where there are none.
    package var others: ValueType?
    /// Why the object lacks what one may look for in it, such as `the job has no matrix`.
    package var explanation: String?

    package init(others: ValueType? = nil, explanation: String? = nil) {
        self.others = others
        self.explanation = explanation
    }

    package init(_ properties: KeyValuePairs<String, ValueType>, others: ValueType? = nil) {
        self.others = others
        for (name, type) in properties { self[name] = type }
    }

    package var count: Int { properties.count }

    package var names: [String] { properties.values.map(\.name).sorted() }

    /// The type of the property with this name, whatever its case; `nil` where there cannot be one.
    package subscript(name: String) -> ValueType? {
        get { properties[name.lowercasedASCII]?.type ?? others }
        set {
            let key = name.lowercasedASCII
            properties[key] = newValue.map { Property(name: properties[key]?.name ?? name, type: $0) }
        }
    }

    /// The type of any of its values.
    var element: ValueType {
        let known = properties.values.map(\.type)
        return others.map { ValueType.union(of: known + [$0]) } ?? ValueType.union(of: known)
    }

    func union(_ other: ObjectType) -> ObjectType {
        var union = self
        for (key, property) in other.properties {
            let known = properties[key]?.type
            union.properties[key] = Property(
                name: property.name,
                type: known?.union(property.type) ?? property.type
            )
        }
        if let left = others, let right = other.others {
            union.others = left.union(right)
        } else {
            union.others = others ?? other.others
        }
        union.explanation = explanation ?? other.explanation
        return union
    }
}
