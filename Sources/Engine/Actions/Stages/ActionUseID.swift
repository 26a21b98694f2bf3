import Workflows

/// Names one use of an action in a job, by the ids of the steps that lead to it: the job's own first, then those of the
/// composite actions around it.
struct ActionUseID: Hashable {
    private let steps: [String]

    init(of step: Step, in frame: StepFrame) {
        steps = (frame.action?.use.steps ?? []) + [step.id.lowercased()]
    }

    /// Whether a step of the job itself uses the action, not one of a composite action.
    var isOfJob: Bool { steps.count == 1 }

    /// The ids of the steps that lead to it from another one around it.
    func path(from other: ActionUseID) -> [String] { Array(steps.dropFirst(other.steps.count)) }

    func isInside(_ other: ActionUseID) -> Bool {
        steps.count > other.steps.count && steps.starts(with: other.steps)
    }
}
