import Expressions
import YAML

extension WorkflowCall {
    func fault(
        _ code: String,
        _ message: String,
        hint: String? = nil,
        at place: SourceLocation? = nil
    ) -> Diagnostic {
        Diagnostic(
            location: place ?? uses.location,
            length: place == nil ? uses.value.count : 1,
            code: code,
            message: message,
            hint: hint
        )
    }

    /// The inputs handed over, against those that the called workflow declares.
    func faultsOfInputs(_ trigger: Trigger) -> [Diagnostic] {
        let given = Given(with)
        var faults: [Diagnostic] = []
        for input in trigger.inputs {
            guard let value = given[input.name] else {
                if input.isRequired, given.isCertain {
                    faults.append(fault("call-input", "'\(uses.value)' requires the input '\(input.name)'"))
                }
                continue
            }
            guard case .scalar(let template, let place) = value, case .literal(let literal) = template.form,
                !literal.fits(input.kind)
            else { continue }
            let message =
                "the input '\(input.name)' of '\(uses.value)' is a \(input.kind.rawValue), not '\(literal.text)'"
            faults.append(fault("call-input", message, at: place))
        }
        let declared = trigger.inputs.map(\.name)
        return faults
            + given.unknown(declared).map { name, place in
                let hint = nearestMatch(name, in: declared).map { "did you mean '\($0)'?" }
                return fault("call-input", "'\(uses.value)' has no input '\(name)'", hint: hint, at: place)
            }
    }

    /// The secrets handed over, against those that the called workflow declares.
    func faultsOfSecrets(_ trigger: Trigger) -> [Diagnostic] {
        let given: Given
        switch secrets {
        case .inherit: return []
        case .none: given = Given(nil)
        case .mapping(let mapping): given = Given(mapping)
        }
        let missing = trigger.secrets.filter { $0.isRequired && given[$0.name] == nil && given.isCertain }
        let declared = trigger.secrets.map(\.name)
        return missing.map { fault("call-secret", "'\(uses.value)' requires the secret '\($0.name)'") }
            + given.unknown(declared).map { name, place in
                let hint = nearestMatch(name, in: declared).map { "did you mean '\($0)'?" }
                return fault("call-secret", "'\(uses.value)' has no secret '\(name)'", hint: hint, at: place)
            }
    }

    /// What the called workflow asks for must not be more than what the calling job allows.
    func faultsOfPermissions(_ called: Workflow, allowed: Permissions?) -> [Diagnostic] {
        guard let allowed else { return [] }
        var asked: [(who: String, what: Permissions)] = []
        if let permissions = called.permissions { asked.append(("'\(uses.value)'", permissions)) }
        for job in called.jobs {
            if let permissions = job.permissions {
                asked.append(("job '\(job.id)' of '\(uses.value)'", permissions))
            }
        }
        return asked.flatMap { who, what in
            what.excess(over: allowed).map { scope in
                fault(
                    "call-permissions",
                    "\(who) asks for '\(scope): \(what.level(of: scope))', but is only allowed "
                        + "'\(scope): \(allowed.level(of: scope))'"
                )
            }
        }
    }
}

/// What a calling job hands over, by name.
private struct Given {
    private var values: [(name: String, place: SourceLocation, value: TemplateTree)] = []
    /// Whether nothing can come from keys that are expressions.
    private(set) var isCertain = true

    init(_ mapping: Templated<Environment>?) {
        guard let mapping else { return }
        guard case .mapping(let pairs, _) = mapping.tree else {
            isCertain = false
            return
        }
        for pair in pairs {
            if case .name(let name, let place) = pair.key {
                values.append((name, place, pair.value))
            } else {
                isCertain = false
            }
        }
    }

    subscript(name: String) -> TemplateTree? {
        values.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    func unknown(_ declared: [String]) -> [(name: String, place: SourceLocation)] {
        let declared = Set(declared.map { $0.lowercased() })
        return values.filter { !declared.contains($0.name.lowercased()) }.map { ($0.name, $0.place) }
    }
}

extension Value {
    fileprivate func fits(_ kind: WorkflowInput.Kind) -> Bool {
        switch (kind, self) {
        case (.boolean, .boolean), (.number, .number): true
        case (.boolean, _), (.number, _): false
        case (.string, _), (.choice, _), (.environment, _): true
        }
    }
}

extension Permissions {
    /// The scopes in which this asks for more than `allowed` gives.
    fileprivate func excess(over allowed: Permissions) -> [String] {
        let order = ["none", "read", "write"]
        return PermissionScope.names.filter { scope in
            let asked = order.firstIndex(of: level(of: scope)) ?? 0
            return asked > order.firstIndex(of: allowed.level(of: scope)) ?? 0
        }
    }
}
