/// One of the five fields of a cron line.
package struct CronField: Sendable, Hashable {
    struct Kind: Sendable {
        var name: String
        var allowed: ClosedRange<Int>
        /// The first name stands for the least value.
        var names: [String] = []

        static let minute = Kind(name: "minute", allowed: 0...59)
        static let hour = Kind(name: "hour", allowed: 0...23)
        static let day = Kind(name: "day", allowed: 1...31)
        static let month = Kind(
            name: "month",
            allowed: 1...12,
            names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        )
        static let weekday = Kind(
            name: "weekday",
            allowed: 0...6,
            names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
        )
        static let all = [minute, hour, day, month, weekday]
    }

    /// Ascending.
    package let values: [Int]
    /// Whether it starts with `*`: of day and weekday, the one that does leaves the choice to the other.
    package let isStarred: Bool
    private let bits: UInt64

    package func contains(_ value: Int) -> Bool { bits & (1 << UInt64(value)) != 0 }

    /// Reads a field whose text starts at `start` in its line.
    init(_ text: Substring, _ kind: Kind, at start: Int) throws(CronError) {
        var bits: UInt64 = 0
        var offset = start
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let (range, step) = try Self.parse(part, kind, at: offset)
            for value in stride(from: range.lowerBound, through: range.upperBound, by: step) {
                bits |= 1 << UInt64(value)
            }
            offset += part.utf8.count + 1
        }
        self.bits = bits
        values = kind.allowed.filter { bits & (1 << UInt64($0)) != 0 }
        isStarred = text.hasPrefix("*")
    }

    private static func parse(
        _ part: Substring,
        _ kind: Kind,
        at start: Int
    ) throws(CronError) -> (ClosedRange<Int>, step: Int) {
        let whole = start..<(start + part.utf8.count)
        guard !part.isEmpty else {
            throw CronError(reason: .empty(field: kind.name), range: start..<(start + 1))
        }
        let halves = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        var step = 1
        if halves.count == 2 {
            let largest = kind.allowed.upperBound
            guard halves[1].allSatisfy(\.isASCIIDigit), let number = Int(halves[1]), 1...largest ~= number
            else {
                throw CronError(
                    reason: .badStep(field: kind.name, text: String(halves[1]), largest: largest),
                    range: whole
                )
            }
            step = number
        }
        if halves[0] == "*" { return (kind.allowed, step) }
        let ends = halves[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let low = try value(ends[0], kind, in: whole)
        if ends.count == 2 {
            let high = try value(ends[1], kind, in: whole)
            guard low <= high else {
                throw CronError(
                    reason: .reversedRange(field: kind.name, text: String(halves[0])),
                    range: whole
                )
            }
            return (low...high, step)
        }
        // `20/15` goes on from 20 to the end.
        return (low...(halves.count == 2 ? kind.allowed.upperBound : low), step)
    }

    private static func value(_ text: Substring, _ kind: Kind, in range: Range<Int>) throws(CronError) -> Int
    {
        if let index = kind.names.firstIndex(of: text.lowercased()) { return kind.allowed.lowerBound + index }
        guard !text.isEmpty, text.allSatisfy(\.isASCIIDigit), let number = Int(text) else {
            let names = kind.names.first.flatMap { first in kind.names.last.map { "`\(first)` to `\($0)`" } }
            throw CronError(
                reason: .notANumber(field: kind.name, text: String(text), names: names),
                range: range
            )
        }
        guard kind.allowed.contains(number) else {
            throw CronError(
                reason: .outOfRange(field: kind.name, value: number, allowed: kind.allowed),
                range: range
            )
        }
        return number
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isWholeNumber }
}
