import Expressions
import YAML

extension Rule {
    /// Names that nothing has, and values of a kind that is no use where they stand.
    static let types = Rule(needsWholeFile: true) { inspection in
        let types = ContextTypes(inspection)
        return inspection.sites.findings { site in
            let (type, faults) = site.expression.check(types[site.scope])
            let early = inspection.earlyReferences(in: site)
            let misfit = faults.isEmpty ? site.use.fault(of: type) : nil
            return (faults + early + [misfit].compactMap(\.self)).map { fault in
                inspection.finding(
                    fault.kind.rawValue,
                    at: site.location,
                    range: fault.range,
                    fault.message,
                    hint: fault.hint
                )
            }
        }
    }
}

extension Inspection {
    /// Steps that are asked for what they gave before they have run.
    fileprivate func earlyReferences(in site: ExpressionSite) -> [TypeFault] {
        guard case .step(let list, let place) = site.scope, site.expression.reads("steps") else { return [] }
        return site.expression.references.compactMap { reference in
            guard reference.context == "steps", let id = reference.path.first?.lowercased(),
                let later = stepsByID[list][id]?.place, later >= place
            else { return nil }
            return TypeFault(
                kind: .unknownProperty,
                message: "`steps.\(reference.path[0])` is always null here, before that step has run",
                range: reference.range
            )
        }
    }
}

extension ExpressionSite.Use {
    /// What is wrong with a value of a type that is used like this.
    fileprivate func fault(of type: ValueType) -> TypeFault? {
        let wanted: String
        let isFitting: Bool
        switch self {
        case .text: (wanted, isFitting) = ("text", !type.isContainer)
        case .boolean: (wanted, isFitting) = ("true or false", type == .any || type == .boolean)
        case .number: (wanted, isFitting) = ("a number", type == .any || type == .number)
        case .condition, .value: return nil
        }
        guard !isFitting, let kind = type.kindDescription else { return nil }
        let hint: String? =
            switch (self, type) {
            case (.boolean, .string): "compare it, as in `... == 'true'`, or read it with fromJSON"
            case (.number, .string): "fromJSON makes a number of a text"
            case (.text, _): "toJSON gives its content"
            default: nil
            }
        return TypeFault(
            kind: .typeMismatch,
            message: "this must be \(wanted), not \(kind)",
            range: nil,
            hint: hint
        )
    }
}
