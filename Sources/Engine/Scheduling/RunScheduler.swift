import Expressions
import Foundation
import Store
import Workflows
import YAML

/// Runs the jobs of one run: each starts the moment that what it needs has ended and a place is free.
///
/// A job that calls a workflow has a scheduler of its own below this one, with the same places and the same store, so
/// that the run is a tree of them.
package actor RunScheduler {
    let order: RunOrder
    let services: JobServices
    let places: JobPlaces
    /// Gives new jobs their ids in the store.
    let allocate: @Sendable ([(key: String, name: String)]) throws -> [Int64]
    var machine: RunMachine
    var running: [(key: String, work: any RunningWork)] = []
    /// Of all jobs that have ended, those of called workflows among them.
    var records: [JobRecord] = []
    /// The jobs whose matrix a failing row has cancelled.
    private var failedFast: Set<String> = []
    /// The jobs of which something has run, not been taken over from an earlier attempt.
    var fresh: Set<String> = []
    private(set) var cancelReason: String?
    private var isForced = false
    /// Ends what goes on after a cancellation.
    private var limit: Watchdog?
    var conclusions: [Conclusion] = []
    var pushed: [(ref: String, commit: String)] = []

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
        defer { limit?.cancel() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            while true {
                var ready = machine.takeReady()
                while !ready.isEmpty {
                    // In the order of the file, which is also that in which they stand at their concurrency groups.
                    for job in ready.compactMap({ key in order.jobs.first { $0.id == key } }) {
                        guard let begun = try begin(job) else { continue }
                        group.addTask { try await self.run(begun) }
                    }
                    // What had an end at once may have been waited for.
                    ready = machine.takeReady()
                }
                guard try await group.next() != nil else { break }
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
        var goesOn = false
        for (key, work) in running {
            if holdsAfterCancel(key) {
                goesOn = true
            } else {
                await work.cancel(reason: reason)
            }
        }
        guard goesOn else { return }
        limit = Watchdog(after: .seconds(300)) { Task { await self.force() } }
    }

    /// Whether a job goes on although the run was cancelled, since its condition holds even so.
    ///
    /// It has the five minutes that GitHub gives to what follows a cancellation.
    private func holdsAfterCancel(_ key: String) -> Bool {
        guard let job = order.jobs.first(where: { $0.id == key }), case .steps = job.kind else {
            return false
        }
        do {
            return try job.condition.evaluate(in: jobScope(job))
        } catch {
            return false
        }
    }

    /// Ends everything at once.
    package func force() async {
        isForced = true
        await cancel(reason: "ended at once")
        for (_, work) in running { await work.force() }
    }

    func mustNotStart(_ start: RowStart) -> Bool {
        isForced || failedFast.contains(start.job.id)
            || cancelReason != nil && !start.isAfterCancel && !holdsAfterCancel(start.job.id)
    }

    func failFastOthers(of key: String) async {
        failedFast.insert(key)
        places.wake()
        for (otherKey, work) in running where otherKey == key {
            await work.cancel(reason: "another row of the matrix failed")
        }
    }

    // MARK: One job

    /// A job whose rows are known.
    private struct BegunJob: Sendable {
        var job: Job
        var rows: [RowStart]
        /// How many run at a time.
        var limit: Int
    }

    /// Decides about a job, and takes its first rows to their concurrency groups.
    ///
    /// - Returns: nil where it has ended at that.
    private func begin(_ job: Job) throws -> BegunJob? {
        let scope = jobScope(job)
        do {
            guard try job.condition.evaluate(in: scope) else {
                // A job that waited when the run was cancelled is cancelled, not skipped.
                try end(job, as: cancelReason == nil ? .skipped : .cancelled)
                return nil
            }
        } catch let error as ExpressionError {
            try end(job, failingWith: "the condition of job '\(job.id)' failed: \(error.message)")
            return nil
        }
        let expanded: ExpandedJob
        do {
            let expansion = JobExpansion(
                job: job,
                callers: order.callers,
                labels: order.labels,
                selection: order.matrixSelection
            )
            expanded = try expansion.expand(in: scope)
        } catch {
            try end(job, failingWith: (error as? Diagnostic)?.message ?? "\(error)")
            return nil
        }
        guard !expanded.rows.isEmpty else {
            try end(job, as: .skipped)
            return nil
        }
        if expanded.rows.contains(where: { holds($0.concurrency) }) {
            try end(
                job,
                failingWith: "job '\(job.id)' waits for the concurrency group that its own run holds"
            )
            return nil
        }
        let limit = min(expanded.maxParallel ?? expanded.rows.count, expanded.rows.count)
        var begun = BegunJob(job: job, rows: try rows(of: expanded, of: job, in: scope), limit: limit)
        for index in 0..<limit { begun.rows[index] = try arrived(begun.rows[index]) }
        return begun
    }

    private func rows(of expanded: ExpandedJob, of job: Job, in scope: Scope) throws -> [RowStart] {
        // What a called workflow runs gets ids of its own.
        var ids: [Int64?] = expanded.rows.map { _ in nil }
        if case .steps = job.kind { ids = try allocate(expanded.rows.map { ($0.key, $0.name) }) }
        let mustRun = order.mustRun || job.needs.contains { fresh.contains($0.value) }
        return zip(expanded.rows, ids).map { row, id in
            RowStart(
                row: row,
                id: id,
                job: job,
                scope: scope.setting("matrix", row.matrix).setting("strategy", row.strategy),
                failFast: expanded.failFast,
                isAfterCancel: cancelReason != nil,
                mustRun: mustRun
            )
        }
    }

    private func holds(_ wanted: EvaluatedConcurrency?) -> Bool {
        wanted.map { order.heldGroups.contains($0.group.lowercased()) } ?? false
    }

    private func run(_ begun: BegunJob) async throws {
        let job = begun.job
        var endings: [JobEnding] = []
        try await withThrowingTaskGroup(of: JobEnding.self) { group in
            var rest = begun.rows[...]
            func startNext() throws {
                guard let next = rest.popFirst() else { return }
                let start = try arrived(next)
                group.addTask { try await self.run(start) }
            }
            for _ in 0..<begun.limit { try startNext() }
            while let ending = try await group.next() {
                endings.append(ending)
                try startNext()
            }
        }
        // Rows merge; the last to finish wins for each output, and an empty one erases nothing.
        var outputs: [(name: String, value: String)] = []
        for (name, value) in endings.flatMap(\.outputs) {
            outputs.removeAll { $0.name == name }
            outputs.append((name, value))
        }
        let conclusions = endings.map(\.conclusion)
        self.conclusions += conclusions
        machine.end(job.id, RunMachine.Ending(result: Self.worst(conclusions), outputs: outputs))
    }

    private static func worst(_ conclusions: [Conclusion]) -> Conclusion {
        for conclusion in [Conclusion.failure, .cancelled, .success] where conclusions.contains(conclusion) {
            return conclusion
        }
        return .skipped
    }
}
