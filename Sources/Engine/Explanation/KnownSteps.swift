import Expressions
import Store
import Workflows

/// What the steps so far leave, as far as it is known before they have run.
struct KnownSteps: Sendable {
    /// `nil` where it hangs on a step that may fail.
    private(set) var status: JobStatus? = .success
    /// By the id that the file gives a step; the result is `nil` where it is not known.
    private var results: [(id: String, result: StepResult?)] = []

    /// A step that is never run, or one that certainly fails before it is.
    mutating func end(_ step: Step, _ conclusion: Conclusion) {
        record(step, StepResult(outcome: conclusion, conclusion: conclusion))
        if conclusion == .failure { status = .failure }
    }

    /// A step that succeeds, whose outputs are its own.
    mutating func succeed(_ step: Step) { record(step, StepResult(outcome: .success, conclusion: .success)) }

    /// A step of which nothing is known.
    ///
    /// - Parameter mayFail: Whether the job's status hangs on it.
    mutating func leaveOpen(_ step: Step, mayFail: Bool) {
        record(step, nil)
        if mayFail, status == .success { status = nil }
    }

    private mutating func record(_ step: Step, _ result: StepResult?) {
        guard step.hasExplicitID else { return }
        results.removeAll { $0.id.lowercased() == step.id.lowercased() }
        results.append((step.id, result))
    }

    /// Puts the `steps` context, the job's status and the functions that tell it into a scope.
    func put(into scope: inout TraceScope, facts: RunFacts) {
        let status = status
        for (id, result) in results {
            switch result?.outcome {
            case nil: scope.unknowns.append(.init(["steps", id], "what step `\(id)` leaves"))
            case .success:
                scope.unknowns.append(.init(["steps", id, "outputs"], "the outputs of step `\(id)`"))
            default: break  // a step that was not run has no outputs
            }
        }
        scope.scope.contexts["steps"] = .object(
            ObjectValue(results.map { (key: $0.id, value: $0.result?.value ?? .object(.empty)) })
        )
        scope.scope.contexts["job"] = .object([
            ("status", .string(status?.rawValue ?? "")),
            ("workflow_ref", .string("\(facts.repository.fullName)/\(facts.workflowPath)@\(facts.ref)")),
            ("workflow_sha", .string(facts.sha)),
            ("workflow_repository", .string(facts.repository.fullName)),
            ("workflow_file_path", .string(facts.workflowPath)),
        ])
        scope.unknowns.append(.init(["job", "check_run_id"], "the job's id"))
        if status == nil { scope.unknowns.append(.init(["job", "status"], "how the steps before it end")) }
        scope.scope.functions = [
            "always": { _ in true }, "cancelled": { _ in false },
            "success": { _ in .boolean(status == .success) },
            "failure": { _ in .boolean(status == .failure) },
            "hashfiles": { _ in .string("") },
        ]
        scope.unknownCall = { name, _ in
            switch name {
            case "hashfiles": "the files of the workspace"
            case "success" where status == nil: "the success of the steps before it"
            case "failure" where status == nil: "a failure of a step before it"
            default: nil
            }
        }
    }
}
