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

    /// The call as what an action's inputs are read in: `github.action_repository` and `github.action_ref` are the
    /// action's own by then, and nothing for one of the workspace (ActionRunner.RunAsync of GitHub's runner).
    func of(_ action: ActionOrigin) -> StepCall {
        var call = self
        call.github.actionRepository = action.repository
        call.github.actionRef = action.ref
        call.scope = call.scope.setting("github", call.github.value)
        return call
    }
}
