package import Foundation
package import Workflows

/// Where clocks are turned forward, times that are left out fire once, right after the gap; where they are turned
/// back, times that come twice fire the first time only. A schedule of every hour fires at each real one instead.
extension CronSchedule {
    /// The search ends after so many days: `29 2` waits eight years where a century has no leap year.
    private static var horizon: Int { 8 * 366 + 1 }

    /// The first time after `date`, or nil where there is none in eight years.
    package func next(after date: Date, timeZone: TimeZone) -> Date? {
        guard !neverFires else { return nil }
        let clock = WallClock(timeZone)
        let after = Int64(date.timeIntervalSince1970.rounded(.down))
        // A day before: where clocks are turned at midnight the day that they leave is still to be looked at.
        let first = clock.day(of: after) - 1
        for day in first...(first + Self.horizon) where fires(onDay: day) {
            if let fire = fires(on: day, clock).first(where: { $0.second > after }) {
                return Date(timeIntervalSince1970: Double(fire.second))
            }
        }
        return nil
    }

    /// All times after `date` up to `end`, ascending; those of at most eight years.
    package func fires(after date: Date, through end: Date, timeZone: TimeZone) -> [CronFire] {
        guard !neverFires, end > date else { return [] }
        let clock = WallClock(timeZone)
        let after = Int64(date.timeIntervalSince1970.rounded(.down))
        let last = Int64(end.timeIntervalSince1970.rounded(.down))
        let first = max(clock.day(of: after) - 1, clock.day(of: last) - Self.horizon)
        var found: [Fire] = []
        // A day after, too, as a day before: a change at midnight may move a time over it.
        for day in first...(clock.day(of: last) + 1) where fires(onDay: day) {
            let start = found.last?.second ?? after
            found += fires(on: day, clock).filter { $0.second > start && $0.second <= last }
        }
        return found.map { CronFire(time: Date(timeIntervalSince1970: Double($0.second)), turn: $0.turn) }
    }

    /// The next times in order, as many as there are.
    package func nextFires(_ count: Int, after date: Date, timeZone: TimeZone) -> [Date] {
        var fires: [Date] = []
        while fires.count < count, let next = next(after: fires.last ?? date, timeZone: timeZone) {
            fires.append(next)
        }
        return fires
    }

    private func fires(onDay days: Int) -> Bool {
        let date = CivilDate(daysSinceEpoch: days)
        guard month.contains(date.month) else { return false }
        let fitsDay = day.contains(date.day)
        let fitsWeekday = weekday.contains(CivilDate.weekday(daysSinceEpoch: days))
        return day.isStarred || weekday.isStarred ? fitsDay && fitsWeekday : fitsDay || fitsWeekday
    }

    /// Whether it fires every hour: such a schedule counts real time where clocks are turned.
    private var isHourly: Bool { hour.values.count == 24 }

    /// A time in seconds since 1970.
    private typealias Fire = (second: Int64, turn: ClockTurn?)

    /// All times of one day, ascending.
    private func fires(on day: Int, _ clock: WallClock) -> [Fire] {
        let midnight = Int64(day) * 86_400
        let times = hour.values.flatMap { hour in
            minute.values.map { midnight + Int64(hour * 3600 + $0 * 60) }
        }
        if let offset = clock.offset(throughout: day) { return times.map { ($0 - offset, nil) } }
        let fires: [Fire] = times.flatMap { time -> [Fire] in
            switch clock.instants(of: time) {
            case .once(let second): [(second, nil)]
            case .skipped(let end): isHourly ? [] : [(end, .gap)]
            case .twice(let first, let second):
                isHourly ? [(first, nil), (second, nil)] : [(first, .overlap)]
            }
        }
        // Of those that fall on one second, the one that stands for times left out says why.
        return Dictionary(fires.map { ($0.second, $0.turn) }) { $0 ?? $1 }
            .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

/// What clocks on the wall of a zone show.
///
/// Their times are counted in seconds as though they were UTC.
private struct WallClock {
    enum Instants {
        case once(Int64)
        /// Clocks never show it; they are turned forward at `end`.
        case skipped(end: Int64)
        case twice(Int64, Int64)
    }

    private let zone: TimeZone

    init(_ zone: TimeZone) { self.zone = zone }

    func day(of second: Int64) -> Int {
        Int((second + offset(at: second)).quotientAndRemainder(flooringBy: 86_400).quotient)
    }

    /// The zone's offset where no clock is turned on the day or next to it; else nil.
    func offset(throughout day: Int) -> Int64? {
        let noon = Int64(day) * 86_400 + 43_200
        let before = offset(at: noon - 129_600)
        return before == offset(at: noon + 129_600) && before == offset(at: noon - before) ? before : nil
    }

    func instants(of wall: Int64) -> Instants {
        let earlier = offset(at: wall - 86_400)
        let later = offset(at: wall + 86_400)
        let isBefore = offset(at: wall - earlier) == earlier
        let isAfter = offset(at: wall - later) == later
        switch (isBefore, isAfter) {
        case (true, true) where earlier != later: return .twice(wall - earlier, wall - later)
        case (true, _): return .once(wall - earlier)
        case (false, true): return .once(wall - later)
        case (false, false): return .skipped(end: change(from: wall - later, to: wall - earlier))
        }
    }

    /// The first second with another offset than `low` has.
    private func change(from low: Int64, to high: Int64) -> Int64 {
        var low = low
        var high = high
        let before = offset(at: low)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if offset(at: middle) == before { low = middle } else { high = middle }
        }
        return high
    }

    private func offset(at second: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))))
    }
}
