import Expressions

extension Strategy {
    /// The type of `matrix`: the names of all rows, each with what its values are.
    var matrixType: ValueType {
        guard whole == nil else { return .any }
        guard let matrix else {
            return .object(ObjectType(explanation: "the strategy has no matrix"))
        }
        guard case .mapping(let pairs, _) = matrix else { return .any }
        var type = ObjectType()
        for pair in pairs {
            guard case .name(let name, _) = pair.key else { return .any }
            switch name {
            case "exclude": continue
            case "include":
                guard pair.value.addRows(to: &type) else { return .any }
            default:
                type[name] = pair.value.elementType.union(type[name] ?? .null)
            }
        }
        return .object(type)
    }
}

extension TemplateTree {
    /// The type of the value, as far as it is written down.
    var type: ValueType {
        switch self {
        case .scalar(let template, _):
            if case .literal(let value) = template.form { ValueType(of: value) } else { .any }
        case .sequence(let items, _):
            items.contains(where: \.isExpression)
                ? .array(.any) : .array(ValueType.union(of: items.map(\.type)))
        case .mapping(let pairs, _): Self.type(of: pairs)
        }
    }

    private static func type(of pairs: [Pair]) -> ValueType {
        var type = ObjectType()
        for pair in pairs {
            guard case .name(let name, _) = pair.key else { return .any }
            type[name] = pair.value.type
        }
        return .object(type)
    }

    /// The type of the values of a list.
    fileprivate var elementType: ValueType {
        guard case .sequence(let items, _) = self, !items.contains(where: \.isExpression) else { return .any }
        return ValueType.union(of: items.map(\.type))
    }

    /// Adds what the rows of an `include` have; `false` where that is not known.
    fileprivate func addRows(to type: inout ObjectType) -> Bool {
        guard case .sequence(let rows, _) = self else { return false }
        for row in rows {
            guard case .object(let row)? = Optional(row.type) else { return false }
            for name in row.names { type[name] = (row[name] ?? .any).union(type[name] ?? .null) }
        }
        return true
    }
}
