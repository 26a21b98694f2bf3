import CHost
import Dispatch
import Foundation
package import Store

/// The worker's side: it runs one job of an order that another process has left, and says how it ended.
package enum JobWorker {
    /// Runs the job of an order to its end.
    ///
    /// - Parameter services: Makes what the job needs from the settings of the one who placed it.
    /// - Returns: The exit status of the worker.
    package static func run(
        orderAt path: String,
        store: Store,
        services make: (WorkerSettings) -> JobServices
    ) async throws -> Int32 {
        // Its memory holds secrets.
        flowrun_hide_memory()
        guard let written = try WorkerOrder.read(path, with: store) else {
            throw SessionError.refused("there is no order `\(path)`")
        }
        let order = try written.order()
        let files = JobFiles(run: order.facts.runID, job: order.jobID, home: store.home)
        guard let lock = try WorkerLock(taking: files.worker) else { return WorkerJob.isTakenStatus }
        defer { withExtendedLifetime(lock) {} }
        // Another worker may have been here and ended since the order was read.
        guard access(files.journal, F_OK) != 0 else { return WorkerJob.isTakenStatus }
        unlink(path)
        let services = make(written.settings)
        let runner = try JobRunner(order, services: services)
        let wishes = watchWishes(files, for: runner)
        let ending = await runner.run()
        wishes.cancel()
        try JobResult(ending).write(to: files.result)
        return 0
    }

    /// Looks several times a second whether the job is to end; a signal is such a wish, too.
    private static func watchWishes(_ files: JobFiles, for runner: JobRunner) -> any DispatchSourceTimer {
        for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_IGN) }
        let interrupts = DispatchSource.makeSignalSource(signal: SIGTERM, queue: .global())
        interrupts.setEventHandler { Task { await runner.cancel(reason: "interrupted") } }
        interrupts.resume()
        let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "flowrun.wishes"))
        timer.schedule(deadline: .now(), repeating: .milliseconds(200))
        timer.setEventHandler {
            if access(files.force, F_OK) == 0 {
                timer.cancel()
                Task { await runner.force() }
            } else if let reason = PlainFile.text(of: files.cancel) {
                Task { await runner.cancel(reason: reason.isEmpty ? "cancelled" : reason) }
            }
        }
        timer.setCancelHandler { interrupts.cancel() }
        timer.resume()
        return timer
    }
}
