import Foundation
package import Store

/// Runs whose process died: they are brought to their end from what their journals say.
package enum LostRuns {
    /// Folds the journals of every unfinished run without a living owner, ends what still runs of it, and records its end.
    ///
    /// The folders that a dead process had for a while are removed, too.
    package static func settle(in store: Store, home: FlowrunHome) async throws {
        for lost in try store.unfinishedRuns() where !(lost.owner?.isAlive ?? false) {
            try await settle(lost.record, in: store, home: home)
        }
        AbandonedFolders.clear(in: home)
    }

    private static func settle(_ run: RunRecord, in store: Store, home: FlowrunHome) async throws {
        let folder = home.run(run.id)
        for job in run.jobs {
            try store.fold(try Journal.events(at: "\(folder)/\(job.id).journal"))
            _ = await JobProcesses.sweep(cookie: JobCookie.of(run: run.id, job: job.id, home: home))
        }
        for job in try store.run(run.id)?.jobs ?? [] {
            try markLoss(in: "\(folder)/\(FlowrunHome.logName(job: job.id))", of: job)
        }
        try store.settle(run: run.id, reason: "worker-lost")
        AbandonedFolders.clearPlaces(in: home)
    }

    /// Says in a log how much of it a loss of power took: its steps tell how long it was.
    static func markLoss(in log: String, of job: JobRecord) throws {
        let ends = job.steps.compactMap { step in step.logOffset.map { $0 + (step.logLength ?? 0) } }
        var facts = stat()
        guard let end = ends.max(), stat(log, &facts) == 0, facts.st_size < end else { return }
        try JobLog(creating: log).append(
            "\n[\(end - Int(facts.st_size)) bytes lost with the machine's power]".utf8
        )
    }
}
