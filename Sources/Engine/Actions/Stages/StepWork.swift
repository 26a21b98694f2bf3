import Expressions
import Workflows

/// What of a step runs: the step itself, or an earlier or later stage of the action that it uses.
///
/// The step's variables, inputs, time limit and `continue-on-error` hold for each of them.
enum StepWork {
    case main
    case pre(FetchedAction)
    case post(PostStep)

    /// Nil stands for always: the step's own `if` is for its main stage alone.
    func condition(of step: Step) -> Condition? {
        switch self {
        case .main: return step.condition
        case .pre(let action):
            guard case .javascript(_, _, _, let condition, _, _) = action.manifest.runs else { return nil }
            return condition
        case .post(let post): return post.condition
        }
    }

    func name(of step: Step, in scope: Scope?) -> String {
        switch self {
        case .main: step.displayName(in: scope)
        case .pre: "Pre \(step.displayName(in: scope))"
        case .post(let post): post.name
        }
    }

    var isMain: Bool { if case .main = self { true } else { false } }
}
