import YAML

extension Rule {
    /// Cron lines that never fire, fire more often than GitHub lets them, or at an hour that some days lack.
    static let schedules = Rule { inspection in
        guard let workflow = inspection.workflow else { return [] }
        return workflow.triggers.flatMap(\.schedules).flatMap { schedule -> [Diagnostic] in
            // One that is no cron line is a fault of the file already.
            guard let cron = try? CronSchedule(parsing: schedule.cron.value) else { return [] }
            let line = schedule.cron
            var found: [Diagnostic] = []
            if cron.neverFires {
                found.append(
                    inspection.finding(
                        "cron-never",
                        at: line.location,
                        "'\(line.value)' never fires: none of its months has such a day"
                    )
                )
            } else if let gap = cron.shortestGap, gap < 5 {
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
                cron.hour.contains(1) || cron.hour.contains(2), cron.hour.values.count < 12
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

extension CronSchedule {
    /// The least number of minutes between two times of the same hour; between hours it is never less than this says.
    fileprivate var shortestGap: Int? {
        zip(minute.values, minute.values.dropFirst()).map { $1 - $0 }.min()
    }
}
