import Expressions
import YAML

extension Rule {
    /// Inputs that an action does not have, and those that it must be given, for actions that are known or at hand.
    static let knownInputs = Rule { inspection in
        inspection.actionUses.flatMap { use -> [Diagnostic] in
            switch use.reference.form {
            case .local(let path), .sameRepository(let path):
                guard let manifest = inspection.actions(path)?.value else { return [] }
                let required = manifest.inputs.filter { $0.isRequired && $0.defaultValue == nil }.map(\.name)
                let isContainer = if case .container = manifest.runs { true } else { false }
                return inspection.findings(
                    use,
                    names: Set(manifest.inputs.map(\.name)),
                    required: required,
                    isContainer: isContainer,
                    isCertain: true
                )
            case .repository:
                guard let known = inspection.known(use.reference) else { return [] }
                return inspection.findings(
                    use,
                    names: known.inputs,
                    required: known.required,
                    isContainer: true,
                    // A commit may be of a version that came after these tables.
                    isCertain: !use.ref.isCommitID
                )
            case .image: return []
            }
        }
    }
}

extension Inspection {
    fileprivate func findings(
        _ use: ActionUse,
        names: Set<String>,
        required: [String],
        isContainer: Bool,
        isCertain: Bool
    ) -> [Diagnostic] {
        guard use.with == nil || use.with?.names != nil else { return [] }
        var found: [Diagnostic] = []
        func isKnown(_ name: String) -> Bool {
            names.contains(name) || names.contains { $0.lowercased() == name.lowercased() }
        }
        if case .mapping(let pairs, _)? = use.with {
            for case .name(let name, let place) in pairs.map(\.key) where !isKnown(name) {
                // These two go to the container itself.
                if isContainer, ["args", "entrypoint"].contains(name.lowercased()) { continue }
                let nearest = nearestMatch(name, in: names)
                let isSure = isCertain || nearest.map { isSlip(name, of: $0) } ?? false
                let isFree = nearest.map { use.with?.value(named: $0) == nil } ?? false
                let isWritten = scalar(at: place)?.scalar?.source == name[...]
                let fix = nearest.flatMap { nearest in
                    isFree && isWritten && isSlip(name, of: nearest)
                        ? Fix(at: place, length: name.count, text: nearest) : nil
                }
                found.append(
                    finding(
                        "unknown-input",
                        at: place,
                        isSure
                            ? "'\(use.reference.text)' has no input '\(name)'"
                            : "no known version of '\(use.name)' has an input '\(name)'",
                        hint: nearest.map { "did you mean '\($0)'?" },
                        severity: isSure ? .warning : .note,
                        fix: fix
                    )
                )
            }
        }
        let missing = required.filter { use.with?.value(named: $0) == nil }
        return found
            + missing.map {
                finding(
                    "missing-input",
                    at: use.reference.location,
                    "'\(use.reference.text)' must be given the input '\($0)'"
                )
            }
    }
}

extension String {
    fileprivate var isCommitID: Bool { utf8.count == 40 && allSatisfy(\.isHexDigit) }
}
