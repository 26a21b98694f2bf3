import Expressions
import YAML

extension Decoder {
    static let mostDispatchInputs = 25

    /// `on.workflow_dispatch`, where GitHub overlooks keys that it does not know.
    func dispatch(_ node: Node, subject: String, into trigger: inout Trigger) {
        guard let fields = looseFields(node, of: subject, known: ["inputs"]), let inputs = fields["inputs"],
            !isNothing(inputs)
        else { return }
        guard let entries = namedEntries(inputs, fields.title("inputs")) else { return }
        if entries.count > Self.mostDispatchInputs {
            report(
                entries[Self.mostDispatchInputs].key,
                "dispatch-inputs",
                "a workflow has at most \(Self.mostDispatchInputs) dispatch inputs; this one has \(entries.count)"
            )
        }
        trigger.inputs = entries.compactMap(dispatchInput)
    }

    private func dispatchInput(_ name: String, key: Node, value: Node) -> WorkflowInput? {
        var input = WorkflowInput(name: name, location: key.location)
        if isNothing(value) { return input }
        let keys = ["description", "required", "default", "type", "options", "deprecationMessage"]
        guard let fields = looseFields(value, of: "the input '\(name)'", known: keys) else { return nil }
        describe(&input, from: fields)
        if let node = fields["type"] { input.kind = kind(node, fields) ?? .string }
        if let node = fields["options"] {
            if let items = node.items {
                input.options = items.compactMap {
                    text($0, "an option of \(fields.subject)", isEmptyAllowed: true)
                }
            } else {
                reportKind(node, fields.title("options"), expected: "a list")
            }
        }
        if let node = fields["default"], !isNothing(node),
            let value = textTemplate(node, fields.title("default"), allowing: .nothing)
        {
            input.defaultValue = dispatchDefault(value, of: input, at: node)
        }
        if input.kind == .choice, input.options.isEmpty {
            report(
                fields["options"] ?? key,
                "dispatch-inputs",
                "the input '\(name)' is a choice without 'options'"
            )
        }
        return input
    }

    /// A default with the type of its input.
    private func dispatchDefault(
        _ value: Templated<String>,
        of input: WorkflowInput,
        at node: Node
    ) -> Templated<Value>? {
        guard let literal = value.literalValue else {
            report(
                node,
                "expression-not-allowed",
                "the default of the input '\(input.name)' cannot be an expression"
            )
            return nil
        }
        let text = literal.text
        switch input.kind {
        case .string, .environment: return .literal(.string(text), at: node.location)
        case .choice:
            if !input.options.isEmpty, !input.options.contains(text) {
                report(
                    node,
                    "dispatch-inputs",
                    "the default '\(text)' of the input '\(input.name)' is none of its options",
                    hint: hint(for: text, among: input.options)
                )
            }
            return .literal(.string(text), at: node.location)
        case .boolean:
            if text == "true" || text == "false" {
                return .literal(.boolean(text == "true"), at: node.location)
            }
        case .number:
            let number = Value.string(text).number
            if !text.isEmpty, !number.isNaN { return .literal(.number(number), at: node.location) }
        }
        report(
            node,
            "wrong-type",
            "the default '\(text)' of the input '\(input.name)' is no \(input.kind.rawValue)"
        )
        return nil
    }

    /// What stands under `workflow_call` in `on`.
    func call(_ node: Node, subject: String, into trigger: inout Trigger) {
        guard let fields = fields(node, of: subject, known: ["inputs", "secrets", "outputs"]) else { return }
        if let inputs = fields["inputs"] {
            trigger.inputs = namedEntries(inputs, fields.title("inputs"))?.compactMap(callInput) ?? []
        }
        if let secrets = fields["secrets"] {
            trigger.secrets = namedEntries(secrets, fields.title("secrets"))?.compactMap(callSecret) ?? []
        }
        if let outputs = fields["outputs"] {
            trigger.outputs = namedEntries(outputs, fields.title("outputs"))?.compactMap(callOutput) ?? []
        }
    }

    private func callInput(_ name: String, key: Node, value: Node) -> WorkflowInput? {
        let keys = ["description", "required", "default", "type", "deprecationMessage"]
        guard let fields = fields(value, of: "the input '\(name)'", known: keys) else { return nil }
        var input = WorkflowInput(name: name, location: key.location)
        describe(&input, from: fields)
        guard let node = required("type", in: fields, at: key), let kind = kind(node, fields) else {
            return nil
        }
        guard kind != .choice, kind != .environment else {
            report(
                node,
                "input-type",
                "an input of 'workflow_call' cannot be of type '\(kind.rawValue)'",
                hint: "it can be 'string', 'boolean' or 'number'"
            )
            return nil
        }
        input.kind = kind
        if let node = fields["default"] {
            let title = fields.title("default")
            switch kind {
            case .boolean:
                input.defaultValue = booleanTemplate(node, title, allowing: .run).map { Templated($0.tree) }
            case .number:
                input.defaultValue = numberTemplate(node, title, allowing: .run).map { Templated($0.tree) }
            default: input.defaultValue = textTemplate(node, title, allowing: .run).map(Self.asText)
            }
        }
        return input
    }

    /// A literal default of a text input is text, however it is written.
    private static func asText(_ value: Templated<String>) -> Templated<Value> {
        value.literalText.map { .literal(.string($0), at: value.location) } ?? Templated<Value>(value.tree)
    }

    private func callSecret(_ name: String, key: Node, value: Node) -> WorkflowCallSecret? {
        var secret = WorkflowCallSecret(name: name, location: key.location)
        if isNothing(value) { return secret }
        guard let fields = fields(value, of: "the secret '\(name)'", known: ["description", "required"])
        else {
            return nil
        }
        if let node = fields["description"] {
            _ = text(node, fields.title("description"), isEmptyAllowed: true)
        }
        secret.isRequired = fields["required"].flatMap { boolean($0, fields.title("required")) } ?? false
        return secret
    }

    private func callOutput(_ name: String, key: Node, value: Node) -> WorkflowCallOutput? {
        guard let fields = fields(value, of: "the output '\(name)'", known: ["description", "value"]) else {
            return nil
        }
        if let node = fields["description"] {
            _ = text(node, fields.title("description"), isEmptyAllowed: true)
        }
        guard let node = required("value", in: fields),
            let value = textTemplate(node, fields.title("value"), allowing: .callOutput)
        else { return nil }
        return WorkflowCallOutput(name: name, location: key.location, value: value)
    }

    private func describe(_ input: inout WorkflowInput, from fields: Fields) {
        input.description = fields["description"].flatMap {
            text($0, fields.title("description"), isEmptyAllowed: true)
        }
        input.deprecationMessage = fields["deprecationMessage"].flatMap {
            text($0, fields.title("deprecationMessage"), isEmptyAllowed: true)
        }
        input.isRequired = fields["required"].flatMap { boolean($0, fields.title("required")) } ?? false
    }

    private func kind(_ node: Node, _ fields: Fields) -> WorkflowInput.Kind? {
        guard let word = text(node, fields.title("type")) else { return nil }
        guard let kind = WorkflowInput.Kind(rawValue: word) else {
            let known = ["string", "boolean", "number", "choice", "environment"]
            reportUnknown(word, at: node, "type of \(fields.subject)", among: known, code: "input-type")
            return nil
        }
        return kind
    }

    /// The entries of a mapping of names; none of them empty or an expression.
    private func namedEntries(_ node: Node, _ title: String) -> [(name: String, key: Node, value: Node)]? {
        fields(node, of: title, known: [], isLoose: true)?.entries.filter { entry in
            if entry.name.isEmpty { report(entry.key, "empty-value", "a name in \(title) must not be empty") }
            return !entry.name.isEmpty
        }
    }

    /// Fields where unknown keys are only warned of.
    func looseFields(_ node: Node, of subject: String, known: [String]) -> Fields? {
        let fields = fields(node, of: subject, known: known, isLoose: true)
        for entry in fields?.entries ?? [] where !known.contains(entry.name) {
            report(
                entry.key,
                "unknown-key",
                "unknown key '\(entry.name)' in \(subject) is ignored",
                hint: hint(for: entry.name, among: known),
                severity: .warning
            )
        }
        return fields
    }

    func isNothing(_ node: Node) -> Bool {
        if case .null? = node.scalar?.value { true } else { false }
    }
}
