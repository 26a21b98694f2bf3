/// What a step does to the variables of those after it.
enum VariableChange: Sendable {
    /// `GITHUB_ENV` and its old command.
    case define(name: String, value: String)
    /// `GITHUB_PATH` and its old command.
    case prependPath(String)
}

/// The job's variables as a background step sees them: a copy from its start, with the changes of its own.
///
/// The job takes these over once something has waited for the step (semantics.md 1.14).
final class AsideVariables {
    private(set) var current: JobVariables
    private(set) var changes: [VariableChange] = []

    init(_ variables: JobVariables) { current = variables }

    func apply(_ change: VariableChange) {
        current.apply(change)
        changes.append(change)
    }
}
