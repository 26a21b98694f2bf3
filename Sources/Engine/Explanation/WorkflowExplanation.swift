package import Events
package import Expressions

/// Whether an event starts a workflow, what decided it, and what is known of the jobs beforehand.
package struct WorkflowExplanation: Sendable {
    package var name: String
    package var path: String
    package var decision: MatchDecision
    /// In the order in which they could start; none where the workflow does not run.
    package var jobs: [JobExplanation]
}

package struct JobExplanation: Sendable {
    package var id: String
    package var needs: [String]
    /// Of the jobs that it needs, and that these need, those that certainly do not succeed.
    package var unsuccessful: [String]
    package var verdict: Verdict
    package var condition: ConditionExplanation
    /// Why it fails although its condition holds.
    package var fault: String?
    /// The reusable workflow that it calls.
    package var calls: String?
    /// One for each row of its matrix, one without a matrix, none where it is skipped.
    package var rows: [RowExplanation]
    /// What the rows depend on, where they are not known; one row stands for all of them then.
    package var unknownRows: [String]
}

package struct RowExplanation: Sendable {
    package var name: String
    /// `nil` without a matrix, or where it is not known.
    package var matrix: Value?
    package var steps: [StepExplanation]
    /// The jobs of the workflow that the row calls, for the case that it does; none where that workflow is not at hand.
    package var jobs: [JobExplanation] = []
}

package struct StepExplanation: Sendable {
    /// The id that the file gives it.
    package var id: String?
    package var name: String
    package var verdict: Verdict
    /// Absent where a step can have none, as `wait` and `parallel`.
    package var condition: ConditionExplanation?
    /// The steps of `parallel`.
    package var steps: [StepExplanation]
}
