import Events
import Foundation
import Store
import Testing
import Workflows

@testable import Daemon

/// What becomes of ticks that were due, as a table.
struct ScheduleDecisionTests {
    private static func time(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

    private func outcome(
        _ cron: String,
        zone: String = "UTC",
        catchUp: SchedulePolicy.CatchUp = .latest,
        overlap: SchedulePolicy.Overlap = .skip,
        from start: String,
        to end: String,
        unfinished: String? = nil
    ) throws -> [String] {
        var policy = SchedulePolicy()
        policy.catchUp = catchUp
        policy.overlap = overlap
        let decision = ScheduleDecision(
            cron: try CronSchedule(parsing: cron),
            timeZone: try #require(TimeZone(identifier: zone)),
            policy: policy
        )
        let (ticks, seenUntil) = decision.ticks(
            after: try Self.time(start),
            now: try Self.time(end),
            unfinished: unfinished
        )
        let last = try ticks.last?.dueAt ?? Self.time(start)
        #expect(seenUntil == last)
        return ticks.map { tick in
            let time = tick.dueAt.formatted(.iso8601).dropFirst(5).prefix(11)
            return "\(time) \(tick.status.rawValue)" + (tick.reason.map { ": \($0)" } ?? "")
        }
    }

    @Test("on time, a tick fires")
    func onTime() throws {
        let fired = try outcome("0 */6 * * *", from: "2026-11-26T00:00:00Z", to: "2026-11-26T06:00:02Z")
        #expect(fired == ["11-26T06:00 fired"])
        #expect(try outcome("0 */6 * * *", from: "2026-11-26T00:00:00Z", to: "2026-11-26T05:59:59Z") == [])
    }

    @Test("E6: after four hours of downtime an hourly schedule fires once, four times or never")
    func catchesUp() throws {
        func hourly(_ catchUp: SchedulePolicy.CatchUp) throws -> [String] {
            try outcome(
                "0 * * * *",
                catchUp: catchUp,
                from: "2026-11-26T08:30:00Z",
                to: "2026-11-26T12:30:00Z"
            )
            .map { String($0.dropFirst(12)) }
        }
        let coalesced = "coalesced: a later tick was due as well"
        #expect(try hourly(.latest) == [coalesced, coalesced, coalesced, "fired"])
        #expect(try hourly(.all) == ["fired", "fired", "fired", "fired"])
        #expect(try hourly(.none) == Array(repeating: "skipped: down", count: 4))
    }

    @Test("all catches up on a hundred at most, each of the others with its row")
    func limits() throws {
        let ticks = try outcome(
            "* * * * *",
            catchUp: .all,
            from: "2026-11-26T00:00:00Z",
            to: "2026-11-26T03:00:00Z"
        )
        #expect(ticks.count == 180 && ticks.filter { $0.hasSuffix(" fired") }.count == 100)
        #expect(ticks.prefix(80).allSatisfy { $0.hasSuffix("skipped: limit of 100") })
    }

    @Test("a year of minutes has bounded rows, and the oldest tells of those before it")
    func isBounded() throws {
        let ticks = try outcome("* * * * *", from: "2025-11-26T00:00:00Z", to: "2026-11-26T00:00:00Z")
        #expect(ticks.count == ScheduleDecision.mostRows)
        #expect(ticks.first?.hasSuffix("skipped: down, as for 515600 ticks before") ?? false, "\(ticks[0])")
    }

    @Test("E1, E2: a clock that is set forward is a downtime, one that is set back fires nothing twice")
    func clockSet() throws {
        let forward = try outcome("*/5 * * * *", from: "2026-11-26T08:00:00Z", to: "2026-11-26T09:00:01Z")
        #expect(forward.count == 12 && forward.filter { $0.hasSuffix(" fired") }.count == 1)
        #expect(try outcome("*/5 * * * *", from: "2026-11-26T09:00:00Z", to: "2026-11-26T08:00:01Z") == [])
    }

    @Test("E3, E4: what clocks leave out fires after the gap, what they show twice fires once")
    func daylightSaving() throws {
        let gap = try outcome(
            "30 2 * * *",
            zone: "Europe/Berlin",
            from: "2027-03-27T12:00:00Z",
            to: "2027-03-28T01:00:01Z"
        )
        #expect(gap == ["03-28T01:00 fired: dst-gap"])
        let overlap = try outcome(
            "30 2 * * *",
            zone: "Europe/Berlin",
            from: "2026-10-24T12:00:00Z",
            to: "2026-10-25T12:00:00Z"
        )
        #expect(overlap == ["10-25T00:30 fired: dst-overlap"])
        let late = try outcome(
            "30 2 * * *",
            zone: "Europe/Berlin",
            from: "2027-03-27T12:00:00Z",
            to: "2027-03-29T12:00:00Z"
        )
        #expect(
            late == ["03-28T01:00 coalesced: dst-gap; a later tick was due as well", "03-29T00:30 fired"]
        )
    }

    @Test("E11: what goes on keeps the next from starting, unless both may run")
    func overlaps() throws {
        func minute(_ overlap: SchedulePolicy.Overlap) throws -> [String] {
            try outcome(
                "* * * * *",
                overlap: overlap,
                from: "2026-11-26T08:00:00Z",
                to: "2026-11-26T08:01:01Z",
                unfinished: "run 7"
            )
        }
        #expect(try minute(.skip) == ["11-26T08:01 skipped: run 7 still goes on"])
        #expect(try minute(.allow) == ["11-26T08:01 fired"])
        #expect(try minute(.queue) == ["11-26T08:01 fired"])
        #expect(try minute(.cancel) == ["11-26T08:01 fired"])
    }
}
