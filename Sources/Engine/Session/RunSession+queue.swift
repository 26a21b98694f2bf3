import Events
package import Expressions
import Foundation
package import Store
import Workflows
import YAML

/// What the daemon asks of a session: events become runs that wait, and runs that wait are run.
extension RunSession {
    // MARK: From an event to its runs

    /// Makes the runs that an event starts; those that are there already, since an earlier process made them, are not
    /// made again.
    ///
    /// - Returns: The runs, and for each workflow that does not run its path and why: that the event does not start it, or
    ///   what is wrong with it.
    package func makeRuns(of record: EventRecord) async throws -> EventOutcome {
        var record = record
        if record.source == .webhook, !options.runsForks, let fork = record.event.fork {
            throw SessionError.refused(
                "the pull request is of the fork `\(fork)`, whose author wrote what it would run on this machine; "
                    + "`fork-pull-requests: run` in flowrun.yaml lets it, without secrets"
            )
        }
        if record.source == .webhook { record.event = try await completed(record.event) }
        let event = record.event
        let site = try self.site(of: event.sha)
        let made = try store.runs(ofEvent: record.id)
        let disabled = try store.disabledWorkflows(of: site.facts.path)
        var outcome = EventOutcome()
        for file in try site.files(for: event) {
            if let wanted = record.workflow, wanted != file.path { continue }
            if made[file.path] != nil { continue }
            guard let workflow = file.workflow else {
                outcome.faults.append((file.path, SessionError.invalid([file]).description))
                continue
            }
            if case .skipped(let reason) = match(workflow, event, disabled: disabled) {
                outcome.silent.append((file.path, "\(reason)"))
                continue
            }
            do {
                outcome.runs += try await makeRuns(of: record, file, workflow, at: site)
            } catch let error as SessionError {
                outcome.faults.append((file.path, error.description))
            }
        }
        return outcome
    }

    private func makeRuns(
        of record: EventRecord,
        _ file: WorkflowFile,
        _ workflow: Workflow,
        at site: SessionSite
    ) async throws -> [RunRecord] {
        let plans = try await plan(
            [file],
            event: record.event,
            site: site,
            inputs: try inputs(of: record.event, for: workflow, in: file),
            parent: record.parentRunID,
            depth: record.event.chainDepth
        )
        return try queue(plans, at: site, priority: record.priority, event: record.id)
    }

    /// Puts a `workflow_dispatch` of one workflow into the daemon's queue.
    ///
    /// - Parameter choices: What the person who asks for it has settled, as JSON.
    package func queueDispatch(
        _ name: String,
        inputs: [String: String],
        choices: String
    ) async throws -> [RunRecord] {
        let (plans, site) = try await plansOfDispatch(name, inputs: inputs)
        return try queue(plans, at: site, choices: choices)
    }

    /// The same at a ref, for somebody who has settled nothing else.
    package func queueDispatch(
        _ name: String,
        inputs: [String: String],
        ref: String
    ) async throws -> [RunRecord] {
        let (plans, site) = try await plansOfDispatch(name, inputs: inputs, ref: ref)
        return try queue(plans, at: site, priority: EventRecord.Source.person.priority)
    }

    /// Takes in a `repository_dispatch`, which is about the default branch.
    package func takeInDispatch(type: String, payload: Value) throws {
        let branch = try SessionSite.defaultTip(of: options.folder)?.branch
        let site = try branch.map(site(of:)) ?? self.site()
        let given = Value.object(
            ObjectValue([("action", .string(type)), ("client_payload", payload)])
        )
        let event = try site.event("repository_dispatch", payload: given)
        try store.add(NewEvent(repository: site.facts.path, source: .person, event: event))
    }

    /// Puts every run that an event starts into the daemon's queue; as `trigger`.
    package func queueTrigger(
        _ name: String,
        payload: Value?,
        choices: String,
        silence: @Sendable (WorkflowFile, String) -> Void
    ) async throws -> [RunRecord] {
        let (plans, site) = try await plansOfTrigger(name, payload: payload, silence: silence)
        return try queue(plans, at: site, choices: choices)
    }

    func queue(_ plans: [PlannedRun], at site: SessionSite, choices: String) throws -> [RunRecord] {
        try queue(
            plans,
            at: site,
            priority: EventRecord.Source.person.priority,
            choices: try store.seal(choices, purpose: "choices")
        )
    }

    /// Puts runs into the daemon's queue, and tells of it the workflows that follow requested runs.
    func queue(
        _ plans: [PlannedRun],
        at site: SessionSite,
        priority: Int,
        event: Int64? = nil,
        choices: Data? = nil
    ) throws -> [RunRecord] {
        let vars = try variables(site)
        return try plans.map { plan in
            let place = QueuePlace(priority: priority, event: event, choices: choices)
            let run = try create(plan, site: site, vars: vars, queue: place)
            try announce("requested", of: run, plan: plan, site: site)
            return run
        }
    }

    // MARK: From a run that waits to its end

    /// Runs a run of the queue to its end, or on from where an earlier process of ours left it.
    package func carryOn(_ queued: QueuedRun) async throws -> RunRecord {
        let run = queued.record
        let isFirst = run.runAttempt == 1
        let (plan, site) = try await planAgain(
            run,
            try source(of: run),
            earlier: isFirst
                ? nil : PlannedRun.Earlier(run: run, first: try store.firstAttempt(of: run), carried: [])
        )
        if let ended = try endedBefore(run, plan: plan, site: site) { return ended }
        let start = try await start(plan, site: site, as: queued)
        if run.status == .queued { try announce("in_progress", of: run, plan: plan, site: site) }
        let ended = try await self.run(start, plan, site: site)
        JobFiles.clear(run: run.id, home: services.home)
        return ended
    }

    /// A run whose end its journal tells, and which the store has lost, as with a damaged log.
    private func endedBefore(_ run: RunRecord, plan: PlannedRun, site: SessionSite) throws -> RunRecord? {
        guard let event = try RunJournal.ending(of: run.id, home: services.home),
            case .runCompleted(let ended) = event.what
        else { return nil }
        try announce("completed", of: ended, plan: plan, site: site)
        services.hub.tell(event)
        try settled()
        try LostRuns.markLosses(ofRun: run.id, in: store, home: services.home)
        JobFiles.clear(run: run.id, home: services.home)
        return ended
    }

    /// The repository at a commit, branch or tag.
    func site(of ref: String) throws -> SessionSite {
        var options = options
        options.ref = ref
        return try SessionSite(options)
    }

    // MARK: Chains

    /// Makes the `workflow_run` event that tells of a run, where a workflow follows it.
    func announce(_ activity: String, of run: RunRecord, plan: PlannedRun, site: SessionSite) throws {
        guard options.cascades, plan.depth < maximumChainDepth else { return }
        let event = try event(activity, of: run, plan: plan, site: site)
        guard try !filesStarted(by: event, at: site).isEmpty else { return }
        try store.add(
            NewEvent(
                repository: site.facts.path,
                source: .chain,
                event: event,
                key: "workflow_run:\(run.id):\(activity)",
                parentRunID: run.id
            )
        )
    }
}

/// What came of an event.
package struct EventOutcome: Sendable {
    package var runs: [RunRecord] = []
    /// The workflows that it does not start, and why.
    package var silent: [(path: String, reason: String)] = []
    /// The workflows that it would start, or might, and what is wrong with them.
    package var faults: [(path: String, reason: String)] = []
}
