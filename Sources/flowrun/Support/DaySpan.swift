import Foundation

/// A span of days in the machine's time zone, as `gh` lets people write it: `2026-11-01`, `>=2026-11-01`, `2026-11-01..2026-11-07`.
///
/// In the place of a day there may be an instant, `2026-11-01T12:00:00Z`, with a second's length.
struct DaySpan {
    /// Absent where it has no beginning.
    private(set) var start: Date?
    /// The first instant behind it.
    private(set) var end: Date?

    init?(_ text: String, calendar: Calendar = .current) {
        func day(_ text: some StringProtocol, plus days: Int = 0) -> Date? {
            if let instant = try? Date(String(text), strategy: .iso8601) {
                return days == 0 ? instant : instant.addingTimeInterval(1)
            }
            let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2] else {
                return nil
            }
            let wanted = DateComponents(year: year, month: month, day: day)
            guard let date = calendar.date(from: wanted),
                calendar.dateComponents([.year, .month, .day], from: date) == wanted
            else { return nil }
            return calendar.date(byAdding: .day, value: days, to: date)
        }
        if let dots = text.range(of: "..") {
            let (from, to) = (text[..<dots.lowerBound], text[dots.upperBound...])
            start = from == "*" ? nil : day(from)
            end = to == "*" ? nil : day(to, plus: 1)
            guard from == "*" || start != nil, to == "*" || end != nil else { return nil }
            return
        }
        let sign = text.prefix { "<>=".contains($0) }
        let date = text.dropFirst(sign.count)
        switch sign {
        case "": (start, end) = (day(date), day(date, plus: 1))
        case ">": start = day(date, plus: 1)
        case ">=": start = day(date)
        case "<": end = day(date)
        case "<=": end = day(date, plus: 1)
        default: return nil
        }
        guard start != nil || end != nil else { return nil }
    }
}

/// Amounts as people write them.
enum Amount {
    /// `90s`, `30m`, `12h`, `30d`, `2w`: in seconds.
    static func duration(_ text: String) -> TimeInterval? {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        guard let unit = text.last.flatMap({ units[$0] }), let number = Int(text.dropLast()), number >= 0
        else {
            return nil
        }
        return TimeInterval(number) * TimeInterval(unit)
    }

    /// `500MB`, `5GB`, `1024`: in bytes, by steps of 1000.
    static func size(_ text: String) -> Int64? {
        let units: [(String, Int64)] = [
            ("kb", 1_000), ("mb", 1_000_000), ("gb", 1_000_000_000), ("tb", 1_000_000_000_000),
        ]
        let text = text.lowercased()
        let unit = units.first { text.hasSuffix($0.0) }
        let digits = text.dropLast(unit?.0.count ?? 0).trimmingCharacters(in: .whitespaces)
        guard let number = Int64(digits), number >= 0 else { return nil }
        let (size, isTooMuch) = number.multipliedReportingOverflow(by: unit?.1 ?? 1)
        return isTooMuch ? nil : size
    }
}
