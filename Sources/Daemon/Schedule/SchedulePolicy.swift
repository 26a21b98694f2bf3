/// What is done where a schedule was not looked at in time, or its last run goes on.
package struct SchedulePolicy: Sendable, Equatable {
    /// Which of the ticks fire that were due while no daemon worked.
    package enum CatchUp: String, Sendable, CaseIterable {
        /// The last of them.
        case latest
        /// All, but not more than a hundred.
        case all
        case none
    }

    /// What a tick does while the workflow's last scheduled run goes on.
    package enum Overlap: String, Sendable, CaseIterable {
        case skip
        /// It waits for that run's end.
        case queue
        /// It cancels that run.
        case cancel
        /// Both run.
        case allow
    }

    package var catchUp = CatchUp.latest
    package var overlap = Overlap.skip
    /// Up to so many seconds late, each schedule by an amount of its own, so that they do not all begin at once.
    package var jitter = 0

    package init() {}
}
