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
    /// The schedules of one repository, as its default branch has them.
    private struct Repository {
        var branch: String
        var tip: String
        var readAt: Date
        var lines: [Line]
    }

    private struct Line {
        var key: ScheduleKey
        var schedule: Schedule
        var decision: ScheduleDecision
        var seenUntil: Date
        /// When it fires next; nil where it never does.
        var next: Date?
    }

    /// Settings are read again after so many seconds, files when the branch has moved.
    private static let age: TimeInterval = 60

    private let house: DaemonHouse
    private let sessions: any SessionMaker
    private let log: Logger
    private let counts: DaemonCounts
    private let now: @Sendable () -> Date
    private var repositories: [String: Repository] = [:]

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
        refresh()
        let time = now()
        var hasFired = false
        for (path, repository) in repositories {
            let due = repository.lines.indices.filter {
                repository.lines[$0].next.map { $0 <= time } ?? false
            }
            guard !due.isEmpty else { continue }
            do {
                hasFired = try fire(due, of: path, at: time) || hasFired
            } catch {
                log.error("schedule postponed", metadata: ["repository": "\(path)", "error": "\(error)"])
            }
        }
        return (repositories.values.flatMap(\.lines).compactMap(\.next).min(), hasFired)
    }

    private func fire(_ due: [Int], of path: String, at time: Date) throws -> Bool {
        guard var repository = repositories[path] else { return false }
        var options = SessionOptions(folder: path, hostEnvironment: [:])
        options.ref = "refs/heads/\(repository.branch)"
        let site = try SessionSite(options)
        let disabled = try house.store.disabledWorkflows(of: path)
        var rounds: [ScheduleRound] = []
        for index in due {
            let line = repository.lines[index]
            var (ticks, seenUntil) = line.decision.ticks(
                after: line.seenUntil,
                now: time,
                unfinished: try house.store.unfinishedSchedule(repository: path, path: line.key.path)
            )
            if disabled.contains(line.key.path) {
                ticks = ticks.map { $0.skipped("the workflow is disabled") }
            }
            rounds.append(
                ScheduleRound(
                    schedule: line.key,
                    ticks: ticks.map { ($0, event(of: line, $0, at: site)) },
                    seenUntil: seenUntil
                )
            )
            repository.lines[index].seenUntil = seenUntil
            repository.lines[index].next = line.decision.next(after: seenUntil)
            if line.decision.policy.overlap == .cancel, ticks.contains(where: { $0.status == .fired }) {
                try cancelRuns(of: line.key)
            }
        }
        try house.store.record(rounds)
        repositories[path] = repository
        let ticks = rounds.flatMap(\.ticks).map(\.tick)
        for tick in ticks { counts.ticked(tick.status) }
        log.info(
            "schedules were due",
            metadata: [
                "repository": "\(path)", "ticks": "\(ticks.count)",
                "fired": "\(ticks.count { $0.status == .fired })",
            ]
        )
        return ticks.contains { $0.status == .fired }
    }

    private func event(of line: Line, _ tick: Tick, at site: SessionSite) -> NewEvent? {
        guard tick.status == .fired else { return nil }
        return NewEvent(
            repository: line.key.repository,
            source: .schedule,
            event: site.scheduleEvent(line.schedule, of: line.key.path),
            key: "schedule:\(line.key.repository):\(line.key.path):\(line.key.cron):\(line.key.timezone):"
                + "\(Int64(tick.dueAt.timeIntervalSince1970))",
            workflow: line.key.path
        )
    }

    private func cancelRuns(of key: ScheduleKey) throws {
        for run in try house.store.unfinishedScheduledRuns(repository: key.repository, path: key.path) {
            try CancelRequest(of: run, home: house.store.home).make(force: false)
        }
    }

    // MARK: Reading

    private func refresh() {
        let paths: [String]
        do {
            paths = try house.store.repositories().map(\.path)
        } catch {
            return log.error("the repositories cannot be read", metadata: ["error": "\(error)"])
        }
        for path in repositories.keys where !paths.contains(path) { repositories[path] = nil }
        for path in paths {
            do {
                try refresh(path)
            } catch {
                log.warning("schedules not read", metadata: ["repository": "\(path)", "error": "\(error)"])
            }
        }
    }

    private func refresh(_ path: String) throws {
        guard let (branch, tip) = try SessionSite.defaultTip(of: path) else {
            repositories[path] = nil
            return
        }
        let time = now()
        if let known = repositories[path], known.tip == tip, known.branch == branch,
            abs(time.timeIntervalSince(known.readAt)) < Self.age
        {
            return
        }
        var options = SessionOptions(folder: path, hostEnvironment: [:])
        options.ref = "refs/heads/\(branch)"
        let seen = try house.store.schedules(of: path)
        var lines: [Line] = []
        var fresh: [ScheduleRound] = []
        for (file, schedule) in try SessionSite(options).schedules() {
            guard let line = try line(schedule, of: file, in: path, seen: seen, at: time) else { continue }
            lines.append(line)
            // A schedule that is new has no past.
            if seen[line.key] == nil {
                fresh.append(ScheduleRound(schedule: line.key, ticks: [], seenUntil: line.seenUntil))
            }
        }
        try house.store.record(fresh)
        for gone in seen.keys where !lines.contains(where: { $0.key == gone }) {
            try house.store.forget(gone)
        }
        repositories[path] = Repository(branch: branch, tip: tip, readAt: time, lines: lines)
    }

    private func line(
        _ schedule: Schedule,
        of file: String,
        in path: String,
        seen: [ScheduleKey: Date],
        at time: Date
    ) throws -> Line? {
        let zone = schedule.timezone?.value ?? "UTC"
        guard let timeZone = TimeZone(identifier: zone) else {
            log.warning("unknown time zone", metadata: ["workflow": "\(file)", "timezone": "\(zone)"])
            return nil
        }
        let key = ScheduleKey(repository: path, path: file, cron: schedule.cron.value, timezone: zone)
        let policy = try sessions.schedulePolicy(of: file, in: path)
        let decision = ScheduleDecision(
            cron: try CronSchedule(parsing: schedule.cron.value),
            timeZone: timeZone,
            policy: policy,
            delay: Self.delay(of: key, within: policy.jitter)
        )
        let seenUntil = seen[key] ?? time
        return Line(
            key: key,
            schedule: schedule,
            decision: decision,
            seenUntil: seenUntil,
            next: decision.next(after: seenUntil)
        )
    }

    /// The same each time, and spread evenly over all schedules (FNV-1a).
    private static func delay(of key: ScheduleKey, within jitter: Int) -> TimeInterval {
        guard jitter > 0 else { return 0 }
        let digest = "\(key.repository) \(key.path) \(key.cron)".utf8.reduce(2_166_136_261 as UInt32) {
            ($0 ^ UInt32($1)) &* 16_777_619
        }
        return TimeInterval(digest % UInt32(jitter + 1))
    }
}
