import Expressions
import YAML

/// An expression of a file, and what it is there for.
struct ExpressionSite {
    /// What its value is used as.
    enum Use: Equatable {
        case text, boolean, number, condition
        /// Anything goes.
        case value
    }

    /// What it can see.
    enum Scope: Hashable {
        case run
        case callOutput
        /// What an action does before and after a job's steps.
        case hook
        /// A job before its steps, by its index.
        case job(Int)
        /// A step, by the index of its list of steps and its place there.
        case step(list: Int, place: Int)
        /// What follows a list of steps: `outputs`, the address of the environment.
        case end(list: Int)
    }

    var expression: Expression
    /// The text that the expression's ranges count in.
    var source: String
    var location: SourceLocation
    var use: Use
    var scope: Scope
}

/// The steps of one job, or of a composite action.
struct StepList {
    /// `nil` for those of an action.
    var job: Int?
    var steps: [Step]
}

/// A step with its list and its place there; one inside `parallel` has the place of the whole.
struct PlacedStep {
    var step: Step
    var list: Int
    var place: Int
}
