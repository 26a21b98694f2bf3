import YAML

extension Rule {
    /// Cron lines that never fire, fire more often than GitHub lets them, or at an hour that some days lack.
    static let schedules = Rule { inspection in
        guard let workflow = inspection.workflow else { return [] }
        return workflow.triggers.flatMap(\.schedules).flatMap { schedule -> [Diagnostic] in
            guard let times = CronSyntax.times(of: schedule.cron.value) else { return [] }
            let line = schedule.cron
            var found: [Diagnostic] = []
            if times.neverFires {
                found.append(
                    inspection.finding(
                        "cron-never",
                        at: line.location,
                        "'\(line.value)' never fires: none of its months has such a day"
                    )
                )
            } else if let gap = times.shortestGap, gap < 5 {
                found.append(
                    inspection.finding(
                        "cron-interval",
                        at: line.location,
                        "'\(line.value)' asks for a run every \(gap == 1 ? "minute" : "\(gap) minutes")",
                        hint: "GitHub runs a schedule every 5 minutes at most"
                    )
                )
            }
            if let zone = schedule.timezone, !["UTC", "Etc/UTC", "GMT"].contains(zone.value),
                !times.hours.isDisjoint(with: [1, 2]), times.hours.count < 12
            {
                found.append(
                    inspection.finding(
                        "cron-dst",
                        at: line.location,
                        "between 1 and 3 o'clock some days of '\(zone.value)' have an hour less or more",
                        hint: "choose another hour, or leave the time zone out",
                        severity: .note
                    )
                )
            }
            return found
        }
    }
}

extension CronSyntax.Times {
    /// Whether no month of the line has any day of it.
    ///
    /// Where neither day nor weekday starts with `*`, one of them is enough, and a weekday comes every month.
    fileprivate var neverFires: Bool {
        guard isDayStarred || isWeekdayStarred else { return false }
        let longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return !months.contains { month in days.contains { $0 <= longest[month - 1] } }
    }

    /// The least number of minutes between two times of the same hour; between hours it is never less than this says.
    fileprivate var shortestGap: Int? {
        let minutes = minutes.sorted()
        return zip(minutes, minutes.dropFirst()).map { $1 - $0 }.min()
    }
}
