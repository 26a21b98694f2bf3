import Workflows

extension Workflows.Trigger {
    /// The event with what it is filtered by, in one line.
    var text: String {
        var words = [event]
        if let types { words.append("types: \(types.joined(separator: ", "))") }
        for (name, filter) in [("branches", branches), ("tags", tags), ("paths", paths)] {
            guard let filter else { continue }
            let patterns = filter.patterns.map(\.value).joined(separator: ", ")
            words.append("\(name)\(filter.isIgnoring ? "-ignore" : ""): \(patterns)")
        }
        words += schedules.map { schedule in
            let zone = schedule.timezone.map { " \($0.value)" } ?? ""
            return "'\(schedule.cron.value)'\(zone)"
        }
        if !workflows.isEmpty { words.append("after \(workflows.joined(separator: ", "))") }
        return words.joined(separator: "  ")
    }
}
