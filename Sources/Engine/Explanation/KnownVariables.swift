import Expressions
import Workflows

/// The `env` of a workflow, of a job and of a step, laid over each other, as far as it is known.
struct KnownVariables: Sendable {
    private var values: [(name: String, value: Value)] = []
    private var unknown: [(name: String, reasons: [String])] = []
    private var secret: Set<String> = []
    /// What the names themselves depend on, where an expression makes them.
    private var unknownNames: [String] = []

    /// What variables depend on after a step that may have run: it can write them to `GITHUB_ENV`.
    static let setBySteps = "the variables that steps before it set"

    /// The names that are defined so far.
    var names: [String] { values.map(\.name) + unknown.map(\.name) }

    /// Lays an `env` over what there is.
    ///
    /// - Parameter scope: What its expressions see.
    mutating func add(_ env: Templated<Environment>?, in scope: TraceScope) {
        guard let env else { return }
        guard case .mapping(let pairs, _) = env.tree else { return addWhole(env, in: scope) }
        for pair in pairs {
            guard case .name(let name, _) = pair.key else {
                unknownNames = ["variables whose names an expression makes"]
                continue
            }
            let reasons = scope.reasons(of: pair.value)
            forget(name)
            if reasons.isEmpty, let value = try? pair.value.evaluate(in: scope.scope), value.isPrimitive {
                values.append((name, .string(value.text)))
            } else {
                // A fault in it fails the step, which is told when it runs.
                unknown.append(
                    (name, reasons.isEmpty ? ["`env.\(name)`, which cannot be evaluated"] : reasons)
                )
            }
            if scope.readsSecret(pair.value) { secret.insert(name) }
        }
    }

    /// An `env` that is one expression.
    private mutating func addWhole(_ env: Templated<Environment>, in scope: TraceScope) {
        guard scope.reasons(of: env.tree).isEmpty, let pairs = try? env.evaluate(in: scope.scope) else {
            unknownNames = ["variables whose names an expression makes"]
            return
        }
        for (name, value) in pairs {
            forget(name)
            values.append((name, .string(value)))
            if scope.readsSecret(env.tree) { secret.insert(name) }
        }
    }

    private mutating func forget(_ name: String) {
        values.removeAll { $0.name == name }
        unknown.removeAll { $0.name == name }
        secret.remove(name)
    }

    /// Puts the `env` context into a scope.
    ///
    /// - Parameter kept: The names that no step before can have set anew; `nil` where there is no such step.
    func put(into scope: inout TraceScope, kept: [String]?) {
        scope.scope.contexts["env"] = .object(
            ObjectValue(values.map { (key: $0.name, value: $0.value) }, isCaseSensitive: true)
        )
        scope.unknowns += unknownNames.map { .init(["env"], $0) }
        if let kept { scope.unknowns.append(.init(["env"], Self.setBySteps, except: kept)) }
        for (name, reasons) in unknown { scope.unknowns += reasons.map { .init(["env", name], $0) } }
        scope.secrets += secret.sorted().map { ["env", $0] }
    }
}

extension Templated<Environment> {
    /// The names that stand in the file.
    var names: [String] {
        guard case .mapping(let pairs, _) = tree else { return [] }
        return pairs.compactMap { if case .name(let name, _) = $0.key { name } else { nil } }
    }
}
