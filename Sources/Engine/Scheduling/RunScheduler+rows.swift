import Expressions
import Store
import Workflows

/// One row of a job, from the wait for its concurrency group to its end.
extension RunScheduler {
    /// One row and what it starts from.
    struct RowStart: Sendable {
        var row: PlannedJob
        /// Its place in the store; `nil` for one that calls a workflow, whose jobs stand there in its stead.
        var id: Int64?
        var job: Job
        /// What the keys of the row may see.
        var scope: Scope
        var failFast: Bool
        /// Whether its condition held although the run was cancelled.
        var isAfterCancel: Bool
        /// Whether something that it depends on has run anew, so that nothing of an earlier attempt is of use.
        var mustRun: Bool
        /// Where it stands at its own concurrency group, once it has arrived there.
        var arrival: ConcurrencyGate.Arrival?
    }

    /// A row at its concurrency group: those who arrive later stand behind it.
    func arrived(_ start: RowStart) throws -> RowStart {
        guard start.arrival == nil, let wanted = start.row.concurrency, carried(start) == nil else {
            return start
        }
        var start = start
        let request = ConcurrencyGate.Request(wanted, repository: order.facts.repository.path)
        start.arrival = try ConcurrencyGate.arrive(request, home: services.home)
        return start
    }

    /// Runs one row: once its concurrency group is free.
    func run(_ start: RowStart) async throws -> JobEnding {
        let key = start.job.id
        if let carried = carried(start) {
            var ending = try carry(carried, for: start)
            if start.row.toleratesFailure, ending.conclusion == .failure { ending.conclusion = .success }
            return ending
        }
        var ending: JobEnding
        switch try await entry(of: start) {
        case .replaced:
            return try cancelled(start, reason: "a newer job of its concurrency group waits in its place")
        case .full: return try cancelled(start, reason: ConcurrencyGate.fullReason)
        case .entered(let gate):
            defer { gate.leave() }
            ending = try await perform(start, behind: gate)
        case nil:
            ending = try await perform(start, behind: nil)
        }
        if ending.conclusion == .failure {
            if start.row.toleratesFailure {
                // The job's own record keeps the failure; neither the run nor what needs the job sees it.
                ending.conclusion = .success
            } else if start.failFast {
                await failFastOthers(of: key)
            }
        }
        return ending
    }

    private func perform(_ start: RowStart, behind gate: ConcurrencyGate?) async throws -> JobEnding {
        switch start.job.kind {
        case .steps(let definition): try await runSteps(definition, of: start, behind: gate)
        case .call(let call): try await runCall(call, of: start, behind: gate)
        }
    }

    /// Runs the steps of a row once a place is free.
    private func runSteps(
        _ definition: StepsJob,
        of start: RowStart,
        behind gate: ConcurrencyGate?
    ) async throws -> JobEnding {
        if let ending = try await wait(forEnvironmentOf: start) { return ending }
        await places.take(order.claim) { await self.mustNotStart(start) }
        defer { places.free(order.claim) }
        if mustNotStart(start) { return try cancelled(start, reason: "another row of the matrix failed") }
        fresh.insert(start.job.id)
        let runner = try services.placement.place(try jobOrder(start, definition), services: services)
        let ending = await follow(runner, for: start.job.id, behind: gate) { await runner.run() }
        pushed += ending.pushed
        order.outputs.add(ending.outputs)
        if let record = ending.record { records.append(record) }
        return ending
    }

    /// Runs the workflow that a row calls, and takes its outputs.
    ///
    /// The call itself takes no place: its jobs do.
    private func runCall(
        _ call: WorkflowCall,
        of start: RowStart,
        behind gate: ConcurrencyGate?
    ) async throws -> JobEnding {
        var below: RunOrder
        let request: ConcurrencyGate.Request?
        do {
            below = try order.calling(call, of: start.job, as: start.row, in: start.scope)
            below.mustRun = start.mustRun
            request = try below.concurrency()
        } catch {
            return try failed(start, with: error)
        }
        if let request { below.heldGroups.insert(request.group.lowercased()) }
        let own: ConcurrencyGate?
        switch try await enter(request, for: start) {
        case .replaced:
            return try cancelled(start, reason: "a newer run of its concurrency group waits in its place")
        case .full: return try cancelled(start, reason: ConcurrencyGate.fullReason)
        case .entered(let entered): own = entered
        case nil: own = nil
        }
        defer { own?.leave() }
        if mustNotStart(start) { return try cancelled(start, reason: "another row of the matrix failed") }
        let scheduler = RunScheduler(below, services: services, places: places, allocate: allocate)
        let ended = try await follow(scheduler, for: start.job.id, behind: gate, own) {
            if let reason = self.cancelReason { await scheduler.cancel(reason: reason) }
            return try await scheduler.run()
        }
        if await scheduler.hasRunAnything { fresh.insert(start.job.id) }
        records += ended.jobs
        pushed += ended.pushed
        var ending = JobEnding(conclusion: ended.conclusion, outputs: [], pushed: ended.pushed)
        do {
            ending.outputs = try await scheduler.callOutputs()
        } catch {
            return try failed(start, with: error)
        }
        return ending
    }

    /// Runs something that a cancellation reaches, be it of the run or of one of its concurrency groups.
    private func follow<Ending: Sendable>(
        _ work: any RunningWork,
        for key: String,
        behind gates: ConcurrencyGate?...,
        run: () async throws -> Ending
    ) async rethrows -> Ending {
        running.append((key, work))
        defer { running.removeAll { $0.work === work } }
        let watches = gates.compactMap { $0 }.map { gate in
            gate.watch { await work.cancel(reason: CancelReason.newerJob) }
        }
        defer { for watch in watches { watch.cancel() } }
        return try await run()
    }

    private func jobOrder(_ start: RowStart, _ definition: StepsJob) throws -> JobOrder {
        guard let id = start.id else { preconditionFailure("a row that runs steps has a place in the store") }
        var facts = order.facts
        var secrets = order.secrets
        if let environment = start.row.environment {
            let settings = try order.settings(environment)
            secrets.merge(settings.secrets) { $1 }
            facts.vars = settings.variables
        }
        var job = JobOrder(
            jobID: id,
            key: start.row.key,
            name: start.row.name,
            facts: facts,
            id: start.job.id,
            workflow: order.tree.workflow,
            workflowText: order.tree.text,
            workflowPath: order.tree.path,
            origin: order.tree.origin,
            definition: definition,
            matrix: start.row.matrix,
            strategy: start.row.strategy,
            needs: machine.needsContext(of: start.job.id),
            secrets: JobToken.renewed(in: secrets),
            hiddenValues: order.hiddenValues,
            unsetSecrets: order.tree.expectedSecrets.filter { secrets[$0] == nil },
            hostEnvironment: order.hostEnvironment,
            addedEnvironment: order.addedEnvironment,
            labels: start.row.labels,
            environment: start.row.environment,
            mayRequestIDTokens: order.allowsIDTokens(start.job),
            rights: order.rights(of: start.job),
            isDebugging: order.isDebugging
        )
        job.outputsLeft = order.outputs.left
        if !start.mustRun { job.resumed = order.resumed[start.row.key, start.row.name] }
        return job
    }

    /// Waits at the row's own concurrency group, as long as it may start; `nil` where there is none.
    private func entry(of start: RowStart) async throws -> ConcurrencyGate.Entry? {
        switch start.arrival {
        case .entered(let gate): .entered(gate)
        case .waiting(let ticket): try await ticket.wait { await !self.mustNotStart(start) }
        case .full: .full
        case nil: nil
        }
    }

    /// Waits for a concurrency group, as long as the row may start; `nil` where there is none.
    private func enter(
        _ request: ConcurrencyGate.Request?,
        for start: RowStart
    ) async throws -> ConcurrencyGate.Entry? {
        guard let request else { return nil }
        return try await ConcurrencyGate.enter(
            request,
            home: services.home,
            isWanted: { await !self.mustNotStart(start) }
        )
    }
}
