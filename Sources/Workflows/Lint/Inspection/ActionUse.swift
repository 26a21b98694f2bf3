import Expressions

/// A step that uses an action.
struct ActionUse {
    var placed: PlacedStep
    var reference: ActionReference
    var with: TemplateTree?
    /// `owner/name`, and the path where there is one, in lower case; nothing for what is no repository.
    var name = ""
    var ref = ""

    /// `nil` for a step that uses none.
    init?(_ placed: PlacedStep) {
        guard case .uses(let reference, let with) = placed.step.action else { return nil }
        self.placed = placed
        self.reference = reference
        self.with = with?.tree
        if case .repository(let owner, let name, let path, let ref) = reference.form {
            self.name = ([owner, name] + (path.isEmpty ? [] : [path])).joined(separator: "/").lowercased()
            self.ref = ref
        }
    }

    /// The literal text of an input; `nil` where it is absent or holds an expression.
    func literal(_ input: String) -> String? {
        guard case .scalar(let template, _)? = with?.value(named: input),
            case .literal(let value) = template.form
        else { return nil }
        return value.text
    }
}
