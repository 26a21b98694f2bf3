import Foundation
import Store

/// How a run ended, written beside the journals of its jobs, so that it is known also where the store has lost it.
///
/// Nothing waits for the disk here: a loss of power that takes it takes no word of the store that was synced.
enum RunJournal {
    static func end(_ event: RunEvent, home: FlowrunHome) {
        // The store is told all the same, and says what keeps it from being kept.
        try? Journal(creating: path(event.runID, home)).append(event)
    }

    /// The event of the run's end; nil where it says none.
    static func ending(of run: Int64, home: FlowrunHome) throws -> RunEvent? {
        try Journal.events(at: path(run, home)).last { event in
            if case .runCompleted = event.what { true } else { false }
        }
    }

    private static func path(_ run: Int64, _ home: FlowrunHome) -> String { home.run(run) + "/run.journal" }
}
