import Expressions
import Workflows
import YAML

/// What a calling job hands over to the workflow that it calls.
struct CallArguments: Sendable {
    /// The `inputs` of the called workflow, each with the type that it is declared with.
    var inputs: Value
    /// By upper-case name: what is handed on, and the token.
    var secrets: [String: String]

    /// - Parameters:
    ///   - trigger: What the called workflow declares.
    ///   - secrets: Those of the caller, by upper-case name.
    ///   - scope: What the keys of the calling job may see.
    init(
        _ call: WorkflowCall,
        of trigger: Trigger,
        secrets: [String: String],
        in scope: Scope
    ) throws(Diagnostic) {
        inputs = try Self.inputs(call, declared: trigger.inputs, in: scope)
        self.secrets = try Self.secrets(call, of: secrets, in: scope)
    }

    /// Given values and defaults; what is neither is the type's own nothing.
    static func inputs(
        _ call: WorkflowCall,
        declared: [WorkflowInput],
        in scope: Scope
    ) throws(Diagnostic) -> Value {
        let given = try call.with?.entries(in: scope) ?? []
        let known = Set(declared.map { $0.name.lowercased() })
        for entry in given where !known.contains(entry.name.lowercased()) {
            throw .argument("'\(call.uses.value)' has no input '\(entry.name)'", at: entry.location)
        }
        var values: [(key: String, value: Value)] = []
        for input in declared {
            if let entry = given.first(where: { $0.name.lowercased() == input.name.lowercased() }) {
                values.append((input.name, try input.typed(entry.value, of: call, at: entry.location)))
            } else if input.isRequired {
                let message = "'\(call.uses.value)' requires the input '\(input.name)'"
                throw .argument(message, at: call.uses.location)
            } else if let preset = input.defaultValue {
                let value = try preset.evaluate(in: scope)
                values.append((input.name, try input.typed(value, of: call, at: preset.location)))
            } else {
                values.append((input.name, input.kind.nothing))
            }
        }
        return .object(ObjectValue(values))
    }

    private static func secrets(
        _ call: WorkflowCall,
        of caller: [String: String],
        in scope: Scope
    ) throws(Diagnostic) -> [String: String] {
        var secrets: [String: String] = [:]
        switch call.secrets {
        case .inherit: return caller
        case .none: break
        case .mapping(let mapping):
            let pairs = caller.map { (key: $0.key, value: Value.string($0.value)) }
            let scope = scope.setting("secrets", .object(ObjectValue(pairs)))
            for (name, value) in try mapping.evaluate(in: scope) where !value.isEmpty {
                secrets[name.uppercased()] = value
            }
        }
        secrets["GITHUB_TOKEN"] = caller["GITHUB_TOKEN"]
        return secrets
    }
}

extension WorkflowInput {
    /// A value as the type that the input is declared with; only text takes what is not text.
    fileprivate func typed(
        _ value: Value,
        of call: WorkflowCall,
        at place: SourceLocation
    ) throws(Diagnostic) -> Value {
        switch (kind, value) {
        case (.boolean, .boolean), (.number, .number): return value
        case (.boolean, _), (.number, _):
            let shown = value.isPrimitive ? "'\(value.text)'" : value.kindDescription
            throw .argument(
                "the input '\(name)' of '\(call.uses.value)' is a \(kind.rawValue), not \(shown)",
                at: place,
                hint: value.isPrimitive ? "fromJSON makes a \(kind.rawValue) of a text" : nil
            )
        case (.string, _), (.choice, _), (.environment, _):
            guard value.isPrimitive else {
                let message =
                    "the input '\(name)' of '\(call.uses.value)' is text, not \(value.kindDescription)"
                throw .argument(message, at: place, hint: "toJSON makes a text of it")
            }
            return .string(value.text)
        }
    }
}

extension WorkflowInput.Kind {
    fileprivate var nothing: Value {
        switch self {
        case .boolean: .boolean(false)
        case .number: .number(0)
        case .string, .choice, .environment: .string("")
        }
    }
}

extension Diagnostic {
    fileprivate static func argument(
        _ message: String,
        at place: SourceLocation,
        hint: String? = nil
    ) -> Diagnostic {
        Diagnostic(location: place, code: "call-argument", message: message, hint: hint)
    }
}
