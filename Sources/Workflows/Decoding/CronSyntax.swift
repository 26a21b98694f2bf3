/// Whether a text is a cron line as GitHub takes them: five fields, each a list of values, ranges and steps.
enum CronSyntax {
    private struct Field {
        var name: String
        var allowed: ClosedRange<Int>
        /// The first name is that of the least value.
        var names: [String] = []
    }

    private static let fields = [
        Field(name: "minute", allowed: 0...59), Field(name: "hour", allowed: 0...23),
        Field(name: "day", allowed: 1...31),
        Field(
            name: "month",
            allowed: 1...12,
            names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        ),
        Field(name: "weekday", allowed: 0...6, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ]

    /// What is wrong with a line; `nil` when nothing is.
    static func fault(of line: String) -> String? {
        if line.hasPrefix("@") { return "names such as @daily are not known: write five fields" }
        let parts = line.split(whereSeparator: \.isWhitespace)
        guard parts.count == fields.count else {
            return "it must have five fields (minute, hour, day, month, weekday), not \(parts.count)"
        }
        for (part, field) in zip(parts, fields) {
            for item in part.split(separator: ",", omittingEmptySubsequences: false) {
                if let fault = fault(of: item, in: field) { return fault }
            }
        }
        return nil
    }

    /// The values of each field of a line.
    struct Times {
        var minutes: Set<Int>
        var hours: Set<Int>
        var days: Set<Int>
        var months: Set<Int>
        var weekdays: Set<Int>
        var isDayStarred: Bool
        var isWeekdayStarred: Bool
    }

    /// When a line fires; `nil` for one that is at fault.
    static func times(of line: String) -> Times? {
        guard fault(of: line) == nil else { return nil }
        let parts = line.split(whereSeparator: \.isWhitespace)
        let sets = zip(parts, fields).map { part, field in
            part.split(separator: ",").reduce(into: Set<Int>()) { $0.formUnion(values(of: $1, in: field)) }
        }
        guard sets.count == fields.count else { return nil }
        return Times(
            minutes: sets[0],
            hours: sets[1],
            days: sets[2],
            months: sets[3],
            weekdays: sets[4],
            isDayStarred: parts[2].hasPrefix("*"),
            isWeekdayStarred: parts[4].hasPrefix("*")
        )
    }

    private static func values(of item: Substring, in field: Field) -> Set<Int> {
        let halves = item.split(separator: "/")
        let step = halves.count == 2 ? number(halves[1]) ?? 1 : 1
        let ends = halves[0].split(separator: "-").compactMap { value($0, in: field) }
        // A lone value with a step runs on to the end of the field.
        let last = ends.count == 1 && halves.count == 1 ? ends[0] : field.allowed.upperBound
        let range = ends.isEmpty ? field.allowed : ends[0]...(ends.count == 2 ? ends[1] : last)
        return Set(stride(from: range.lowerBound, through: range.upperBound, by: step))
    }

    private static func fault(of item: Substring, in field: Field) -> String? {
        let halves = item.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count <= 2, let range = halves.first else { return "'\(item)' has more than one step" }
        if halves.count == 2 {
            guard let step = number(halves[1]), step > 0, step <= field.allowed.upperBound else {
                return
                    "the step of '\(item)' (\(field.name)) must be a number from 1 to \(field.allowed.upperBound)"
            }
        }
        if range == "*" { return nil }
        let ends = range.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count <= 2 else { return "'\(range)' is no range of the \(field.name)" }
        var values: [Int] = []
        for end in ends {
            guard let value = value(end, in: field) else { return "'\(end)' is no \(field.name)" }
            guard field.allowed.contains(value) else {
                return "the \(field.name) \(value) is not between \(field.allowed.lowerBound) and "
                    + "\(field.allowed.upperBound)"
            }
            values.append(value)
        }
        if let first = values.first, let last = values.last, last < first {
            return "the range '\(range)' of the \(field.name) ends before it begins"
        }
        return nil
    }

    private static func value(_ text: Substring, in field: Field) -> Int? {
        if let index = field.names.firstIndex(of: text.lowercased()) {
            return field.allowed.lowerBound + index
        }
        return number(text)
    }

    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else {
            return nil
        }
        return Int(text)
    }
}
