import ArgumentParser
import Engine
import Forge
import Foundation
import Store

/// The process of one job, which the daemon starts.
struct Worker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Run one job of an order.",
        shouldDisplay: false
    )

    @Argument var order: String

    func run() async throws {
        let surroundings = Surroundings()
        let store = try surroundings.openStore()
        let toolkit = Toolkit(store: store)
        let status = try await JobWorker.run(orderAt: order, store: store) { settings in
            var services = JobServices(
                home: surroundings.home,
                // Whoever placed the job reads its journal.
                hub: EventHub([]),
                store: store,
                reports: RunReports(store: store, home: surroundings.home),
                actionSources: settings.actionSources,
                usesBuiltInActions: settings.usesBuiltInActions,
                program: Surroundings.program,
                pythonInstaller: settings.pythonInstaller,
                toolkit: toolkit
            )
            services.isLocked = settings.isLocked
            services.isOffline = settings.isOffline
            services.keptWorkspaces = settings.keptWorkspaces
            services.processLimit = settings.processLimit
            services.isWorker = true
            return services
        }
        await toolkit.stop()
        _exit(status)
    }
}
