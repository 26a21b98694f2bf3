import Expressions
import Store
import Workflows

/// How the steps so far leave a job or a composite action.
enum JobStatus: String, Sendable {
    case success
    case failure
    case cancelled
}

/// What `steps.<id>` holds of a step that has ended.
struct StepResult: Sendable {
    var outcome: Conclusion
    var conclusion: Conclusion
    var outputs: [(name: String, value: String)] = []

    var value: Value {
        .object([
            ("outputs", Self.context(of: outputs)), ("outcome", .string(outcome.rawValue)),
            ("conclusion", .string(conclusion.rawValue)),
        ])
    }

    static func context(of outputs: [(name: String, value: String)]) -> Value {
        .object(ObjectValue(outputs.map { (key: $0.name, value: Value.string($0.value)) }))
    }
}

/// The level that steps run at: the job's own, or that of a composite action with inputs, results and a status of its own.
struct StepFrame {
    var status = JobStatus.success
    var results: [(id: String, result: StepResult)] = []
    /// A step whose outputs are known before its result is.
    var unfinished: (id: String, outputs: [(name: String, value: String)])?
    var inputs: Value
    /// Set inside an action.
    var action: ActionFrame?
    /// The variables of a background step, which the job does not see yet; absent in the job's own line of steps.
    var aside: AsideVariables?

    struct ActionFrame {
        var path: String
        var repository: String
        var ref: String
        /// How many composite actions are around these steps; GitHub allows ten.
        var depth: Int
        /// The variables of the calling step, which inner steps inherit.
        var env: [(name: String, value: String)]
        /// The use of the composite action itself.
        var use: ActionUseID
    }

    var stepsContext: Value {
        var steps = results.map { (key: $0.id, value: $0.result.value) }
        if let (id, outputs) = unfinished {
            steps.append((id, .object([("outputs", StepResult.context(of: outputs))])))
        }
        return .object(ObjectValue(steps))
    }

    /// This level with the outputs of a step whose result is still open.
    func knowing(_ outputs: [(name: String, value: String)], of step: Step) -> StepFrame {
        var frame = self
        if step.hasExplicitID { frame.unfinished = (step.id, outputs) }
        return frame
    }

    mutating func record(_ result: StepResult, for id: String) {
        results.removeAll { $0.id.lowercased() == id.lowercased() }
        results.append((id, result))
    }
}
