/// What the steps of a job have left, as it comes.
struct JobTrail {
    /// Where what they leave is written down, once there is anything.
    var journal: KeptJournal?
    /// The index of the step from which the job is to go on, once it has failed or was cancelled.
    var stop: Int?
    /// The name of the step that began last.
    var name = ""
    /// The result of the step that has just ended.
    var result: StepResult?
    /// The indices of the background steps that it has waited for, or called off.
    var settled: [Int] = []
    /// What the step that runs has changed so far.
    var changes: [VariableChange] = []
    /// The masks that are written down.
    private var keptMasks: Set<String> = []

    /// The step that has just ended, with all that it left.
    mutating func ended(_ step: KeptJob.Step) -> KeptJob.Step {
        var step = step
        step.take(changes)
        forget()
        return step
    }

    /// Begins anew for the next step.
    mutating func forget() {
        changes = []
        settled = []
        result = nil
    }

    /// Those masks that are not written down yet; they are taken to be from now on.
    mutating func unkept(of masks: [String]) -> [String] {
        guard masks.count > keptMasks.count else { return [] }
        let new = masks.filter { !keptMasks.contains($0) }
        keptMasks.formUnion(new)
        return new
    }
}

extension KeptJob.Step {
    mutating func take(_ changes: [VariableChange]) {
        for change in changes {
            switch change {
            case .define(let name, let value): variables.append(.init(name: name, value: value))
            case .prependPath(let path): paths.append(path)
            }
        }
    }
}
