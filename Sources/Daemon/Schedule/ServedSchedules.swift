import Engine
import Events
import Foundation
import Store
import Workflows

/// The schedules of one repository, as its default branch has them.
///
/// Pure: files, settings and the time are told.
struct ServedSchedules {
    /// One line of a workflow's `schedule`.
    struct Line {
        let key: ScheduleKey
        let schedule: Schedule
        fileprivate let cron: CronSchedule
        fileprivate let timeZone: TimeZone
        fileprivate var decision: ScheduleDecision
        fileprivate(set) var seenUntil: Date
        /// When it fires next; nil where it never does.
        fileprivate(set) var next: Date?

        /// - Throws: `CronError` where the line is none.
        init(
            _ schedule: Schedule,
            _ key: ScheduleKey,
            _ timeZone: TimeZone,
            _ policy: SchedulePolicy,
            seenUntil: Date
        ) throws {
            self.key = key
            self.schedule = schedule
            self.timeZone = timeZone
            self.seenUntil = seenUntil
            cron = try CronSchedule(parsing: schedule.cron.value)
            decision = ScheduleDecision(cron: cron, timeZone: timeZone, policy: policy)
            settle(policy)
        }

        fileprivate mutating func settle(_ policy: SchedulePolicy) {
            decision.policy = policy
            decision.delay = key.delay(within: policy.jitter)
            next = decision.next(after: seenUntil)
        }
    }

    /// What a look at the schedules that are due comes to.
    struct Outcome {
        var rounds: [ScheduleRound] = []
        /// Those that fire and whose earlier runs are to be cancelled first.
        var cancelling: [ScheduleKey] = []

        var ticks: [Tick] { rounds.flatMap(\.ticks).map(\.tick) }
    }

    let branch: String
    let tip: String
    /// When settings were read last.
    private(set) var settledAt: Date
    private var events: ScheduleEvents
    private(set) var lines: [Line]

    init(branch: String, tip: String, settledAt: Date, events: ScheduleEvents, lines: [Line]) {
        self.branch = branch
        self.tip = tip
        self.settledAt = settledAt
        self.events = events
        self.lines = lines
    }

    /// When the first is due; nil where none is ever.
    var next: Date? { lines.lazy.compactMap(\.next).min() }

    /// Takes over what the repository's settings say now.
    mutating func settle(
        _ policies: (String) -> SchedulePolicy,
        events: ScheduleEvents,
        at time: Date
    ) {
        settledAt = time
        self.events = events
        for index in lines.indices {
            let policy = policies(lines[index].key.path)
            if policy != lines[index].decision.policy { lines[index].settle(policy) }
        }
    }

    /// Decides what becomes of the schedules that are due, which are seen to by then.
    ///
    /// - Parameter unfinished: What of a workflow's schedules goes on, in words.
    mutating func decide(
        at time: Date,
        disabled: Set<String>,
        unfinished: [ScheduledWorkflow: String]
    ) -> Outcome {
        var outcome = Outcome()
        for index in lines.indices {
            guard let next = lines[index].next, next <= time else { continue }
            let line = lines[index]
            let (ticks, seenUntil) = line.decision.ticks(
                after: line.seenUntil,
                now: time,
                isDisabled: disabled.contains(line.key.path),
                unfinished: unfinished[ScheduledWorkflow(line.key)]
            )
            outcome.rounds.append(
                ScheduleRound(
                    schedule: line.key,
                    ticks: ticks.map { ($0, event(of: line, $0)) },
                    seenUntil: seenUntil
                )
            )
            lines[index].seenUntil = seenUntil
            lines[index].next = line.decision.next(after: seenUntil)
            if line.decision.policy.overlap == .cancel, ticks.contains(where: { $0.status == .fired }) {
                outcome.cancelling.append(line.key)
            }
        }
        return outcome
    }

    private func event(of line: Line, _ tick: Tick) -> NewEvent? {
        guard tick.status == .fired else { return nil }
        let key = line.key
        return NewEvent(
            repository: key.repository,
            source: .schedule,
            event: events.event(of: line.schedule, in: key.path),
            key: "schedule:\(key.repository):\(key.path):\(key.cron):\(key.timezone):"
                + "\(Int64(tick.dueAt.timeIntervalSince1970))",
            workflow: key.path
        )
    }
}

extension ScheduleKey {
    /// Seconds by which a schedule is late: the same each time, and spread evenly over all schedules (FNV-1a).
    fileprivate func delay(within jitter: Int) -> TimeInterval {
        guard jitter > 0 else { return 0 }
        let digest = "\(repository) \(path) \(cron)".utf8.reduce(2_166_136_261 as UInt32) {
            ($0 ^ UInt32($1)) &* 16_777_619
        }
        return TimeInterval(digest % UInt32(jitter + 1))
    }
}
