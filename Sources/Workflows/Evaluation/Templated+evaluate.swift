package import Expressions
package import YAML

extension Templated {
    /// The value, where no expression is in it.
    package var literalValue: Value? {
        guard case .scalar(let template, _) = tree, case .literal(let value) = template.form else {
            return nil
        }
        return value
    }

    /// The text, where no expression is in it.
    package var literalText: String? { literalValue?.text }

    /// A value that needs no evaluation.
    package static func literal(_ value: Value, at location: SourceLocation) -> Templated {
        Templated(.scalar(Template(literal: value), location))
    }
}

extension Templated<String> {
    package static func literal(_ text: String, at location: SourceLocation) -> Templated<String> {
        Templated(.scalar(Template(literal: .string(text)), location))
    }

    /// The text; a number or a boolean gives its text, nothing gives none, and a list or a mapping is a fault.
    package func evaluate(in scope: Scope) throws(Diagnostic) -> String {
        try tree.evaluate(in: scope).textual(at: location)
    }
}

extension Templated<Bool> {
    /// The value, which must be a boolean and not a text that looks like one.
    package func evaluate(in scope: Scope) throws(Diagnostic) -> Bool {
        let value = try tree.evaluate(in: scope)
        guard case .boolean(let boolean) = value else {
            throw .evaluation(at: location, "this must be true or false, not \(value.shown)")
        }
        return boolean
    }
}

extension Templated<Double> {
    /// The value, which must be a number and not a text that looks like one.
    package func evaluate(in scope: Scope) throws(Diagnostic) -> Double {
        let value = try tree.evaluate(in: scope)
        guard case .number(let number) = value else {
            throw .evaluation(
                at: location,
                "this must be a number, not \(value.shown)",
                hint: value.isNumeric ? "fromJSON makes a number of a text" : nil
            )
        }
        return number
    }
}

extension Templated<Value> {
    package func evaluate(in scope: Scope) throws(Diagnostic) -> Value { try tree.evaluate(in: scope) }
}

extension Templated<Environment> {
    /// Names and texts in the order of the file.
    package func evaluate(in scope: Scope) throws(Diagnostic) -> [(name: String, value: String)] {
        var texts: [(name: String, value: String)] = []
        for (name, value, location) in try entries(in: scope) {
            texts.append((name, try value.textual(at: location)))
        }
        return texts
    }

    /// Names and values, with the type that each has and the place where it is written.
    package func entries(
        in scope: Scope
    ) throws(Diagnostic) -> [(name: String, value: Value, location: SourceLocation)] {
        if case .mapping(let pairs, _) = tree {
            var entries: [(name: String, value: Value, location: SourceLocation)] = []
            for (name, value) in try TemplateTree.evaluate(pairs, in: scope) {
                entries.append((name, value, pairs.location(of: name) ?? location))
            }
            return entries
        }
        let value = try tree.evaluate(in: scope)
        guard let object = value.objectValue else {
            if value.isNull { return [] }
            throw .evaluation(at: location, "this must be a mapping, not \(value.shown)")
        }
        return object.pairs.map { ($0.key, $0.value, location) }
    }
}

extension [TemplateTree.Pair] {
    fileprivate func location(of name: String) -> SourceLocation? {
        first { pair in
            if case .name(let key, _) = pair.key { key == name } else { false }
        }?.value.location
    }
}

extension Value {
    fileprivate func textual(at location: SourceLocation) throws(Diagnostic) -> String {
        guard isPrimitive else {
            throw .evaluation(at: location, "this must be text, not \(kindDescription)")
        }
        return text
    }

    /// The value in a message.
    fileprivate var shown: String {
        if case .string(let text) = self { "'\(text.prefix(80))'" } else { kindDescription }
    }

    fileprivate var isNumeric: Bool {
        if case .string(let text) = self { !text.isEmpty && !number.isNaN } else { false }
    }
}
