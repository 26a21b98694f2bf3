import Events
package import Expressions
import Foundation
package import Store
import Workflows
import YAML

/// One command's work: it makes an event, finds the workflows that the event starts, runs them, and then those that
/// their ends start (`workflow_run`).
package actor RunSession {
    package nonisolated let options: SessionOptions
    package nonisolated let store: Store
    let services: JobServices
    private let cloud: (any LocalCloudProvider)?
    /// Returns once the store holds all that was told so far.
    let settled: @Sendable () throws -> Void
    private let places: JobPlaces
    private let knownSite: SessionSite?
    private var schedulers: [RunScheduler] = []
    private(set) var cancelReason: String?
    /// Ends what the session waits for before a run of it starts.
    let loadingStop = StopSignal()
    /// The newest commit of each ref that the runs of this session pushed.
    private(set) var pushed: [String: String] = [:]

    /// - Parameters:
    ///   - site: What the options say, where it was looked at before.
    ///   - places: Those that other sessions of this process take from as well; the session's own where it is absent.
    package init(
        options: SessionOptions,
        site: SessionSite? = nil,
        store: Store,
        services: JobServices,
        cloud: (any LocalCloudProvider)?,
        places: JobPlaces? = nil,
        settled: @escaping @Sendable () throws -> Void
    ) {
        self.options = options
        knownSite = site
        self.store = store
        self.services = services
        self.cloud = cloud
        self.settled = settled
        self.places = places ?? JobPlaces(options.maxParallel)
    }

    func site() throws -> SessionSite { try knownSite ?? SessionSite(options) }

    // MARK: What a person asks for

    /// Fires `workflow_dispatch` for one workflow.
    package func dispatch(_ name: String, inputs: [String: String]) async throws -> [RunRecord] {
        let (plans, site) = try await plansOfDispatch(name, inputs: inputs)
        return try await run(plans, site: site)
    }

    /// Fires an event and runs every workflow that it starts.
    ///
    /// - Parameters:
    ///   - unless: Says of a workflow that the event starts why it need not run; nil where it does.
    ///   - silence: Told for each workflow that does not run, and why.
    package func trigger(
        _ name: String,
        payload: Value?,
        unless: @Sendable (WorkflowFile) throws -> String? = { _ in nil },
        silence: @Sendable (WorkflowFile, String) -> Void
    ) async throws -> [RunRecord] {
        let (plans, site) = try await plansOfTrigger(
            name,
            payload: payload,
            unless: unless,
            silence: silence
        )
        return try await run(plans, site: site)
    }

    // MARK: Running

    func run(_ plans: [PlannedRun], site: SessionSite) async throws -> [RunRecord] {
        if plans.count == 1 { return try await run(plans[0], site: site) }
        return try await withThrowingTaskGroup(of: [RunRecord].self) { group in
            for plan in plans { group.addTask { try await self.run(plan, site: site) } }
            var records: [RunRecord] = []
            for try await ended in group { records += ended }
            return records.sorted { $0.id < $1.id }
        }
    }

    /// One run from its row in the store to its end, and then those that its end starts.
    private func run(_ plan: PlannedRun, site: SessionSite) async throws -> [RunRecord] {
        let start = try await start(plan, site: site)
        return try await withThrowingTaskGroup(of: [RunRecord].self) { group in
            // What follows a run that begins goes beside it.
            if try isFollowed(plan, site: site) {
                for activity in ["requested", "in_progress"] {
                    group.addTask {
                        try await self.followers(activity, of: start.record, plan: plan, site: site)
                    }
                }
            }
            group.addTask {
                let record = try await self.run(start, plan, site: site)
                return try await [record]
                    + self.followers("completed", of: record, plan: plan, site: site)
            }
            var records: [RunRecord] = []
            for try await ended in group { records += ended }
            return records.sorted { $0.id < $1.id }
        }
    }

    /// A run that has its row, and what it starts from.
    struct RunStart: Sendable {
        var record: RunRecord
        var order: RunOrder
        /// Whether it is the daemon's: it may have been begun before, and its end is an event like others.
        var isQueued: Bool
    }

    /// - Parameter queued: The run, where it has its row in the store already.
    func start(_ plan: PlannedRun, site: SessionSite, as queued: QueuedRun? = nil) async throws -> RunStart {
        try await cloud?.prepare(secretSet: options.secretSet, store: store)
        let isOfFork = plan.event.fork != nil
        let secrets = try secrets(site, for: plan.event)
        let local = try isOfFork ? [] : cloud?.environment(for: secrets, secretSet: options.secretSet) ?? []
        let vars = try variables(site)
        let record = try queued?.record ?? create(plan, site: site, vars: vars)
        var order = RunOrder(
            facts: plan.facts(at: site, vars: vars, record: record),
            tree: plan.tree,
            jobs: plan.jobs,
            secrets: secrets,
            hostEnvironment: HostEnvironment.cleaned(options.hostEnvironment),
            addedEnvironment: local + options.environment,
            labels: options.labels,
            matrixSelection: options.matrix,
            isDebugging: options.isDebugging || Self.asksForDebugging(secrets, vars),
            settings: { [options, store] in
                var settings = try options.ownSettings(of: $0, in: store, for: site.facts.path)
                if isOfFork { settings.secrets = [:] }
                return settings
            }
        )
        order.isOfFork = isOfFork
        order.carried = plan.earlier?.carried ?? []
        order.resumed = plan.earlier?.resumed ?? ResumedJobs()
        order.protections = options.protections
        order.claim.priority = queued?.priority ?? 0
        return RunStart(record: record, order: order, isQueued: queued != nil)
    }

    /// Runs what is started to its end.
    func run(_ start: RunStart, _ plan: PlannedRun, site: SessionSite) async throws -> RunRecord {
        var (record, order) = (start.record, start.order)
        let ending: RunEnding
        do {
            ending = try await perform(&order, record: &record, isQueued: start.isQueued)
        } catch {
            // What keeps the run from going on is its end: it must not look as if it still ran.
            record.reason = (error as? Diagnostic)?.message ?? "\(error)"
            try settled()
            record.jobs = try store.run(record.id)?.jobs ?? []
            try await finish(&record, as: .failure)
            guard error is Diagnostic else { throw error }
            return record
        }
        for (ref, commit) in ending.pushed { pushed[ref] = commit }
        record.jobs = ending.jobs
        if ending.conclusion != .success {
            // Jobs that end at the same time leave each other's places alone.
            try KeptPlaces(home: services.home).prune(keeping: services.keptWorkspaces)
        }
        if start.isQueued {
            // Before the run's own end is recorded: whatever happens in between, the event is made once.
            var ended = record
            ended.conclusion = ending.conclusion
            try announce("completed", of: ended, plan: plan, site: site)
        }
        try await finish(&record, as: ending.conclusion)
        try services.reports?.runCompleted(record, pushed: ending.pushed.map(\.commit))
        return record
    }

    private func finish(_ record: inout RunRecord, as conclusion: Conclusion) async throws {
        record.status = .completed
        record.conclusion = conclusion
        record.completedAt = Date()
        let event = RunEvent(time: Date(), runID: record.id, what: .runCompleted(record))
        RunJournal.end(event, home: services.home)
        services.hub.tell(event)
        try settled()
    }

    private func perform(
        _ order: inout RunOrder,
        record: inout RunRecord,
        isQueued: Bool
    ) async throws -> RunEnding {
        let id = record.id
        let request = CancelRequest(of: id, home: services.home)
        let gate: ConcurrencyGate?
        switch try await enter(&order, unless: request) {
        case .replaced:
            record.reason =
                cancelReason
                ?? (request.isMade ? Self.asked : "a newer run of its concurrency group waits in its place")
            return RunEnding(conclusion: .cancelled, jobs: [], pushed: [])
        case .full:
            record.reason = ConcurrencyGate.fullReason
            return RunEnding(conclusion: .cancelled, jobs: [], pushed: [])
        case .entered(let entered): gate = entered
        case nil: gate = nil
        }
        defer { gate?.leave() }
        record.status = .inProgress
        record.startedAt = Date()
        services.hub.tell(RunEvent(time: Date(), runID: id, what: .runStarted(record)))
        let scheduler = RunScheduler(order, services: services, places: places) { [store] jobs in
            let jobs = jobs.map { NewJob(key: $0.key, name: $0.name) }
            return isQueued
                ? try store.allocateJobsAgain(runID: id, jobs) : try store.allocateJobs(runID: id, jobs)
        }
        schedulers.append(scheduler)
        defer { schedulers.removeAll { $0 === scheduler } }
        if let cancelReason { await scheduler.cancel(reason: cancelReason) }
        let watch = gate?.watch { await scheduler.cancel(reason: CancelReason.newerRun) }
        let requestWatch = request.watch {
            Task { await scheduler.cancel(reason: Self.asked) }
        } force: {
            Task { await scheduler.force() }
        }
        defer {
            watch?.cancel()
            requestWatch.cancel()
        }
        return try await scheduler.run()
    }

    private static let asked = "`flowrun run cancel`"

    /// The workflow's own `concurrency`; `nil` where it has none.
    private func enter(
        _ order: inout RunOrder,
        unless request: CancelRequest
    ) async throws -> ConcurrencyGate.Entry? {
        guard let wanted = try order.concurrency() else { return nil }
        order.heldGroups.insert(wanted.group.lowercased())
        return try await ConcurrencyGate.enter(
            wanted,
            home: services.home,
            isWanted: { await self.cancelReason == nil && !request.isMade }
        )
    }

    // MARK: Cancelling

    /// Cancels all that runs, gently.
    package func cancel(reason: String) async {
        cancelReason = cancelReason ?? reason
        loadingStop.stop(.cancelled)
        for scheduler in schedulers { await scheduler.cancel(reason: reason) }
    }

    /// Ends all that runs at once.
    package func force() async {
        for scheduler in schedulers { await scheduler.force() }
    }

    /// Whether a cancellation was asked for.
    package var isCancelled: Bool { cancelReason != nil }
}
