/// When a `schedule` fires: the five fields of a POSIX cron line, as GitHub takes them.
///
/// Names of months and weekdays may be used in lists and ranges, whatever their case; 7 is no Sunday; there are no
/// macros and no field of seconds. Where day and weekday are both given, one of them has to fit; where one starts with
/// `*`, both have to.
package struct CronSchedule: Sendable, Hashable, CustomStringConvertible {
    package let minute: CronField
    package let hour: CronField
    package let day: CronField
    package let month: CronField
    package let weekday: CronField
    /// The line as it was given.
    package let description: String

    package init(parsing line: String) throws(CronError) {
        let fields = line.split(whereSeparator: \.isWhitespace)
        if let macro = fields.first, fields.count == 1, macro.hasPrefix("@") {
            throw CronError(reason: .macro(String(macro)), range: 0..<max(1, line.utf8.count))
        }
        guard fields.count == CronField.Kind.all.count else {
            throw CronError(reason: .fieldCount(fields.count), range: 0..<max(1, line.utf8.count))
        }
        func field(_ index: Int) throws(CronError) -> CronField {
            let start = line.utf8.distance(from: line.startIndex, to: fields[index].startIndex)
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
        return !month.values.contains { month in day.values.contains { $0 <= Self.longest(month) } }
    }

    /// The most days that a month ever has.
    private static func longest(_ month: Int) -> Int {
        switch month {
        case 2: 29
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
