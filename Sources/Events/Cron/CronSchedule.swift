/// When a `schedule` fires: the five fields of a POSIX cron line, as GitHub takes them.
///
/// Names of months and weekdays may be used in lists and ranges, whatever their case; 7 is no Sunday; there are no
/// macros and no field of seconds. Where day and weekday are both given, one of them has to fit; where one starts with
/// `*`, both have to.
package struct CronSchedule: Sendable, Hashable, CustomStringConvertible {
    let minute: CronField
    let hour: CronField
    let day: CronField
    let month: CronField
    let weekday: CronField
    /// The line as it was given.
    package let description: String

    package init(parsing line: String) throws(CronError) {
        let fields = line.split(whereSeparator: \.isWhitespace)
        if let macro = fields.first, fields.count == 1, macro.hasPrefix("@") {
            throw CronError(reason: .macro(String(macro)), range: 0..<max(1, line.count))
        }
        guard fields.count == CronField.Kind.all.count else {
            throw CronError(reason: .fieldCount(fields.count), range: 0..<max(1, line.count))
        }
        func field(_ index: Int) throws(CronError) -> CronField {
            let start = line.distance(from: line.startIndex, to: fields[index].startIndex)
            return try CronField(fields[index], CronField.Kind.all[index], at: start)
        }
        minute = try field(0)
        hour = try field(1)
        day = try field(2)
        month = try field(3)
        weekday = try field(4)
        description = line
    }

    /// Whether no day ever fits: `0 0 31 2 *`.
    package var neverFires: Bool {
        guard weekday.isStarred || day.isStarred else { return false }
        return !month.values.contains { month in day.values.contains { $0 <= CivilDate.longest(month) } }
    }

    func fires(onDay days: Int) -> Bool {
        let date = CivilDate(daysSinceEpoch: days)
        guard month.contains(date.month) else { return false }
        let fitsDay = day.contains(date.day)
        let fitsWeekday = weekday.contains(CivilDate.weekday(daysSinceEpoch: days))
        return day.isStarred || weekday.isStarred ? fitsDay && fitsWeekday : fitsDay || fitsWeekday
    }

    /// Whether it fires every hour: such a schedule counts real time where clocks are turned.
    var isHourly: Bool { hour.values.count == 24 }
}
