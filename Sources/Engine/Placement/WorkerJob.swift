import Foundation
import Store

/// A job that a worker process runs: started here or by an earlier process of ours, and followed to its end.
actor WorkerJob: PlacedJob {
    /// What a worker's exit status says where another one works at its job.
    static let isTakenStatus: Int32 = 75

    /// So often the journal is read while the worker works.
    private static let pause = Duration.milliseconds(100)

    private let order: JobOrder
    private let services: JobServices
    private let store: Store
    private let environment: [String: String]
    private let files: JobFiles
    private let journal: JournalReader
    /// All that the journal has said, for the record of a job whose worker is lost.
    private var history: JobHistory

    init(_ order: JobOrder, services: JobServices, store: Store, environment: [String: String]) {
        self.order = order
        self.services = services
        self.store = store
        self.environment = environment
        files = JobFiles(run: order.facts.runID, job: order.jobID, home: services.home)
        journal = JournalReader(files.journal)
        history = JobHistory(
            JobRecord(id: order.jobID, runID: order.facts.runID, key: order.key, name: order.name)
        )
    }

    func run() async -> JobEnding {
        do {
            return try await follow()
        } catch {
            return await end(lostBy: "\(error)")
        }
    }

    // MARK: Cancelling

    func cancel(reason: String) { leave(reason, at: files.cancel) }

    func force() { leave("", at: files.force) }

    private func leave(_ wish: String, at path: String) {
        do {
            try PlainFile.write(wish, to: path)
        } catch {
            // Without a wish on the disk there is the signal, which ends the job gently as well.
            if let pid = WorkerLock.holder(files.worker), WorkerLock.isHeld(files.worker) {
                kill(pid, SIGTERM)
            }
        }
    }

    // MARK: Following

    private func follow() async throws -> JobEnding {
        while true {
            let worker: WorkerProcess
            if let working = WorkerProcess.working(files) {
                worker = working
            } else if let result = try JobResult.read(files.result) {
                try tellNews()
                return result.ending
            } else if try access(files.journal, F_OK) == 0 || store.hasBegun(job: order.jobID) {
                // Where the store knows more than the folder, the power was lost: what ran is not run again.
                return await end(lostBy: "worker-lost")
            } else {
                worker = try start()
            }
            let exit = await tellAll(of: worker)
            if let result = try JobResult.read(files.result) { return result.ending }
            switch exit {
            case .exited(Self.isTakenStatus): continue
            case .exited(let status): return await end(lostBy: "worker-lost exit code \(status)")
            case .signalled(let signal): return await end(lostBy: "worker-lost signal \(signal)")
            case nil: return await end(lostBy: "worker-lost")
            }
        }
    }

    private func start() throws -> WorkerProcess {
        try JobFolders.make(services.home.run(order.facts.runID))
        try WorkerOrder(order, settings: WorkerSettings(services)).write(to: files.order, with: store)
        return try WorkerProcess.start(
            services.program,
            order: files.order,
            words: files.words,
            environment: environment
        )
    }

    /// Tells what the journal says until the worker has ended.
    private func tellAll(of worker: WorkerProcess) async -> ProcessResult.Exit? {
        let following = Task {
            while !Task.isCancelled {
                try? self.tellNews()  // what cannot be read now is read at the end, or said there
                try? await Task.sleep(for: Self.pause)
            }
        }
        let exit = await worker.exit.value
        following.cancel()
        await following.value
        try? tellNews()  // the worker's result says how it ended; a journal that cannot be read says no more
        return exit
    }

    private func tellNews() throws {
        for event in try journal.next() {
            history.take(event)
            services.hub.tell(event)
        }
    }

    // MARK: Loss

    /// Ends the job of a worker that has ended before it said how, but for what its journal says.
    private func end(lostBy reason: String) async -> JobEnding {
        _ = await JobProcesses.sweep(
            cookie: JobCookie.of(run: order.facts.runID, job: order.jobID, home: services.home)
        )
        try? tellNews()
        if let ending = history.ending {
            // What cannot be said there does not keep the job from ending.
            try? LostRuns.markLoss(in: files.log, of: history.record)
            try? JobResult(ending).write(to: files.result)
            return ending
        }
        // The store may be out of reach, and the job ends all the same.
        let run = try? store.run(order.facts.runID)
        if let known = run?.jobs.first(where: { $0.id == order.jobID }) { history.take(known: known) }
        unlink(files.order)
        let said = PlainFile.text(of: files.words)?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        let record = history.lost(because: reason, saying: said)
        // What cannot be said there does not keep the job from ending.
        try? LostRuns.markLoss(in: files.log, of: record)
        AbandonedFolders.clearPlaces(in: services.home)
        let ending = JobEnding(
            conclusion: .failure,
            reason: reason,
            outputs: [],
            pushed: [],
            record: record
        )
        // Whoever asks later finds the same end.
        try? JobResult(ending).write(to: files.result)
        services.hub.tell(
            RunEvent(time: Date(), runID: order.facts.runID, what: .jobCompleted(record))
        )
        return ending
    }
}
