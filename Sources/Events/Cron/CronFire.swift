package import Foundation

/// A time at which a schedule fires.
package struct CronFire: Hashable, Sendable {
    package var time: Date
    /// Where clocks are turned: why it fires then, and not as its line says; nil for all usual times.
    package var turn: ClockTurn?
}

/// What happens to a time of day where clocks are turned.
package enum ClockTurn: String, Sendable {
    /// Clocks leave it out: it fires right after the gap.
    case gap = "dst-gap"
    /// Clocks show it twice: it fires the first time.
    case overlap = "dst-overlap"
}
