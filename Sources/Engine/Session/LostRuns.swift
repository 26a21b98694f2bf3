import Foundation
package import Store

/// Runs whose process died: they are brought to their end from what their journals say.
package enum LostRuns {
    /// Folds the journals of every unfinished run without a living owner, ends what still runs of it, and records its end.
    ///
    /// The folders that a dead process had for a while are removed, too.
    ///
    /// - Returns: How many runs had ended already as their journals say, which the store had lost.
    @discardableResult
    package static func settle(in store: Store, home: FlowrunHome) async throws -> Int {
        var ended = 0
        for lost in try store.unfinishedRuns() where !(lost.owner?.isAlive ?? false) {
            if try await settle(lost.record, in: store, home: home) { ended += 1 }
        }
        AbandonedFolders.clear(in: home)
        return ended
    }

    /// - Returns: Whether its journal tells of its end.
    private static func settle(_ run: RunRecord, in store: Store, home: FlowrunHome) async throws -> Bool {
        let folder = home.run(run.id)
        for job in run.jobs {
            try store.fold(try Journal.events(at: "\(folder)/\(job.id).journal"))
            _ = await JobProcesses.sweep(cookie: JobCookie.of(run: run.id, job: job.id, home: home))
        }
        try markLosses(ofRun: run.id, in: store, home: home)
        let ending = try RunJournal.ending(of: run.id, home: home)
        if let ending { try store.fold([ending]) }
        try store.settle(run: run.id, reason: "worker-lost")
        AbandonedFolders.clearPlaces(in: home)
        return ending != nil
    }

    /// Says in the logs of a run's jobs how much of them a loss of power took.
    static func markLosses(ofRun run: Int64, in store: Store, home: FlowrunHome) throws {
        for job in try store.run(run)?.jobs ?? [] {
            try markLoss(in: "\(home.run(run))/\(FlowrunHome.logName(job: job.id))", of: job)
        }
    }

    /// Says in a log how much of it a loss of power took: its steps tell how long it was.
    static func markLoss(in log: String, of job: JobRecord) throws {
        let ends = job.steps.compactMap { step in step.logOffset.map { $0 + (step.logLength ?? 0) } }
        var facts = stat()
        // The file itself may be lost: then so is all of it.
        let size = stat(log, &facts) == 0 ? Int(facts.st_size) : 0
        guard let end = ends.max(), size < end else { return }
        try JobLog(creating: log).append("\n[\(end - size) bytes lost with the machine's power]".utf8)
    }
}
