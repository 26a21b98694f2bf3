import Events
package import Expressions
import Foundation
package import Store
import Workflows
import YAML

/// One command's work: it makes an event, finds the workflows that the event starts, runs them, and then those that
/// their ends start (`workflow_run`).
package actor RunSession {
    package let options: SessionOptions
    package let store: Store
    private let services: JobServices
    private let cloud: (any LocalCloudProvider)?
    /// Returns once the store holds all that was told so far.
    private let settled: @Sendable () throws -> Void
    private let places: JobPlaces
    private var schedulers: [Int64: RunScheduler] = [:]
    private var cancelReason: String?
    private var isForced = false
    /// The newest commit of each ref that the runs of this session pushed.
    private var pushed: [String: String] = [:]

    package init(
        options: SessionOptions,
        store: Store,
        services: JobServices,
        cloud: (any LocalCloudProvider)?,
        settled: @escaping @Sendable () throws -> Void
    ) {
        self.options = options
        self.store = store
        self.services = services
        self.cloud = cloud
        self.settled = settled
        places = JobPlaces(options.maxParallel)
    }

    // MARK: What a person asks for

    /// Fires `workflow_dispatch` for one workflow.
    package func dispatch(_ name: String, inputs: [String: String]) async throws -> [RunRecord] {
        let (plans, site) = try plansOfDispatch(name, inputs: inputs)
        return try await run(plans, site: site)
    }

    private func plansOfDispatch(
        _ name: String,
        inputs: [String: String]
    ) throws -> ([PlannedRun], SessionSite) {
        let site = try SessionSite(options)
        let file = try WorkflowFiles.named(name, among: try site.files())
        guard let workflow = file.workflow else { throw SessionError.invalid([file]) }
        guard let trigger = workflow.triggers.first(where: { $0.event == "workflow_dispatch" }) else {
            let events = workflow.triggers.map { "`\($0.event)`" }.joined(separator: ", ")
            throw SessionError.refused(
                "workflow `\(file.path)` has no `workflow_dispatch` trigger (it has \(events)); "
                    + "add it under `on:`, or fire one of its events with `flowrun trigger`"
            )
        }
        let resolved: DispatchInputs
        do {
            resolved = try DispatchInputs.resolve(inputs: trigger.inputs, given: inputs)
        } catch {
            throw SessionError.refused("`\(file.path)`: \(error)")
        }
        let event = try site.dispatchEvent(inputs: resolved, workflow: file.path)
        return (try plan([file], event: event, site: site, inputs: .object(resolved.inputs)), site)
    }

    /// Fires an event and runs every workflow that it starts.
    ///
    /// - Parameter silence: Told for each workflow that the event does not start, and why.
    package func trigger(
        _ name: String,
        payload: Value?,
        silence: @Sendable (WorkflowFile, String) -> Void
    ) async throws -> [RunRecord] {
        let (plans, site) = try plansOfTrigger(name, payload: payload, silence: silence)
        return try await run(plans, site: site)
    }

    private func plansOfTrigger(
        _ name: String,
        payload: Value?,
        silence: @Sendable (WorkflowFile, String) -> Void
    ) throws -> ([PlannedRun], SessionSite) {
        let site = try SessionSite(options)
        let event = try site.event(name, payload: payload)
        let files = try site.files()
        let broken = files.filter { $0.workflow == nil }
        guard broken.isEmpty else { throw SessionError.invalid(broken) }
        var started: [WorkflowFile] = []
        for file in files {
            guard let workflow = file.workflow else { continue }
            switch match(workflow, event) {
            case .runs: started.append(file)
            case .skipped(let reason): silence(file, "\(reason)")
            }
        }
        return (try plan(started, event: event, site: site, inputs: .object(ObjectValue([]))), site)
    }

    // MARK: Dry runs

    /// What `dispatch` would run.
    package func planDispatch(_ name: String, inputs: [String: String]) async throws -> [PlannedWorkflow] {
        let (plans, site) = try plansOfDispatch(name, inputs: inputs)
        return plans.map { preview($0, site: site) }
    }

    /// What `trigger` would run.
    package func planTrigger(
        _ name: String,
        payload: Value?,
        silence: @Sendable (WorkflowFile, String) -> Void
    ) async throws -> [PlannedWorkflow] {
        let (plans, site) = try plansOfTrigger(name, payload: payload, silence: silence)
        return plans.map { preview($0, site: site) }
    }

    private func preview(_ plan: PlannedRun, site: SessionSite) -> PlannedWorkflow {
        let facts = RunFacts(
            runID: 0,
            runNumber: 0,
            runAttempt: 1,
            event: plan.event,
            sha: plan.event.sha,
            ref: plan.event.ref,
            repository: site.facts,
            workflowName: plan.workflow.displayName,
            workflowPath: plan.file.path,
            inputs: plan.inputs,
            vars: .object(ObjectValue(options.variables.map { ($0.key, .string($0.value)) }))
        )
        return PlannedWorkflow(
            workflow: plan.workflow,
            path: plan.file.path,
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
        var workflow: Workflow
        var jobs: [Job]
        var event: Event
        var inputs: Value
        var parent: Int64?
        var depth: Int
    }

    private func plan(
        _ files: [WorkflowFile],
        event: Event,
        site: SessionSite,
        inputs: Value,
        parent: Int64? = nil,
        depth: Int = 0
    ) throws -> [PlannedRun] {
        var plans: [PlannedRun] = []
        var faults: [WorkflowFile] = []
        for file in files {
            guard let workflow = file.workflow else { continue }
            let jobs = try chosenJobs(of: workflow)
            let faultyCalls = CalledWorkflows(find: site.called).faults(of: workflow)
            let found =
                faultyCalls.isEmpty
                ? Absent.diagnostics(in: workflow, jobs: Set(jobs.map(\.id))) : faultyCalls
            if !found.isEmpty {
                var file = file
                file.diagnostics += found
                faults.append(file)
            }
            plans.append(
                PlannedRun(
                    file: file,
                    workflow: workflow,
                    jobs: jobs,
                    event: event,
                    inputs: inputs,
                    parent: parent,
                    depth: depth
                )
            )
        }
        guard faults.isEmpty else { throw SessionError.invalid(faults) }
        return plans
    }

    /// `--job`: the named jobs and all that they need.
    private func chosenJobs(of workflow: Workflow) throws -> [Job] {
        guard !options.jobs.isEmpty else { return workflow.jobs }
        var wanted: Set<String> = []
        var open = options.jobs
        while let id = open.popLast() {
            guard let job = workflow.jobs.first(where: { $0.id.lowercased() == id.lowercased() }) else {
                let known = workflow.jobs.map(\.id).joined(separator: ", ")
                throw SessionError.refused("`\(workflow.path)` has no job `\(id)`; it has \(known)")
            }
            if wanted.insert(job.id).inserted { open += job.needs.map(\.value) }
        }
        return workflow.jobs.filter { wanted.contains($0.id) }
    }

    // MARK: Running

    private func run(_ plans: [PlannedRun], site: SessionSite) async throws -> [RunRecord] {
        try await withThrowingTaskGroup(of: [RunRecord].self) { group in
            for plan in plans { group.addTask { try await self.run(plan, site: site) } }
            var records: [RunRecord] = []
            for try await ended in group { records += ended }
            return records.sorted { $0.id < $1.id }
        }
    }

    /// One run from its row in the store to its end, and then those that its end starts.
    private func run(_ plan: PlannedRun, site: SessionSite) async throws -> [RunRecord] {
        try await cloud?.prepare(secretSet: options.secretSet, store: store)
        let secrets = try secrets(site)
        let local = try cloud?.environment(for: secrets, secretSet: options.secretSet) ?? []
        let added = local + options.environment
        let variables = try store.variables(for: site.facts.path, set: options.secretSet).merging(
            options.variables
        ) { $1 }
        let vars = Self.context(variables)
        var record = try create(plan, site: site, vars: vars)
        let facts = RunFacts(
            runID: record.id,
            runNumber: record.runNumber,
            runAttempt: record.runAttempt,
            event: plan.event,
            sha: plan.event.sha,
            ref: plan.event.ref,
            repository: site.facts,
            workflowName: plan.workflow.displayName,
            workflowPath: plan.file.path,
            inputs: plan.inputs,
            vars: vars
        )
        var order = RunOrder(
            facts: facts,
            workflow: plan.workflow,
            jobs: plan.jobs,
            secrets: secrets,
            hostEnvironment: HostEnvironment.cleaned(options.hostEnvironment),
            addedEnvironment: added,
            labels: options.labels,
            matrixSelection: options.matrix,
            isDebugging: options.isDebugging,
            secretNames: plan.file.secretNames,
            settings: { try self.settings(of: $0, site: site) }
        )
        let ending: RunEnding
        do {
            ending = try await perform(&order, record: &record)
        } catch {
            // What keeps the run from going on is its end: it must not look as if it still ran.
            record.reason = (error as? Diagnostic)?.message ?? "\(error)"
            try await finish(&record, as: .failure)
            guard error is Diagnostic else { throw error }
            return [record]
        }
        for (ref, commit) in ending.pushed { pushed[ref] = commit }
        try await finish(&record, as: ending.conclusion)
        try services.reports?.runCompleted(record, pushed: ending.pushed.map(\.commit))
        return try await [record] + followers(of: record, plan: plan, site: site)
    }

    private func finish(_ record: inout RunRecord, as conclusion: Conclusion) async throws {
        let id = record.id
        try settled()
        record.jobs = try store.run(id)?.jobs ?? []
        record.status = .completed
        record.conclusion = conclusion
        record.completedAt = Date()
        services.hub.tell(RunEvent(time: Date(), runID: id, what: .runCompleted(record)))
        try settled()
    }

    /// Secrets and variables of a deployment environment, over the repository's, below those given for this session.
    private nonisolated func settings(
        of environment: String,
        site: SessionSite
    ) throws -> (secrets: [String: String], variables: Value) {
        let set = options.secretSet
        let given = Dictionary(
            options.secrets.map { ($0.key.uppercased(), $0.value) },
            uniquingKeysWith: { $1 }
        )
        let secrets = try store.secrets(for: site.facts.path, environment: environment, set: set).merging(
            given
        ) { $1 }
        let variables = try store.variables(for: site.facts.path, environment: environment, set: set)
            .merging(options.variables) { $1 }
        return (secrets, Self.context(variables))
    }

    private static func context(_ variables: [String: String]) -> Value {
        .object(ObjectValue(variables.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }

    private func perform(_ order: inout RunOrder, record: inout RunRecord) async throws -> RunEnding {
        let id = record.id
        let gate: ConcurrencyGate?
        switch try await enter(&order) {
        case .replaced:
            record.reason = cancelReason ?? "a newer run of its concurrency group waits in its place"
            return RunEnding(conclusion: .cancelled, pushed: [])
        case .entered(let entered): gate = entered
        case nil: gate = nil
        }
        defer { gate?.leave() }
        record.status = .inProgress
        record.startedAt = Date()
        services.hub.tell(RunEvent(time: Date(), runID: id, what: .runStarted(record)))
        let scheduler = RunScheduler(order, services: services, places: places) { [store] jobs in
            try store.allocateJobs(runID: id, jobs.map { NewJob(key: $0.key, name: $0.name) })
        }
        schedulers[id] = scheduler
        defer { schedulers[id] = nil }
        if let cancelReason { await scheduler.cancel(reason: cancelReason) }
        let watch = gate?.watch { await scheduler.cancel(reason: "a newer run of its concurrency group") }
        defer { watch?.cancel() }
        return try await scheduler.run()
    }

    /// The workflow's own `concurrency`; `nil` where it has none.
    private func enter(_ order: inout RunOrder) async throws -> ConcurrencyGate.Entry? {
        guard let concurrency = order.workflow.concurrency else { return nil }
        let github = GitHubContext(facts: order.facts, job: "", token: "", workspace: "", eventPath: "")
        let scope = Scope(contexts: [
            "github": github.value, "inputs": order.facts.inputs, "vars": order.facts.vars,
        ])
        let wanted = try concurrency.evaluate(in: scope)
        order.concurrencyGroup = wanted.group.lowercased()
        let request = ConcurrencyGate.Request(
            group: wanted.group,
            repository: order.facts.repository.path,
            cancelsInProgress: wanted.cancelsInProgress,
            keepsQueue: wanted.queue == .max
        )
        return try await ConcurrencyGate.enter(
            request,
            home: services.home,
            isWanted: { await self.cancelReason == nil }
        )
    }

    private func create(_ plan: PlannedRun, site: SessionSite, vars: Value) throws -> RunRecord {
        let title = try displayTitle(plan, site: site, vars: vars)
        let ref = RefName(plan.event.ref)
        return try store.createRun(
            NewRun(
                repository: site.facts.path,
                path: plan.file.path,
                name: plan.workflow.displayName,
                displayTitle: title,
                event: plan.event.name,
                ref: plan.event.ref,
                headSHA: plan.event.sha,
                headBranch: ref.kind == .branch ? ref.short : plan.event.headRef,
                payload: plan.event.payload.json(),
                workflow: plan.file.text,
                parentRunID: plan.parent,
                owner: .current
            )
        )
    }

    /// `run-name`, else what the event is called: a commit's message, a pull request's title, the workflow's name.
    private func displayTitle(_ plan: PlannedRun, site: SessionSite, vars: Value) throws -> String {
        if let runName = plan.workflow.runName {
            let facts = RunFacts(
                runID: 0,
                runNumber: 0,
                runAttempt: 1,
                event: plan.event,
                sha: plan.event.sha,
                ref: plan.event.ref,
                repository: site.facts,
                workflowName: plan.workflow.displayName,
                workflowPath: plan.file.path,
                inputs: plan.inputs,
                vars: vars
            )
            let github = GitHubContext(facts: facts, job: "", token: "", workspace: "", eventPath: "")
            let scope = Scope(contexts: ["github": github.value, "inputs": plan.inputs, "vars": vars])
            let title = try runName.evaluate(in: scope)
            if !title.allSatisfy(\.isWhitespace) { return title }
        }
        let payload = plan.event.payload
        switch plan.event.name {
        case "push":
            let message = plan.event.headCommitMessage ?? payload["head_commit"]["message"].text
            return message.split(whereSeparator: \.isNewline).first.map(String.init)
                ?? plan.workflow.displayName
        case "pull_request", "pull_request_target":
            let title = payload["pull_request"]["title"].text
            return title.isEmpty ? plan.workflow.displayName : title
        default:
            return plan.workflow.displayName
        }
    }

    /// Secrets for a run: stored ones of the set, those given for it, and its own token where none is given.
    private func secrets(_ site: SessionSite) throws -> [String: String] {
        var secrets = try store.secrets(for: site.facts.path, set: options.secretSet)
        for (name, value) in options.secrets { secrets[name.uppercased()] = value }
        if secrets["GITHUB_TOKEN"] == nil { secrets["GITHUB_TOKEN"] = LocalToken.make() }
        return secrets
    }

    // MARK: Followers

    /// Runs the workflows that the end of a run starts, unless the chain is too long or the user wants none.
    private func followers(
        of record: RunRecord,
        plan: PlannedRun,
        site: SessionSite
    ) async throws -> [RunRecord] {
        guard options.cascades, cancelReason == nil, plan.depth < maximumChainDepth else { return [] }
        let tip = pushed["refs/heads/\(site.facts.defaultBranch)"]
        let event = try site.workflowRunEvent(
            of: record,
            upstream: plan.event,
            pushedTip: tip,
            depth: plan.depth + 1
        )
        let files = try site.files(for: event)
        let started = files.filter { file in
            guard let workflow = file.workflow, case .runs = match(workflow, event) else { return false }
            return true
        }
        let plans = try self.plan(
            started,
            event: event,
            site: site,
            inputs: .object(ObjectValue([])),
            parent: record.id,
            depth: plan.depth + 1
        )
        return try await run(plans, site: site)
    }

    // MARK: Cancelling

    /// Cancels all that runs, gently.
    package func cancel(reason: String) async {
        cancelReason = cancelReason ?? reason
        for scheduler in schedulers.values { await scheduler.cancel(reason: reason) }
    }

    /// Ends all that runs at once.
    package func force() async {
        isForced = true
        for scheduler in schedulers.values { await scheduler.force() }
    }

    /// Whether a cancellation was asked for.
    package var isCancelled: Bool { cancelReason != nil }
}
