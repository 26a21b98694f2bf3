package import Expressions
package import YAML

extension TemplateTree {
    /// The value, with every expression evaluated.
    ///
    /// What `${{ insert }}` names is spliced into its mapping, an expression in a list that gives a list is spliced
    /// into that list, and two keys that come out the same are a fault.
    package func evaluate(in scope: Scope) throws(Diagnostic) -> Value {
        switch self {
        case .scalar(let template, let location):
            return try template.value(in: scope, at: location)
        case .sequence(let items, _):
            var values: [Value] = []
            for item in items {
                let value = try item.evaluate(in: scope)
                if item.isExpression, let elements = value.elements {
                    values += elements
                } else {
                    values.append(value)
                }
            }
            return .array(values)
        case .mapping(let pairs, _):
            return .object(ObjectValue(try Self.evaluate(pairs, in: scope)))
        }
    }

    /// The entries of a mapping, in the order of the file.
    static func evaluate(_ pairs: [Pair], in scope: Scope) throws(Diagnostic) -> [ObjectValue.Pair] {
        var values: [ObjectValue.Pair] = []
        var known: Set<String> = []
        func add(_ key: String, _ value: Value, at location: SourceLocation) throws(Diagnostic) {
            guard known.insert(key.lowercased()).inserted else {
                throw Diagnostic(
                    location: location,
                    code: "duplicate-key",
                    message: "'\(key)' is already defined in this mapping"
                )
            }
            values.append((key, value))
        }
        for pair in pairs {
            let value = try pair.value.evaluate(in: scope)
            switch pair.key {
            case .name(let name, let location): try add(name, value, at: location)
            case .template(let template, let location):
                let key = try template.value(in: scope, at: location)
                guard key.isPrimitive, !key.text.isEmpty else {
                    throw .evaluation(at: location, "a key must be text, not \(key.kindDescription)")
                }
                try add(key.text, value, at: location)
            case .insert(let location):
                guard let object = value.objectValue else {
                    throw .evaluation(
                        at: location,
                        "what `${{ insert }}` adds must be a mapping, not \(value.kindDescription)"
                    )
                }
                for (key, value) in object.pairs { try add(key, value, at: location) }
            }
        }
        return values
    }

    /// Whether it is one expression (or text around some) and not a literal.
    package var isExpression: Bool {
        if case .scalar(let template, _) = self, case .expression = template.form { true } else { false }
    }
}

extension Template {
    func value(in scope: Scope, at location: SourceLocation) throws(Diagnostic) -> Value {
        do throws(ExpressionError) {
            return try evaluate(in: scope)
        } catch {
            throw .evaluation(at: location, error.message, hint: error.hint)
        }
    }
}

extension Diagnostic {
    static func evaluation(at location: SourceLocation, _ message: String, hint: String? = nil) -> Diagnostic
    {
        Diagnostic(location: location, code: "evaluation", message: message, hint: hint)
    }
}
