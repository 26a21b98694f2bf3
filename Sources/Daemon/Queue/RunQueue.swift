import Engine
import Foundation
import Logging
import Store
import Synchronization

/// Makes runs of the events that came in, and runs those that wait.
///
/// All that it knows is in the store: what it holds of it in memory can be lost at any moment.
actor RunQueue {
    /// So many runs are begun at a time: the rest waits in the store, where it costs nothing.
    ///
    /// A run that is begun waits for places for its jobs, or for its concurrency group.
    private static let limit = 200

    private let house: DaemonHouse
    private let readiness: Readiness
    private let sessions: any SessionMaker
    private let log: Logger
    private let counts: DaemonCounts
    /// Called when there may be more to do.
    private let ring: @Sendable () -> Void
    private var running: [Int64: RunSession] = [:]
    private var takingIn: Set<String> = []
    /// What could not be done for now, and when it is to be tried again.
    private var postponed: [Int64: ContinuousClock.Instant] = [:]
    private var isStopping = false
    /// Whether it is to look already, and has not begun to.
    private nonisolated let isAsked = Mutex(false)
    /// What is said already: it is said once and not at each look.
    private var obstacle: Readiness.Obstacle?

    init(
        house: DaemonHouse,
        readiness: Readiness,
        sessions: any SessionMaker,
        log: Logger,
        counts: DaemonCounts,
        ring: @escaping @Sendable () -> Void
    ) {
        self.house = house
        self.readiness = readiness
        self.sessions = sessions
        self.log = log
        self.counts = counts
        self.ring = ring
    }

    /// Has it look at what is new, when its turn comes.
    nonisolated func ask() {
        let isFirst = isAsked.withLock { asked in
            defer { asked = true }
            return !asked
        }
        if isFirst { Task { await advance() } }
    }

    /// Looks at what is new.
    private func advance() {
        isAsked.withLock { $0 = false }
        guard !isStopping else { return }
        let obstacle = look()
        // What ends is not written down any more: the next daemon reads it from the jobs' journals.
        if case .failedDisk = obstacle { return }
        do {
            if obstacle == nil { try takeIn() }
            try startWaiting(hasRoom: obstacle == nil)
        } catch {
            log.error("the queue cannot be read", metadata: ["error": "\(error)"])
        }
    }

    /// What keeps new work from being begun; the log is told when that changes.
    private func look() -> Readiness.Obstacle? {
        let found = readiness.obstacle()
        if let found, found != obstacle { log.error("degraded", metadata: ["reason": "\(found)"]) }
        if found == nil, obstacle != nil { log.info("there is room again") }
        obstacle = found
        return found
    }

    /// Begins nothing any more.
    func stop() { isStopping = true }

    /// Cancels all that runs.
    func cancel(reason: String) async {
        for session in running.values { await session.cancel(reason: reason) }
    }

    var isIdle: Bool { running.isEmpty }

    // MARK: Events

    /// Each repository's events are dealt with in order, those of several at the same time.
    private func takeIn() throws {
        let byRepository = Dictionary(grouping: try house.store.pendingEvents(), by: \.repository)
        for (repository, events) in byRepository where takingIn.insert(repository).inserted {
            Task {
                for event in events where !self.isPostponed(-event.id) { await self.takeIn(event) }
                self.takingIn.remove(repository)
            }
        }
    }

    private func takeIn(_ event: EventRecord) async {
        let about: Logger.Metadata = [
            "event": "\(event.id)", "name": "\(event.event.name)", "repository": "\(event.repository)",
        ]
        do {
            if try mustWait(event) { return }
            let session = try sessions.session(for: event.repository, choices: nil, in: house)
            let outcome = try await session.makeRuns(of: event)
            let reasons = (outcome.faults + outcome.silent).map { "\($0.path): \($0.reason)" }
            let isRefused = outcome.runs.isEmpty && !outcome.faults.isEmpty
            try house.store.settleEvent(
                event.id,
                as: isRefused ? .refused : .done,
                reason: reasons.isEmpty ? nil : reasons.joined(separator: "\n")
            )
            counts.tookIn(event.source)
            log.info("event taken in", metadata: about.merging(["runs": "\(outcome.runs.count)"]) { $1 })
            if !outcome.runs.isEmpty { ring() }
        } catch let error as StoreError {
            postpone(-event.id)
            log.error("event postponed", metadata: about.merging(["error": "\(error)"]) { $1 })
        } catch {
            do {
                try house.store.settleEvent(event.id, as: .refused, reason: "\(error)")
            } catch {
                postpone(-event.id)
            }
            log.warning("event refused", metadata: about.merging(["error": "\(error)"]) { $1 })
        }
    }

    /// Whether an event is to wait: a schedule's for the run before it, where its workflow asks for that; one that tells
    /// of a run's end until that is recorded.
    private func mustWait(_ event: EventRecord) throws -> Bool {
        if event.event.activity == "completed", let parent = event.parentRunID,
            let run = try house.store.run(parent), run.status != .completed
        {
            return true
        }
        guard event.source == .schedule, let path = event.workflow,
            try sessions.schedulePolicies(in: event.repository)(path).overlap == .queue
        else { return false }
        return try house.store.hasUnfinishedScheduledRun(repository: event.repository, path: path)
    }

    // MARK: Runs

    /// Runs that have begun go on wherever there is room or none.
    private func startWaiting(hasRoom: Bool) throws {
        guard running.count < Self.limit else { return }
        let waiting = try house.store.queuedRuns(limit: Self.limit + running.count)
        for queued in waiting where running[queued.record.id] == nil && !isPostponed(queued.record.id) {
            guard hasRoom || queued.record.status != .queued else { continue }
            guard running.count < Self.limit else { return }
            start(queued)
        }
    }

    private func start(_ queued: QueuedRun) {
        let run = queued.record
        do {
            let session = try sessions.session(for: run.repository, choices: queued.choices, in: house)
            running[run.id] = session
            Task {
                await self.carryOn(queued, with: session)
                self.running[run.id] = nil
                self.ring()
            }
        } catch {
            end(run, because: "\(error)")
        }
    }

    private func carryOn(_ queued: QueuedRun, with session: RunSession) async {
        let run = queued.record
        let about: Logger.Metadata = [
            "run": "\(run.id)", "workflow": "\(run.path)", "repository": "\(run.repository)",
        ]
        log.info(run.status == .queued ? "run begins" : "run goes on", metadata: about)
        do {
            let forge = try forge(of: queued)
            if let forge, run.status == .queued { try house.store.oweStatus(.pending, of: run.id, to: forge) }
            let ended = try await session.carryOn(queued)
            counts.ended(ended.conclusion)
            if let forge { try house.store.oweStatus(OwedStatus.State(endOf: ended), of: run.id, to: forge) }
            let conclusion = ended.conclusion?.rawValue ?? ""
            log.info("run ended", metadata: about.merging(["conclusion": "\(conclusion)"]) { $1 })
        } catch let error as StoreError {
            postpone(run.id)
            log.error("run postponed", metadata: about.merging(["error": "\(error)"]) { $1 })
        } catch {
            end(run, because: "\(error)")
        }
    }

    /// The forge that a run's event came from by a webhook: it is told how the run stands.
    private func forge(of queued: QueuedRun) throws -> String? {
        guard let id = queued.eventID, let event = try house.store.event(id), event.source == .webhook else {
            return nil
        }
        return event.forge
    }

    private func end(_ run: RunRecord, because reason: String) {
        log.warning("run given up", metadata: ["run": "\(run.id)", "reason": "\(reason)"])
        var record = run
        record.status = .completed
        record.conclusion = .failure
        record.reason = reason
        record.completedAt = Date()
        house.hub.tell(RunEvent(time: Date(), runID: run.id, what: .runCompleted(record)))
        counts.ended(.failure)
        do {
            try house.settled()
        } catch {
            postpone(run.id)
        }
    }

    // MARK: Trying again

    private func postpone(_ id: Int64) { postponed[id] = .now + .seconds(5) }

    private func isPostponed(_ id: Int64) -> Bool {
        guard let time = postponed[id] else { return false }
        if time > .now { return true }
        postponed[id] = nil
        return false
    }
}
