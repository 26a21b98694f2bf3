import Events
package import Expressions
import Store
import Workflows

extension RunSession {
    /// - Parameter ref: Another ref than that of the session's options.
    func plansOfDispatch(
        _ name: String,
        inputs: [String: String],
        ref: String? = nil
    ) async throws -> ([PlannedRun], SessionSite) {
        let site = try ref.map(site(of:)) ?? self.site()
        let file = try WorkflowFiles.named(name, among: try site.files())
        guard let workflow = file.workflow else { throw SessionError.invalid([file]) }
        guard let trigger = workflow.triggers.first(where: { $0.event == "workflow_dispatch" }) else {
            let events = workflow.triggers.map { "`\($0.event)`" }.joined(separator: ", ")
            throw SessionError.refused(
                "workflow `\(file.path)` has no `workflow_dispatch` trigger (it has \(events)); "
                    + "add it under `on:`, or fire one of its events with `flowrun trigger`"
            )
        }
        if try store.disabledWorkflows(of: site.facts.path).contains(file.path) {
            throw SessionError.refused(
                "Cannot trigger a 'workflow_dispatch' on a disabled workflow: `\(file.path)`; "
                    + "switch it on with `flowrun workflow enable \(name)`"
            )
        }
        let resolved: DispatchInputs
        do {
            resolved = try DispatchInputs.resolve(inputs: trigger.inputs, given: inputs)
        } catch {
            throw SessionError.refused("`\(file.path)`: \(error)")
        }
        let event = try site.dispatchEvent(inputs: resolved, workflow: file.path)
        return (try await plan([file], event: event, site: site, inputs: .object(resolved.inputs)), site)
    }

    func plansOfTrigger(
        _ name: String,
        payload: Value?,
        unless: @Sendable (WorkflowFile) throws -> String? = { _ in nil },
        silence: @Sendable (WorkflowFile, String) -> Void
    ) async throws -> ([PlannedRun], SessionSite) {
        let site = try site()
        let event = try site.event(name, payload: payload)
        let files = try site.files(for: event)
        let broken = files.filter { $0.workflow == nil }
        guard broken.isEmpty else { throw SessionError.invalid(broken) }
        let disabled = try store.disabledWorkflows(of: site.facts.path)
        var started: [WorkflowFile] = []
        for file in files {
            guard let workflow = file.workflow else { continue }
            switch match(workflow, event, disabled: disabled) {
            case .runs:
                if let reason = try unless(file) { silence(file, reason) } else { started.append(file) }
            case .skipped(let reason):
                // One that is only there to be called is no surprise.
                let isForCalls = workflow.triggers.allSatisfy { $0.event == "workflow_call" }
                if !isForCalls { silence(file, "\(reason)") }
            }
        }
        return (try await plan(started, event: event, site: site, inputs: .object(ObjectValue([]))), site)
    }

    /// The workflow files that an event starts.
    func filesStarted(by event: Event, at site: SessionSite) throws -> [WorkflowFile] {
        let disabled = try store.disabledWorkflows(of: site.facts.path)
        return try site.files(for: event).filter { file in
            guard let workflow = file.workflow, case .runs = match(workflow, event, disabled: disabled) else {
                return false
            }
            return true
        }
    }

    // MARK: Dry runs

    /// What `dispatch` would run.
    package func planDispatch(_ name: String, inputs: [String: String]) async throws -> [PlannedWorkflow] {
        let (plans, site) = try await plansOfDispatch(name, inputs: inputs)
        return try plans.map { try preview($0, site: site) }
    }

    /// What `trigger` would run.
    package func planTrigger(
        _ name: String,
        payload: Value?,
        silence: @Sendable (WorkflowFile, String) -> Void
    ) async throws -> [PlannedWorkflow] {
        let (plans, site) = try await plansOfTrigger(name, payload: payload, silence: silence)
        return try plans.map { try preview($0, site: site) }
    }

    func preview(_ plan: PlannedRun, site: SessionSite) throws -> PlannedWorkflow {
        let facts = plan.facts(at: site, vars: try variables(site))
        return PlannedWorkflow(
            tree: plan.tree,
            jobs: plan.jobs,
            facts: facts,
            labels: options.labels,
            selection: options.matrix
        )
    }

    // MARK: Planning

    /// A run that is about to be created.
    struct PlannedRun: Sendable {
        var file: WorkflowFile
        var tree: WorkflowTree
        var jobs: [Job]
        var event: Event
        var inputs: Value
        var parent: Int64?
        var depth: Int
        var actionLock: ActionLock?
        /// The attempt before, where this is the next one.
        var earlier: Earlier?

        struct Earlier: Sendable {
            var run: RunRecord
            /// The id of the first attempt.
            var first: Int64
            var carried: [CarriedJob]
            /// The jobs that go on where they failed.
            var resumed = ResumedJobs()
        }

        var workflow: Workflow { tree.workflow }

        /// What is true of the run, with the numbers of its row in the store once it has one.
        func facts(at site: SessionSite, vars: Value, record: RunRecord? = nil) -> RunFacts {
            var facts = RunFacts(
                runID: record?.id ?? 0,
                firstRunID: earlier?.first,
                runNumber: record?.runNumber ?? 0,
                runAttempt: record?.runAttempt ?? 1,
                event: event,
                sha: event.sha,
                ref: event.ref,
                repository: site.facts,
                workflowName: workflow.displayName,
                workflowPath: file.path,
                inputs: inputs,
                vars: vars
            )
            facts.actionLock = actionLock
            return facts
        }
    }

    func plan(
        _ files: [WorkflowFile],
        event: Event,
        site: SessionSite,
        inputs: Value,
        parent: Int64? = nil,
        depth: Int = 0
    ) async throws -> [PlannedRun] {
        let lock = files.isEmpty ? nil : try site.actionLock(for: event)
        var plans: [PlannedRun] = []
        var faults: [WorkflowFile] = []
        for file in files {
            guard let workflow = file.workflow else { continue }
            let jobs = try options.chosenJobs(of: workflow)
            let loaded = try await load(
                file,
                workflow,
                jobs: Set(jobs.map(\.id)),
                for: event,
                site: site,
                lock: lock
            )
            switch loaded {
            case .faulty(let files): faults += files
            case .loaded(let tree):
                plans.append(
                    PlannedRun(
                        file: file,
                        tree: tree,
                        jobs: jobs,
                        event: event,
                        inputs: inputs,
                        parent: parent,
                        depth: depth,
                        actionLock: lock
                    )
                )
            }
        }
        guard faults.isEmpty else { throw SessionError.invalid(faults) }
        return plans
    }
}

extension SessionOptions {
    /// `--job`: the named jobs and all that they need.
    func chosenJobs(of workflow: Workflow) throws -> [Job] {
        guard !jobs.isEmpty else { return workflow.jobs }
        let ids = workflow.jobs.map(\.id)
        let absent = jobs.last { id in !ids.contains { $0.lowercased() == id.lowercased() } }
        if let absent {
            throw SessionError.refused(
                "`\(workflow.path)` has no job `\(absent)`; it has \(ids.joined(separator: ", "))"
            )
        }
        let wanted = workflow.jobs.withNeeds(of: jobs)
        return workflow.jobs.filter { wanted.contains($0.id) }
    }
}
