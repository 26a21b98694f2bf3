import Workflows
package import YAML

/// What the language has and this version of flowrun cannot run: refused by name before anything starts.
package enum Absent {
    /// - Parameter jobs: The ids of the jobs that would run.
    package static func diagnostics(in tree: WorkflowTree, jobs: Set<String>) -> [Diagnostic] {
        tree.workflow.jobs.filter { jobs.contains($0.id) }.flatMap { job -> [Diagnostic] in
            switch job.kind {
            case .call(let call):
                guard let called = tree.called[call.uses.value] else { return [] }
                return diagnostics(in: called, jobs: Set(called.workflow.jobs.map(\.id)))
            case .steps(let steps):
                var found: [Diagnostic] = []
                // What an expression decides about is decided when the job is set up.
                let containers = steps.certainContainers
                if let container = containers.first(where: { $0.service == nil }) {
                    found.append(absent("job containers (job '\(job.id)')", at: container.location))
                }
                if let services = steps.services, containers.contains(where: { $0.service != nil }) {
                    found.append(absent("service containers (job '\(job.id)')", at: services.location))
                }
                if let snapshot = steps.snapshot {
                    found.append(absent("snapshots (job '\(job.id)')", at: snapshot.location))
                }
                return found + steps.steps.flatMap(diagnostics)
            }
        }
    }

    private static func diagnostics(of step: Step) -> [Diagnostic] {
        switch step.action {
        case .parallel(let steps): return steps.flatMap(diagnostics)
        case .uses(let reference, _):
            if case .image = reference.form { return [absent("container actions", at: reference.location)] }
            return []
        case .run, .wait, .cancel: return []
        }
    }

    private static func absent(_ what: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            severity: .error,
            location: location,
            code: "absent",
            message: "\(what) cannot be run by this version of flowrun"
        )
    }
}
