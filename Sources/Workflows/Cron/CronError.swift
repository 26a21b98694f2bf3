/// What is wrong with a cron line.
package struct CronError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        case fieldCount(Int)
        case macro(String)
        case empty(field: String)
        case notANumber(field: String, text: String, names: String?)
        case outOfRange(field: String, value: Int, allowed: ClosedRange<Int>)
        case reversedRange(field: String, text: String)
        case badStep(field: String, text: String, largest: Int)
    }

    package var reason: Reason
    /// What of the line is wrong, in bytes of UTF-8 from its start.
    package var range: Range<Int>

    /// One sentence, without the line itself.
    package var description: String {
        switch reason {
        case .fieldCount(let count):
            "a schedule has five fields (minute, hour, day, month, weekday), not \(count)"
        case .macro(let text):
            "`\(text)` is no schedule that GitHub knows: write five fields (minute, hour, day, month, weekday)"
        case .empty(let field):
            "the \(field) has an empty part"
        case .notANumber(let field, let text, let names):
            "`\(text)` is no \(field)\(names.map { ": a number, or one of \($0)" } ?? "")"
        case .outOfRange("weekday", 7, _):
            "7 is no weekday: Sunday is 0"
        case .outOfRange(let field, let value, let allowed):
            "\(field) \(value) is not between \(allowed.lowerBound) and \(allowed.upperBound)"
        case .reversedRange(let field, let text):
            "the range `\(text)` of the \(field) ends before it starts"
        case .badStep(let field, let text, let largest):
            "`\(text)` is no step of the \(field): a number between 1 and \(largest)"
        }
    }
}
