import Foundation
import Testing
import Workflows

@testable import Events

@Suite struct CronScheduleTests {
    private func date(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

    private func zone(_ name: String) throws -> TimeZone { try #require(TimeZone(identifier: name)) }

    @Test(arguments: [
        ("*/15 * * * *", "2026-01-01T00:00:00Z", "2026-01-01T00:15:00Z"),
        ("0 0 * * *", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
        ("20/15 * * * *", "2026-01-01T00:36:00Z", "2026-01-01T00:50:00Z"),
        ("30 5 * * 1-5", "2026-01-02T06:00:00Z", "2026-01-05T05:30:00Z"),
        ("0 9 * jan,MAR mon-WED", "2026-01-29T00:00:00Z", "2026-03-02T09:00:00Z"),
        ("0 0 13 * 5", "2026-01-10T00:00:00Z", "2026-01-13T00:00:00Z"),
        ("0 0 13 * 5", "2026-01-13T00:00:00Z", "2026-01-16T00:00:00Z"),
        ("0 0 */2 * 1", "2026-01-01T00:00:00Z", "2026-01-05T00:00:00Z"),
        ("0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z"),
        ("5,35 1-3/2 * * *", "2026-01-01T01:35:00Z", "2026-01-01T03:05:00Z"),
        ("0 0 1 1 0", "1969-12-29T12:00:00Z", "1970-01-01T00:00:00Z"),
    ])
    func nextFireIsTheFirstTimeAfter(line: String, after: String, next: String) throws {
        let schedule = try CronSchedule(parsing: line)
        #expect(schedule.next(after: try date(after), timeZone: .gmt) == (try date(next)))
    }

    @Test(arguments: [
        ("0 0 31 2 *", true), ("0 0 30,31 2 *", true), ("0 0 31 4,6,9,11 *", true), ("0 0 29 2 *", false),
        ("0 0 31 2 1", false),
    ])
    func impossibleDaysNeverFire(line: String, never: Bool) throws {
        let schedule = try CronSchedule(parsing: line)
        #expect(schedule.neverFires == never)
        #expect((schedule.next(after: Date(timeIntervalSince1970: 0), timeZone: .gmt) == nil) == never)
    }

    @Test(arguments: [
        (
            "30 2 * * *",
            ["2027-03-27T02:30:00+01:00", "2027-03-28T03:00:00+02:00", "2027-03-29T02:30:00+02:00"]
        ),
        (
            "*/20 2 * * *",
            [
                "2027-03-27T02:00:00+01:00", "2027-03-27T02:20:00+01:00", "2027-03-27T02:40:00+01:00",
                "2027-03-28T03:00:00+02:00",
            ]
        ),
        (
            "0 2,3 * * *",
            [
                "2027-03-27T02:00:00+01:00", "2027-03-27T03:00:00+01:00", "2027-03-28T03:00:00+02:00",
                "2027-03-29T02:00:00+02:00",
            ]
        ),
    ])
    func timesThatAreLeftOutFireOnceAfterTheGap(line: String, fires: [String]) throws {
        let schedule = try CronSchedule(parsing: line)
        let after = try date("2027-03-26T23:59:00+01:00")
        let next = schedule.nextFires(fires.count, after: after, timeZone: try zone("Europe/Berlin"))
        #expect(next == (try fires.map(date)))
    }

    @Test func repeatedTimesFireTheFirstTimeOnly() throws {
        let schedule = try CronSchedule(parsing: "30 2 * * *")
        let after = try date("2026-10-24T12:00:00Z")
        let next = schedule.nextFires(2, after: after, timeZone: try zone("Europe/Berlin"))
        #expect(next == [try date("2026-10-25T02:30:00+02:00"), try date("2026-10-26T02:30:00+01:00")])
    }

    @Test func timesOfTurnedClocksSayWhy() throws {
        func turns(_ line: String, _ after: String, _ end: String) throws -> [String] {
            try CronSchedule(parsing: line)
                .fires(after: try date(after), through: try date(end), timeZone: try zone("Europe/Berlin"))
                .map { "\($0.time.formatted(.iso8601)) \($0.turn?.rawValue ?? "")" }
        }
        let (spring, autumn) = ("2027-03-28T00:00:00Z", "2026-10-25T00:00:00Z")
        let (lateSpring, lateAutumn) = ("2027-03-28T02:00:00Z", "2026-10-25T02:00:00Z")
        // What is left out and what is due after the gap are one.
        #expect(try turns("0 2,3 * * *", spring, lateSpring) == ["2027-03-28T01:00:00Z dst-gap"])
        #expect(try turns("*/30 2 * * *", autumn, lateAutumn) == ["2026-10-25T00:30:00Z dst-overlap"])
        #expect(try turns("30 * * * *", spring, lateSpring).allSatisfy { $0.hasSuffix(" ") })
        #expect(try turns("30 * * * *", autumn, lateAutumn).allSatisfy { $0.hasSuffix(" ") })
    }

    @Test(arguments: [("2026-10-24T23:59:00Z", 30), ("2027-03-27T23:59:00Z", 30)])
    func hourlySchedulesCountRealTime(after: String, minutes: Int) throws {
        let schedule = try CronSchedule(parsing: "*/30 * * * *")
        let next = schedule.nextFires(8, after: try date(after), timeZone: try zone("Europe/Berlin"))
        let gaps = zip(next, next.dropFirst()).map { Int($1.timeIntervalSince($0)) / 60 }
        #expect(gaps == Array(repeating: minutes, count: 7))
    }

    @Test func zonesShiftTheTime() throws {
        let schedule = try CronSchedule(parsing: "0 0 * * 1")
        let next = schedule.next(after: try date("2026-06-01T00:00:00Z"), timeZone: try zone("Asia/Tokyo"))
        #expect(next == (try date("2026-06-07T15:00:00Z")))
    }
}
