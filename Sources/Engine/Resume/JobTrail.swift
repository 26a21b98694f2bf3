/// What the steps of a job have left, as it comes.
struct JobTrail {
    /// Those that have ended.
    private(set) var steps: [KeptJob.Step] = []
    /// Whether a step ran beside others: what it leaves comes at another time than its own.
    var isMixed = false
    /// The name of the step that began last.
    var name = ""
    /// The result of the step that has just ended.
    var result: StepResult?
    /// What the step that runs has changed so far.
    var changes: [VariableChange] = []

    /// The step that has just ended, with all that it left.
    mutating func end(_ step: KeptJob.Step) {
        var step = step
        for change in changes {
            switch change {
            case .define(let name, let value): step.variables.append(.init(name: name, value: value))
            case .prependPath(let path): step.paths.append(path)
            }
        }
        changes = []
        result = nil
        steps.append(step)
    }

    /// A step that an earlier attempt has left.
    mutating func carry(_ step: KeptJob.Step) {
        changes = []
        result = nil
        steps.append(step)
    }
}
