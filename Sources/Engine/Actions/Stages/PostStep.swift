import Expressions
import Workflows

/// What an action wants done at the end of the job.
struct PostStep {
    var step: Step
    var name: String
    /// Always where it is absent.
    var condition: Condition?
    var work: Work
    /// What an action that flowrun serves itself has put out.
    var outputs: [(name: String, value: String)] = []

    enum Work {
        /// Of an action that flowrun serves itself, with its inputs; it returns lines for the log.
        case builtIn([String: String], @Sendable (BuiltInCall) async throws -> [String])
        case script(String, of: FetchedAction)
        /// The post steps of the actions that the composite action has used, the last one first.
        case composite([Step], of: FetchedAction)
    }
}
