import Expressions
import YAML

extension Decoder {
    /// The template of a scalar, its expressions checked.
    func template(_ scalar: Scalar, at node: Node, allowing allowed: Availability) -> Template? {
        guard case .string(let text) = scalar.value, text[...].has("${{") else {
            return Template(literal: Value(scalar.value))
        }
        do throws(ExpressionError) {
            return try Template(text, allowing: allowed)
        } catch {
            report(error, in: scalar, at: node)
            return nil
        }
    }

    private func report(_ error: ExpressionError, in scalar: Scalar, at node: Node) {
        report(
            node,
            "expression",
            error.message,
            hint: error.hint,
            range: error.range,
            fix: requoting(error, in: scalar, at: node)
        )
    }

    /// Single quotes for the double ones around a string of an expression, where nothing in it or around it minds.
    private func requoting(_ error: ExpressionError, in scalar: Scalar, at node: Node) -> Fix? {
        let bytes = scalar.text.utf8
        guard scalar.style != .singleQuoted, scalar.style != .doubleQuoted, let range = error.range,
            let start = bytes.index(bytes.startIndex, offsetBy: range.lowerBound, limitedBy: bytes.endIndex),
            start < bytes.endIndex, bytes[start] == UInt8(ascii: "\"")
        else { return nil }
        let rest = scalar.text[bytes.index(after: start)...]
        guard let end = rest.firstIndex(of: "\"") else { return nil }
        let inner = rest[..<end]
        guard !inner.contains(where: { $0 == "'" || $0 == "{" || $0 == "}" || $0.isNewline }) else {
            return nil
        }
        let place = node.location(of: range.lowerBound..<range.lowerBound + inner.utf8.count + 2)
        guard place.length == inner.count + 2 else { return nil }
        return Fix(at: place.location, length: place.length, text: "'\(inner)'")
    }

    /// A text without expressions.
    ///
    /// A number or a boolean gives its text; a literal in braces is that literal.
    func text(_ node: Node, _ title: String, isEmptyAllowed: Bool = false) -> String? {
        guard let scalar = node.scalar else {
            reportKind(node, title, expected: "text")
            return nil
        }
        var text = Value(scalar.value).text
        if scalar.isTaggedAgainstStyle { text = scalar.text }
        if text[...].has("${{") {
            guard let template = template(scalar, at: node, allowing: .everything) else { return nil }
            guard case .literal(let value) = template.form else {
                report(node, "expression-not-allowed", "\(title) cannot hold an expression")
                return nil
            }
            text = value.text
        }
        if text.isEmpty, !isEmptyAllowed {
            report(node, "empty-value", "\(title) must not be empty")
            return nil
        }
        return text
    }

    func located(_ node: Node, _ title: String) -> Located<String>? {
        text(node, title).map { Located($0, at: node.location) }
    }

    /// One text or a list of them, none with an expression.
    func texts(_ node: Node, _ title: String) -> [Located<String>]? {
        guard let items = node.items else {
            if node.entries != nil {
                reportKind(node, title, expected: "text or a list of texts")
                return nil
            }
            return located(node, title).map { [$0] }
        }
        return items.compactMap { located($0, "an item of \(title)") }
    }

    /// `true` or `false`, as it stands.
    func boolean(_ node: Node, _ title: String) -> Bool? {
        guard case .boolean(let value)? = node.scalar?.value, node.scalar?.isTaggedAgainstStyle == false
        else {
            let fix = node.scalar.flatMap { scalar in
                unquoting(scalar, at: node) { if case .boolean = $0 { true } else { false } }
            }
            report(
                node,
                "wrong-type",
                "\(title) must be true or false, not \(node.kindDescription)",
                fix: fix
            )
            return nil
        }
        return value
    }

    func textTemplate(
        _ node: Node,
        _ title: String,
        allowing allowed: Availability,
        isEmptyAllowed: Bool = true
    ) -> Templated<String>? {
        guard
            let tree = scalarTree(node, title, expected: "text", allowing: allowed, isFitting: { _ in true })
        else {
            return nil
        }
        if !isEmptyAllowed, case .scalar(let template, _) = tree, case .literal(let value) = template.form,
            value.text.isEmpty
        {
            report(node, "empty-value", "\(title) must not be empty")
            return nil
        }
        return Templated(tree)
    }

    func booleanTemplate(_ node: Node, _ title: String, allowing allowed: Availability) -> Templated<Bool>? {
        scalarTree(node, title, expected: "true, false or an expression", allowing: allowed) {
            if case .boolean = $0 { true } else { false }
        }.map { Templated($0) }
    }

    func numberTemplate(_ node: Node, _ title: String, allowing allowed: Availability) -> Templated<Double>? {
        scalarTree(node, title, expected: "a number or an expression", allowing: allowed) {
            if case .number = $0 { true } else { false }
        }.map { Templated($0) }
    }

    private func scalarTree(
        _ node: Node,
        _ title: String,
        expected: String,
        allowing allowed: Availability,
        isFitting: (Value) -> Bool
    ) -> TemplateTree? {
        guard let scalar = node.scalar else {
            reportKind(node, title, expected: expected)
            return nil
        }
        let isText = isFitting(.string(""))
        if scalar.isTaggedAgainstStyle, isText {
            return .scalar(Template(literal: .string(scalar.text)), node.location)
        }
        guard let template = template(scalar, at: node, allowing: allowed) else { return nil }
        if case .literal(let value) = template.form, !isFitting(value) || scalar.isTaggedAgainstStyle {
            let found = value.text.isEmpty ? "nothing" : "'\(value.text)'"
            let fix = unquoting(scalar, at: node, isFitting: isFitting)
            report(node, "wrong-type", "\(title) must be \(expected), not \(found)", fix: fix)
            return nil
        }
        return .scalar(template, node.location)
    }

    /// The quotes away from a text that would be of the right type without them.
    private func unquoting(_ scalar: Scalar, at node: Node, isFitting: (Value) -> Bool) -> Fix? {
        guard scalar.style == .singleQuoted || scalar.style == .doubleQuoted,
            scalar.source.dropFirst().dropLast() == scalar.text, !scalar.isTaggedAgainstStyle,
            isFitting(Value(CoreValue(plain: scalar.text)))
        else { return nil }
        return Fix(at: node.location, length: scalar.source.count, text: scalar.text)
    }

    /// The condition of an `if`; nothing, or blank text, is what no `if` at all would be.
    func condition(
        _ node: Node?,
        _ title: String,
        allowing allowed: Availability,
        addingSuccess: Bool = true
    ) -> Condition? {
        guard let node else { return .implicit }
        guard let scalar = node.scalar else {
            reportKind(node, title, expected: "a condition")
            return nil
        }
        do throws(ExpressionError) {
            let source = Value(scalar.value).text
            return try Condition(source, allowing: allowed, addingSuccess: addingSuccess)
        } catch {
            report(error, in: scalar, at: node)
            return nil
        }
    }
}

extension Value {
    init(_ value: CoreValue) {
        self =
            switch value {
            case .null: .null
            case .boolean(let boolean): .boolean(boolean)
            case .number(let number): .number(number)
            case .string(let string): .string(string)
            }
    }
}
