import ArgumentParser
import Daemon
import Engine
import Foundation
import Store

struct RunCancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End a run that goes on, from any terminal.",
        discussion: """
            It ends as on GitHub: steps are interrupted, and what is to run after a cancellation (`always()`, post steps) still
            does. The command returns at once; `flowrun run view` tells when the run has ended.

            EXAMPLES
              flowrun run cancel            the newest run
              flowrun run cancel 7
              flowrun run cancel 7 --force  everything is killed, and no step that follows runs
            """
    )

    @OptionGroup var choice: RunChoice

    @Flag(help: "End it at once.")
    var force = false

    func run() async throws {
        let surroundings = Surroundings()
        let store = try await surroundings.openSettledStore()
        let run = try choice.find(surroundings, store)
        guard run.status != .completed else {
            throw CommandEnd(.nothingStarted, "error: run \(run.id) has ended already")
        }
        if try endQueued(run, in: store) {
            return Console.complain("run \(run.id) is cancelled: it had not begun")
        }
        try CancelRequest(of: run.id, home: surroundings.home).make(force: force)
        Console.complain("run \(run.id) is asked to end")
    }

    /// Ends a run that waits for a daemon while none works; none begins its work meanwhile.
    private func endQueued(_ run: RunRecord, in store: Store) throws -> Bool {
        guard run.status == .queued else { return false }
        let lock: DaemonLock
        do {
            lock = try DaemonLock(home: store.home)
        } catch DaemonError.inUse {
            return false
        }
        return try withExtendedLifetime(lock) {
            try store.cancelQueued(run: run.id, reason: "`flowrun run cancel` before it began")
        }
    }
}
