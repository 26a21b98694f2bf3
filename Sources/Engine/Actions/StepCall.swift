import Expressions
import Workflows

/// What the work of one step is given: where and as what it runs, and what ends it.
struct StepCall {
    var step: Step
    /// The step's own variables.
    var env: [(name: String, value: String)]
    var frame: StepFrame
    var scope: Scope
    var github: GitHubContext
    var stop: StopSignal
    /// The number of the record that its output belongs to.
    var number: Int

    var use: ActionUseID { ActionUseID(of: step, in: frame) }
}
