package import Expressions
import Foundation
package import Store
package import Workflows
import YAML

/// One run of one workflow, ready to start.
package struct RunOrder: Sendable {
    package var facts: RunFacts
    package var workflow: Workflow
    /// The jobs to run with everything that they need; all of them unless `--job` said otherwise.
    package var jobs: [Job]
    package var secrets: [String: String]
    package var hostEnvironment: [String: String]
    package var addedEnvironment: [(name: String, value: String)]
    package var labels: RunnerLabels
    package var matrixSelection: [(key: String, value: String)]
    package var isDebugging: Bool
    /// The names of the secrets that the workflow's file reads, in upper case.
    package var secretNames: [String]
    /// Secrets and variables as a deployment environment has them, by its name.
    package var settings: @Sendable (String) throws -> (secrets: [String: String], variables: Value)
    /// The concurrency group that the run itself holds, in lower case.
    package var concurrencyGroup: String?

    package init(
        facts: RunFacts,
        workflow: Workflow,
        jobs: [Job],
        secrets: [String: String],
        hostEnvironment: [String: String],
        addedEnvironment: [(name: String, value: String)],
        labels: RunnerLabels,
        matrixSelection: [(key: String, value: String)],
        isDebugging: Bool,
        secretNames: [String],
        settings: @escaping @Sendable (String) throws -> (secrets: [String: String], variables: Value)
    ) {
        self.facts = facts
        self.workflow = workflow
        self.jobs = jobs
        self.secrets = secrets
        self.hostEnvironment = hostEnvironment
        self.addedEnvironment = addedEnvironment
        self.labels = labels
        self.matrixSelection = matrixSelection
        self.isDebugging = isDebugging
        self.secretNames = secretNames
        self.settings = settings
    }
}

/// How a run ended.
package struct RunEnding: Sendable {
    package var conclusion: Conclusion
    /// In the order in which they were made.
    package var jobs: [JobRecord]
    package var pushed: [(ref: String, commit: String)]
}

/// Runs the jobs of one run: each starts the moment that what it needs has ended and a place is free.
package actor RunScheduler {
    private let order: RunOrder
    private let services: JobServices
    private let places: JobPlaces
    /// Gives new jobs their ids in the store.
    private let allocate: @Sendable ([(key: String, name: String)]) throws -> [Int64]
    private var machine: RunMachine
    private var runners: [(key: String, runner: JobRunner)] = []
    private var records: [JobRecord] = []
    /// The jobs whose matrix a failing row has cancelled.
    private var failedFast: Set<String> = []
    private var cancelReason: String?
    private var conclusions: [Conclusion] = []
    private var pushed: [(ref: String, commit: String)] = []

    package init(
        _ order: RunOrder,
        services: JobServices,
        places: JobPlaces,
        allocate: @escaping @Sendable ([(key: String, name: String)]) throws -> [Int64]
    ) {
        self.order = order
        self.services = services
        self.places = places
        self.allocate = allocate
        let ids = Set(order.jobs.map(\.id))
        machine = RunMachine(jobs: order.jobs.map { ($0.id, $0.needs.map(\.value).filter(ids.contains)) })
    }

    /// Runs everything to its end.
    package func run() async throws -> RunEnding {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var ready = machine.takeReady()
            while true {
                for key in ready {
                    guard let job = order.jobs.first(where: { $0.id == key }) else { continue }
                    group.addTask { try await self.run(job) }
                }
                guard try await group.next() != nil else { break }
                ready = machine.takeReady()
            }
        }
        return RunEnding(
            conclusion: conclusion,
            jobs: records.sorted { $0.id < $1.id },
            pushed: pushed
        )
    }

    /// Failure over cancelled over success; skipped only where nothing ran.
    private var conclusion: Conclusion {
        if conclusions.contains(.failure) { return .failure }
        if conclusions.contains(.cancelled) || cancelReason != nil { return .cancelled }
        return conclusions.contains(.success) ? .success : .skipped
    }

    // MARK: Cancelling

    package func cancel(reason: String) async {
        guard cancelReason == nil else { return }
        cancelReason = reason
        places.wake()
        for (_, runner) in runners { await runner.cancel(reason: reason) }
    }

    /// Ends everything at once.
    package func force() async {
        await cancel(reason: "ended at once")
        for (_, runner) in runners { await runner.force() }
    }

    // MARK: One job

    private func run(_ job: Job) async throws {
        let scope = jobScope(job)
        let decision: Result<Bool, ExpressionError> = Result { () throws(ExpressionError) in
            try job.condition.evaluate(in: scope)
        }
        switch decision {
        case .failure(let error):
            return try end(job, failingWith: "the condition of job '\(job.id)' failed: \(error.message)")
        case .success(false):
            // A job that waited when the run was cancelled is cancelled, not skipped.
            return try end(job, as: cancelReason == nil ? .skipped : .cancelled)
        case .success(true):
            break
        }
        guard case .steps(let definition) = job.kind else { return }
        let expanded: ExpandedJob
        do {
            let expansion = JobExpansion(
                job: job,
                definition: definition,
                labels: order.labels,
                selection: order.matrixSelection
            )
            expanded = try expansion.expand(in: scope)
        } catch {
            return try end(job, failingWith: (error as? Diagnostic)?.message ?? "\(error)")
        }
        guard !expanded.rows.isEmpty else { return try end(job, as: .skipped) }
        if let group = order.concurrencyGroup,
            expanded.rows.contains(where: { $0.concurrency?.group.lowercased() == group })
        {
            return try end(
                job,
                failingWith: "job '\(job.id)' waits for the concurrency group that its own run holds"
            )
        }
        try await run(expanded, of: job, definition: definition)
    }

    private func run(_ expanded: ExpandedJob, of job: Job, definition: StepsJob) async throws {
        let ids = try allocate(expanded.rows.map { ($0.key, $0.name) })
        let limit = min(expanded.maxParallel ?? expanded.rows.count, expanded.rows.count)
        let needs = machine.needsContext(of: job.id)
        var endings: [JobEnding] = []
        try await withThrowingTaskGroup(of: JobEnding.self) { group in
            var rest = Array(zip(expanded.rows, ids))[...]
            func startNext() {
                guard let (row, id) = rest.popFirst() else { return }
                let start = RowStart(
                    row: row,
                    id: id,
                    job: job,
                    definition: definition,
                    needs: needs,
                    failFast: expanded.failFast
                )
                group.addTask { try await self.run(start) }
            }
            for _ in 0..<limit { startNext() }
            while let ending = try await group.next() {
                endings.append(ending)
                startNext()
            }
        }
        conclusions += endings.map(\.conclusion)
        // Rows merge; the last to finish wins for each output, and an empty one erases nothing.
        var outputs: [(name: String, value: String)] = []
        for (name, value) in endings.flatMap(\.outputs) {
            outputs.removeAll { $0.name == name }
            outputs.append((name, value))
        }
        machine.end(
            job.id,
            RunMachine.Ending(result: Self.worst(endings.map(\.conclusion)), outputs: outputs)
        )
    }

    private static func worst(_ conclusions: [Conclusion]) -> Conclusion {
        for conclusion in [Conclusion.failure, .cancelled, .success] where conclusions.contains(conclusion) {
            return conclusion
        }
        return .skipped
    }

    /// One row and what it starts from.
    private struct RowStart: Sendable {
        var row: PlannedJob
        var id: Int64
        var job: Job
        var definition: StepsJob
        var needs: Value
        var failFast: Bool
    }

    /// Runs one row: once its concurrency group and then a place are free.
    private func run(_ start: RowStart) async throws -> JobEnding {
        let key = start.job.id
        let gate: ConcurrencyGate?
        switch try await enter(start) {
        case .entered(let entered): gate = entered
        case .replaced:
            return cancelled(
                start,
                reason: cancelReason ?? "a newer job of its concurrency group waits in its place"
            )
        case nil: gate = nil
        }
        defer { gate?.leave() }
        await places.take { await self.mustNotStart(key) }
        defer { places.free() }
        if mustNotStart(key) {
            return cancelled(start, reason: cancelReason ?? "another row of the matrix failed")
        }
        let runner = try JobRunner(try jobOrder(start), services: services)
        runners.append((key, runner))
        let watch = gate?.watch { await runner.cancel(reason: "a newer job of its concurrency group") }
        var ending = await runner.run()
        watch?.cancel()
        runners.removeAll { $0.runner === runner }
        pushed += ending.pushed
        if let record = ending.record { records.append(record) }
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

    private func jobOrder(_ start: RowStart) throws -> JobOrder {
        var facts = order.facts
        var secrets = order.secrets
        if let environment = start.row.environment {
            let settings = try order.settings(environment)
            secrets.merge(settings.secrets) { $1 }
            facts.vars = settings.variables
        }
        return JobOrder(
            jobID: start.id,
            key: start.row.key,
            name: start.row.name,
            facts: facts,
            workflow: order.workflow,
            definition: start.definition,
            matrix: start.row.matrix,
            strategy: start.row.strategy,
            needs: start.needs,
            secrets: secrets,
            unsetSecrets: order.secretNames.filter { secrets[$0] == nil },
            hostEnvironment: order.hostEnvironment,
            addedEnvironment: order.addedEnvironment,
            labels: start.row.labels,
            isDebugging: order.isDebugging
        )
    }

    private func cancelled(_ start: RowStart, reason: String) -> JobEnding {
        var record = JobRecord(
            id: start.id,
            runID: order.facts.runID,
            key: start.row.key,
            name: start.row.name
        )
        record.conclusion = .cancelled
        record.reason = reason
        tell(record)
        return JobEnding(conclusion: .cancelled, reason: reason, outputs: [], pushed: [])
    }

    /// The job's own `concurrency`; `nil` where it has none.
    private func enter(_ start: RowStart) async throws -> ConcurrencyGate.Entry? {
        guard let wanted = start.row.concurrency else { return nil }
        let request = ConcurrencyGate.Request(
            group: wanted.group,
            repository: order.facts.repository.path,
            cancelsInProgress: wanted.cancelsInProgress,
            keepsQueue: wanted.queue == .max
        )
        let key = start.job.id
        return try await ConcurrencyGate.enter(
            request,
            home: services.home,
            isWanted: { await !self.mustNotStart(key) }
        )
    }

    private func mustNotStart(_ key: String) -> Bool { cancelReason != nil || failedFast.contains(key) }

    private func failFastOthers(of key: String) async {
        failedFast.insert(key)
        places.wake()
        for (otherKey, runner) in runners where otherKey == key {
            await runner.cancel(reason: "another row of the matrix failed")
        }
    }

    // MARK: Jobs that never start

    private func end(
        _ job: Job,
        as conclusion: Conclusion,
        reason: String? = nil,
        annotation: Annotation? = nil
    ) throws {
        let name = JobName.of(
            id: job.id,
            given: try? job.name?.evaluate(in: jobScope(job)),
            isExpression: false,
            row: nil
        )
        guard let id = try allocate([(job.id, name)]).first else { return }
        var record = JobRecord(id: id, runID: order.facts.runID, key: job.id, name: name)
        record.conclusion = conclusion
        record.reason = reason ?? (conclusion == .cancelled ? cancelReason : nil)
        if let annotation { record.annotations = [annotation] }
        tell(record)
        conclusions.append(conclusion)
        machine.end(job.id, RunMachine.Ending(result: conclusion, outputs: []))
    }

    private func end(_ job: Job, failingWith message: String) throws {
        try end(job, as: .failure, reason: message, annotation: Annotation(level: .error, message: message))
    }

    private func tell(_ record: JobRecord) {
        var record = record
        record.status = .completed
        record.completedAt = Date()
        records.append(record)
        for annotation in record.annotations {
            services.hub.tell(
                RunEvent(time: Date(), runID: record.runID, what: .annotation(jobID: record.id, annotation))
            )
        }
        services.hub.tell(RunEvent(time: Date(), runID: record.runID, what: .jobCompleted(record)))
    }

    // MARK: Contexts

    private func jobScope(_ job: Job) -> Scope {
        let github = GitHubContext(
            facts: order.facts,
            job: job.id,
            token: order.secrets["GITHUB_TOKEN"] ?? "",
            workspace: "",
            eventPath: ""
        )
        let machine = machine
        let isCancelled = cancelReason != nil
        let key = job.id
        return Scope(
            contexts: [
                "github": github.value, "needs": machine.needsContext(of: key), "inputs": order.facts.inputs,
                "vars": order.facts.vars,
            ],
            functions: [
                "always": { _ in .boolean(true) },
                "cancelled": { _ in .boolean(isCancelled) },
                "success": { names in
                    .boolean(!isCancelled && machine.isSuccessful(before: key, naming: names.map(\.text)))
                },
                "failure": { names in
                    .boolean(!isCancelled && machine.hasFailure(before: key, naming: names.map(\.text)))
                },
            ]
        )
    }
}
