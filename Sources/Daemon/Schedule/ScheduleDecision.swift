import Events
import Foundation
import Store
import Workflows

/// What becomes of the ticks of one schedule that were due since it was last looked at.
///
/// Pure: of the time it knows what it is told.
struct ScheduleDecision {
    /// A tick that is later than this was due while nobody looked.
    static let grace: TimeInterval = 60
    /// As many are fired at a time where all are caught up on.
    static let most = 100
    /// As many ticks get a row of their own at a time; the row of the oldest says how many came before it.
    static let mostRows = 10_000

    var cron: CronSchedule
    var timeZone: TimeZone
    var policy: SchedulePolicy
    /// Seconds by which the ticks of this schedule are late.
    var delay: TimeInterval = 0

    /// When the first tick after a time is to be fired.
    func next(after time: Date) -> Date? {
        cron.next(after: time, timeZone: timeZone)?.addingTimeInterval(delay)
    }

    /// The ticks after `seen` whose time has come, oldest first.
    ///
    /// - Parameters:
    ///   - isDisabled: Whether nothing is to come of the ticks.
    ///   - unfinished: What of the workflow goes on, in words, where a tick is not to start beside it.
    /// - Returns: The ticks, and until when the schedule was looked at: the clock may have been set back meanwhile.
    func ticks(
        after seen: Date,
        now: Date,
        isDisabled: Bool = false,
        unfinished: String?
    ) -> (ticks: [Tick], seenUntil: Date) {
        var due = cron.fires(after: seen, through: now.addingTimeInterval(-delay), timeZone: timeZone)
        let last = due.last?.time ?? seen
        let dropped = due.count - Self.mostRows
        if dropped > 0 { due.removeFirst(dropped) }
        var ticks = due.map { Tick(dueAt: $0.time, status: .fired, reason: $0.turn?.rawValue) }
        if isDisabled {
            ticks = ticks.map { $0.left(.skipped, "the workflow is disabled") }
        } else {
            catchUp(&ticks, now)
        }
        if dropped > 0 {
            let oldest = Tick(dueAt: due[0].time, status: .fired, reason: due[0].turn?.rawValue)
            ticks[0] = oldest.left(.skipped, "down, as for \(dropped) ticks before")
        }
        overlap(&ticks, unfinished)
        return (ticks, max(seen, last))
    }

    private func catchUp(_ ticks: inout [Tick], _ now: Date) {
        let limit = now.addingTimeInterval(-Self.grace - delay)
        let lastIndex = ticks.count - 1
        for index in ticks.indices {
            switch policy.catchUp {
            case .latest:
                guard index != lastIndex else { continue }
                ticks[index] = ticks[index].left(.coalesced, "a later tick was due as well")
            case .all:
                guard index <= lastIndex - Self.most else { continue }
                ticks[index] = ticks[index].left(.skipped, "limit of \(Self.most)")
            case .none:
                guard ticks[index].dueAt < limit else { continue }
                ticks[index] = ticks[index].left(.skipped, "down")
            }
        }
    }

    /// While something goes on, a tick that may not start beside it is left out; one that waits makes others needless.
    private func overlap(_ ticks: inout [Tick], _ unfinished: String?) {
        guard policy.overlap == .skip else { return }
        var running = unfinished
        // Where all are caught up on, they are meant to run one after the other.
        let fires = ticks.indices.filter { ticks[$0].status == .fired }
        if policy.catchUp == .all, fires.count > 1, running == nil { return }
        for index in fires {
            if let running {
                ticks[index] = ticks[index].left(.skipped, "\(running) still goes on")
            }
            running = running ?? "the tick before"
        }
    }
}
