import Engine
import Events
import Foundation
import Workflows
import YAML

/// When one line of a `schedule` fires next.
struct NextFires {
    var cron: String
    /// The name that the file gives, `UTC` where it gives none.
    var zone: String
    var times: [Date]

    init(_ count: Int, of schedule: Schedule, after start: Date) throws {
        zone = schedule.timezone?.value ?? "UTC"
        guard let timeZone = TimeZone(identifier: zone) else {
            // Reading the file found no fault with the name: this machine lacks the tables of its zone.
            let place = schedule.timezone?.location ?? schedule.cron.location
            let message = "this machine knows no time zone '\(zone)'"
            throw Diagnostic(location: place, code: "timezone", message: message)
        }
        cron = schedule.cron.value
        times = try CronSchedule(parsing: cron).nextFires(count, after: start, timeZone: timeZone)
    }

    /// The next fires of all schedules of a workflow.
    static func of(_ triggers: [Workflows.Trigger], count: Int, after start: Date) throws -> [NextFires] {
        try triggers.flatMap(\.schedules).map { try NextFires(count, of: $0, after: start) }
    }

    /// A time as the file's author thinks of it, and as computers do.
    func shown(_ time: Date) -> String {
        let universal = time.formatted(.iso8601)
        guard let timeZone = TimeZone(identifier: zone), zone != "UTC" else { return universal }
        var style = Date.ISO8601FormatStyle(timeZone: timeZone).year().month().day()
        style = style.dateTimeSeparator(.space).time(includingFractionalSeconds: false)
        return "\(time.formatted(style).prefix(16)) \(zone) (\(universal))"
    }
}
