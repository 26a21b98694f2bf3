import Engine
import Events
import Foundation
import Logging
import Store
import Workflows

/// All schedules of the repositories that the daemon serves, and the moments at which they fire.
///
/// What it decides is in the store before anything comes of it: a tick has its row and its event in one transaction.
actor ScheduleBoard {
    /// Settings are read again after so many seconds, files when the branch has moved.
    private static let age: TimeInterval = 60
    /// As many ticks, of several repositories, are kept in one transaction: each waits for the disk.
    private static let mostTicks = 1000

    private let house: DaemonHouse
    private let sessions: any SessionMaker
    private let log: Logger
    private let counts: DaemonCounts
    private let now: @Sendable () -> Date
    private var repositories: [String: ServedSchedules] = [:]
    /// What was said of repositories whose schedules cannot be read.
    private var complaints: [String: String] = [:]

    /// - Parameter now: The time of day.
    init(
        house: DaemonHouse,
        sessions: any SessionMaker,
        log: Logger,
        counts: DaemonCounts,
        now: @escaping @Sendable () -> Date
    ) {
        self.house = house
        self.sessions = sessions
        self.log = log
        self.counts = counts
        self.now = now
    }

    /// Fires what is due.
    ///
    /// - Returns: When the next is due, and whether anything fired.
    func round() -> (next: Date?, hasFired: Bool) {
        readMoved()
        var hasFired = false
        do {
            hasFired = try fire(at: now())
        } catch {
            log.error("schedules postponed", metadata: ["error": "\(error)"])
        }
        // What is due does not wait for this.
        settle()
        return (repositories.values.compactMap(\.next).min(), hasFired)
    }

    // MARK: Firing

    /// - Returns: Whether anything fired.
    private func fire(at time: Date) throws -> Bool {
        let due = repositories.filter { $0.value.next.map { $0 <= time } ?? false }
        guard !due.isEmpty else { return false }
        let unfinished = try house.store.unfinishedSchedules()
        var hasFired = false
        var batch: [Decided] = []
        for (path, schedules) in due {
            var schedules = schedules
            do {
                let disabled = try house.store.disabledWorkflows(of: path)
                let outcome = schedules.decide(at: time, disabled: disabled, unfinished: unfinished)
                for key in outcome.cancelling { try cancelRuns(of: key) }
                batch.append(Decided(path: path, schedules: schedules, outcome: outcome))
            } catch {
                postpone(path, error)
            }
            if batch.reduce(0, { $0 + $1.outcome.rounds.count }) >= Self.mostTicks {
                hasFired = keep(batch) || hasFired
                batch = []
            }
        }
        return keep(batch) || hasFired
    }

    /// What was decided for the schedules of one repository that are due, and how they stand then.
    private struct Decided {
        var path: String
        var schedules: ServedSchedules
        var outcome: ServedSchedules.Outcome
    }

    private func keep(_ batch: [Decided]) -> Bool {
        do {
            try house.store.record(batch.flatMap(\.outcome.rounds))
        } catch {
            for decided in batch { postpone(decided.path, error) }
            return false
        }
        var hasFired = false
        for decided in batch {
            repositories[decided.path] = decided.schedules
            let ticks = decided.outcome.ticks
            for tick in ticks { counts.ticked(tick.status) }
            let fired = ticks.count { $0.status == .fired }
            hasFired = hasFired || fired > 0
            log.info(
                "schedules were due",
                metadata: ["repository": "\(decided.path)", "ticks": "\(ticks.count)", "fired": "\(fired)"]
            )
        }
        return hasFired
    }

    private func postpone(_ path: String, _ error: any Error) {
        log.error("schedule postponed", metadata: ["repository": "\(path)", "error": "\(error)"])
    }

    private func cancelRuns(of key: ScheduleKey) throws {
        for run in try house.store.unfinishedScheduledRuns(repository: key.repository, path: key.path) {
            try CancelRequest(of: run, home: house.store.home).make(force: false)
        }
    }

    // MARK: Reading

    /// Reads the repositories that are new or whose branch has moved.
    private func readMoved() {
        let paths: [String]
        do {
            paths = try house.store.repositories().map(\.path)
        } catch {
            return log.error("the repositories cannot be read", metadata: ["error": "\(error)"])
        }
        let served = Set(paths)
        for path in repositories.keys where !served.contains(path) { repositories[path] = nil }
        complaints = complaints.filter { served.contains($0.key) }
        for path in paths {
            do {
                guard let (branch, tip) = try SessionSite.defaultTip(of: path) else {
                    repositories[path] = nil
                    let isGone = access(path, F_OK) != 0
                    complain(
                        isGone ? "the folder is gone; `flowrun repo remove` takes it from the list" : nil,
                        of: path
                    )
                    continue
                }
                if let known = repositories[path], known.tip == tip, known.branch == branch { continue }
                repositories[path] = try read(path, branch, tip)
                complain(nil, of: path)
            } catch {
                complain("\(error)", of: path)
            }
        }
    }

    /// Says what keeps a repository's schedules from being read, once and not at each look.
    private func complain(_ reason: String?, of path: String) {
        guard complaints[path] != reason else { return }
        complaints[path] = reason
        guard let reason else { return }
        log.warning("schedules not read", metadata: ["repository": "\(path)", "error": "\(reason)"])
    }

    private func read(_ path: String, _ branch: String, _ tip: String) throws -> ServedSchedules {
        let time = now()
        let site = try site(of: path, branch)
        let policies = try sessions.schedulePolicies(in: path)
        let seen = try house.store.schedules(of: path)
        var lines: [ServedSchedules.Line] = []
        var fresh: [ScheduleRound] = []
        for (file, schedule) in try site.schedules() {
            let zone = schedule.timezone?.value ?? "UTC"
            guard let timeZone = TimeZone(identifier: zone) else {
                log.warning("unknown time zone", metadata: ["workflow": "\(file)", "timezone": "\(zone)"])
                continue
            }
            let key = ScheduleKey(repository: path, path: file, cron: schedule.cron.value, timezone: zone)
            do {
                lines.append(
                    try .init(schedule, key, timeZone, policies(file), seenUntil: seen[key] ?? time)
                )
            } catch let error as CronError {
                log.warning("no schedule", metadata: ["workflow": "\(file)", "error": "\(error)"])
                continue
            }
            // A schedule that is new has no past.
            if seen[key] == nil {
                fresh.append(ScheduleRound(schedule: key, ticks: [], seenUntil: time))
            }
        }
        try house.store.record(fresh)
        let keys = Set(lines.map(\.key))
        for gone in seen.keys where !keys.contains(gone) { try house.store.forget(gone) }
        return ServedSchedules(
            branch: branch,
            tip: tip,
            settledAt: time,
            events: site.scheduleEvents,
            lines: lines
        )
    }

    /// Reads the settings again that were read some time ago.
    private func settle() {
        let time = now()
        for (path, schedules) in repositories
        where abs(time.timeIntervalSince(schedules.settledAt)) >= Self.age {
            do {
                repositories[path]?.settle(
                    try sessions.schedulePolicies(in: path),
                    events: try site(of: path, schedules.branch).scheduleEvents,
                    at: time
                )
            } catch {
                log.warning("settings not read", metadata: ["repository": "\(path)", "error": "\(error)"])
            }
        }
    }

    private func site(of path: String, _ branch: String) throws -> SessionSite {
        var options = SessionOptions(folder: path, hostEnvironment: [:])
        options.ref = "refs/heads/\(branch)"
        return try SessionSite(options)
    }
}
