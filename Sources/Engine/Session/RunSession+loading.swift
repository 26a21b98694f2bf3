import Events
import Workflows
import YAML

/// What a workflow calls is there, whole and sound, before anything of it runs.
extension RunSession {
    enum LoadedWorkflow: Sendable {
        case loaded(WorkflowTree)
        /// The file and those that it calls, as far as something is wrong with them.
        case faulty([WorkflowFile])
    }

    /// Loads all that a workflow calls, and looks for what is wrong with it.
    ///
    /// - Parameter jobs: The ids of the jobs that would run.
    func load(
        _ file: WorkflowFile,
        _ workflow: Workflow,
        jobs: Set<String>,
        for event: Event,
        site: SessionSite,
        lock: ActionLock?
    ) async throws -> LoadedWorkflow {
        let origin = WorkflowOrigin(repository: site.facts.fullName, ref: event.ref, sha: event.sha)
        let callsNothing = workflow.jobs.allSatisfy { if case .steps = $0.kind { true } else { false } }
        if callsNothing {
            let tree = WorkflowTree(
                workflow: workflow,
                text: file.text,
                path: file.path,
                origin: origin,
                secretNames: file.secretNames
            )
            let found = Absent.diagnostics(in: tree, jobs: jobs)
            return found.isEmpty ? .loaded(tree) : .faulty([file.blamed(for: found)])
        }
        let store = ActionStore(
            home: services.home,
            sources: services.actionSources,
            lock: lock,
            isLocked: services.isLocked,
            isOffline: services.isOffline
        )
        do {
            return try await BlockingWork.run(until: loadingStop) {
                let called = CalledFiles(store: store) { try site.text(of: $0, for: event) }
                var found = called.faults(of: workflow, from: origin)
                if found.isEmpty, let tree = try called.tree(of: file, from: origin) {
                    found = Absent.diagnostics(in: tree, jobs: jobs)
                    if found.isEmpty { return .loaded(tree) }
                }
                return .faulty([file.blamed(for: found)] + called.files(with: found))
            }
        } catch let failure as StepFailure where failure.isCancelled {
            throw SessionError.interrupted
        }
    }
}

extension WorkflowFile {
    /// The file with those of the faults that are in it.
    fileprivate func blamed(for faults: [Diagnostic]) -> WorkflowFile {
        var file = self
        file.diagnostics += faults.filter { $0.location.file == path }
        return file
    }
}
