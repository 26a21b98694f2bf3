import Events
package import Expressions
package import Store
import Workflows

/// Says of an event what it starts and why; nothing is run, and nothing is written.
package struct EventExplainer {
    private let options: SessionOptions
    private let open: () throws -> Store
    private let site: SessionSite

    /// - Parameter store: Opens the store, once all else is read: a reader may keep others waiting.
    /// - Throws: As `SessionSite` does.
    package init(_ options: SessionOptions, store: @escaping () throws -> Store) throws {
        self.options = options
        open = store
        site = try SessionSite(options)
    }

    /// Any event but `workflow_dispatch`.
    ///
    /// - Parameter wanted: The one workflow that is asked about; all of them where it is absent.
    package func explain(
        _ name: String,
        payload: Value?,
        workflow wanted: String?
    ) throws -> [WorkflowExplanation] {
        let event = try site.event(name, payload: payload)
        var files = try site.files(for: event)
        if let wanted { files = [try WorkflowFiles.named(wanted, among: files)] }
        return try explain(files, event, inputs: .object(.empty))
    }

    /// `workflow_dispatch` of one workflow.
    ///
    /// - Throws: What is wrong with the inputs, as a dispatch does.
    package func explainDispatch(
        of wanted: String,
        inputs: [String: String]
    ) throws -> [WorkflowExplanation] {
        let file = try WorkflowFiles.named(wanted, among: try site.files())
        let trigger = file.workflow?.triggers.first { $0.event == "workflow_dispatch" }
        let resolved: DispatchInputs
        do {
            // Where there is no trigger there is nothing that inputs could be wrong for.
            resolved = try DispatchInputs.resolve(
                inputs: trigger?.inputs ?? [],
                given: trigger == nil ? [:] : inputs
            )
        } catch {
            throw SessionError.refused("`\(file.path)`: \(error)")
        }
        let event = try site.dispatchEvent(inputs: resolved, workflow: file.path)
        return try explain([file], event, inputs: .object(resolved.inputs))
    }

    private func explain(
        _ files: [WorkflowFile],
        _ event: Event,
        inputs: Value
    ) throws -> [WorkflowExplanation] {
        let broken = files.filter { $0.workflow == nil }
        guard broken.isEmpty else { throw SessionError.invalid(broken) }
        let store = try open()
        let disabled = try store.disabledWorkflows(of: site.facts.path)
        var explanations: [WorkflowExplanation] = []
        var faulty: [WorkflowFile] = []
        for var file in files {
            guard let workflow = file.workflow else { continue }
            var explanation = WorkflowExplanation(
                name: workflow.displayName,
                path: file.path,
                decision: match(workflow, event, disabled: disabled),
                jobs: []
            )
            if case .runs = explanation.decision {
                let faults = CalledWorkflows(find: { called($0, for: event) }).faults(of: workflow)
                guard faults.isEmpty else {
                    file.diagnostics += faults
                    faulty.append(file)
                    continue
                }
                explanation.jobs = try jobs(of: workflow, event, inputs: inputs, store)
            }
            explanations.append(explanation)
        }
        guard faulty.isEmpty else { throw SessionError.invalid(faulty) }
        return explanations
    }

    /// The workflow of this repository that a `uses` names; those of others are not fetched for this.
    private func called(_ uses: String, for event: Event) -> CalledWorkflows.Found {
        guard uses.hasPrefix("./") || uses.hasPrefix("$/") else { return .elsewhere }
        let path = String(uses.dropFirst(2))
        guard let text = try? site.text(of: path, for: event) else { return .missing }
        return .found(WorkflowReader.read(text, file: path))
    }

    private func jobs(
        of workflow: Workflow,
        _ event: Event,
        inputs: Value,
        _ store: Store
    ) throws -> [JobExplanation] {
        let repository = site.facts.path
        let facts = RunFacts(
            runID: 0,
            runNumber: 0,
            runAttempt: 1,
            event: event,
            sha: event.sha,
            ref: event.ref,
            repository: site.facts,
            workflowName: workflow.displayName,
            workflowPath: workflow.path,
            inputs: inputs,
            vars: SessionOptions.context(try options.variables(in: store, for: repository))
        )
        var explainer = JobExplainer(
            facts: facts,
            workflow: workflow,
            jobs: try options.chosenJobs(of: workflow),
            selection: options.matrix
        ) { [options] in
            try options.settings(of: $0, in: store, for: repository)
        } called: { uses in
            guard case .found(let reading) = called(uses, for: event) else { return nil }
            return reading.value
        }
        return try explainer.explain()
    }
}
