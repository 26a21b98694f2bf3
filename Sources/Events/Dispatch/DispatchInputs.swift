package import Expressions
package import Workflows

/// The inputs of one dispatch: what was given, checked against what the workflow declares, with defaults filled in.
package struct DispatchInputs: Sendable {
    /// The `inputs` context: booleans and numbers are such.
    package var inputs: ObjectValue
    /// `github.event.inputs`: text, all of it.
    package var payload: ObjectValue

    /// - Throws: All faults that there are, not the first alone.
    package static func resolve(
        inputs declared: [WorkflowInput],
        given: [String: String]
    ) throws(DispatchInputsError) -> DispatchInputs {
        var faults: [DispatchInputsError.Fault] = []
        let names = declared.map(\.name)
        var texts: [String: String] = [:]
        for (name, text) in given.sorted(by: { $0.key < $1.key }) {
            if names.contains(where: { $0.lowercased() == name.lowercased() }) {
                texts[name.lowercased()] = text
            } else {
                faults.append(.unknown(name: name, nearest: nearestMatch(name, in: names), declared: names))
            }
        }
        var inputs: [(key: String, value: Value)] = []
        var payload: [(key: String, value: Value)] = []
        for input in declared {
            let text = texts[input.name.lowercased()]
            if input.isRequired, text ?? input.defaultText ?? "" == "" {
                faults.append(.missing(name: input.name, kind: input.kind, options: input.options))
                continue
            }
            switch input.value(of: text ?? input.defaultText) {
            case .success(let value):
                inputs.append((key: input.name, value: value.typed))
                payload.append((key: input.name, value: .string(value.text)))
            case .failure(let fault):
                faults.append(fault)
            }
        }
        guard faults.isEmpty else { throw DispatchInputsError(faults: faults) }
        return DispatchInputs(inputs: ObjectValue(inputs), payload: ObjectValue(payload))
    }
}

extension WorkflowInput {
    /// The text of a default, which for a dispatch is never an expression.
    fileprivate var defaultText: String? {
        guard case .scalar(let template, _) = defaultValue?.tree else { return nil }
        return switch template.form {
        case .literal(.null): nil
        case .literal(let value): value.text
        case .expression: template.source
        }
    }

    /// The value that a text stands for; nil is an input that neither was given nor has a default.
    fileprivate func value(
        of text: String?
    ) -> Result<(typed: Value, text: String), DispatchInputsError.Fault> {
        switch kind {
        case .boolean:
            switch text?.lowercased() {
            case nil, "", "false": return .success((.boolean(false), "false"))
            case "true": return .success((.boolean(true), "true"))
            default: return .failure(.notBoolean(name: name, text: text ?? ""))
            }
        case .number:
            // An empty field of a form: no number was given, and zero would be a guess.
            guard let text, !text.isEmpty else { return .success((.null, "")) }
            let number = Value.string(text).number
            guard number.isFinite else { return .failure(.notNumber(name: name, text: text)) }
            return .success((.number(number), text))
        case .choice:
            guard let text, !text.isEmpty || options.contains("") else { return .success((.string(""), "")) }
            guard options.contains(text) else {
                let nearest = nearestMatch(text, in: options)
                return .failure(.notOption(name: name, text: text, options: options, nearest: nearest))
            }
            return .success((.string(text), text))
        case .string, .environment:
            return .success((.string(text ?? ""), text ?? ""))
        }
    }
}
