import Store
import Workflows

/// A step that runs beside the job's own line of steps (`background: true`, `parallel`).
///
/// What it leaves (outputs, variables, outcome) is the job's to see once something has waited for it.
final class BackgroundStep {
    /// How many run at a time, as on GitHub; others wait for a place.
    static let most = 10
    /// For how long a `cancel` step waits for the step to end.
    static let grace = Duration.milliseconds(7500)

    let start: StepStart
    let variables: AsideVariables
    let stop = StopSignal()
    let ended = Promise<Void>()
    var result: StepResult?
    /// Whether the job has taken over what it left.
    var isSettled = false
    /// Whether a `cancel` step named it: that it was cancelled is no fault then.
    var isCalledOff = false

    init(_ start: StepStart, variables: AsideVariables) {
        self.start = start
        self.variables = variables
    }

    var name: String { start.record.name }
    var number: Int { start.record.number }
}
