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
    /// Among the job's steps in the file, from 0; of a step of a `parallel` block, that of the block.
    let index: Int
    /// Among the steps of the block.
    let part: Int?
    let stop = StopSignal()
    let ended = Promise<Void>()
    var result: StepResult?
    /// Whether the job has taken over what it left.
    var isSettled = false
    /// Whether a `cancel` step named it: that it was cancelled is no fault then.
    var isCalledOff = false

    init(_ start: StepStart, variables: AsideVariables, index: Int, part: Int?) {
        self.start = start
        self.variables = variables
        self.index = index
        self.part = part
    }

    var name: String { start.record.name }
    var number: Int { start.record.number }
}
