import Daemon
import Engine
import Foundation
import Store

/// The sessions of the daemon: each repository with the settings of its own `flowrun.yaml`.
struct DaemonSessions: SessionMaker {
    let home: FlowrunHome
    let environment: [String: String]

    func session(for repository: String, choices: String?, in house: DaemonHouse) throws -> RunSession {
        let configuration = try Configuration.load(repository: repository, environment: environment)
        let choices = try choices.map(RunChoices.init(json:)) ?? RunChoices()
        let options = try choices.session(
            folder: repository,
            environment: environment,
            configuration: configuration
        )
        var services = JobServices(
            home: home,
            hub: house.hub,
            store: house.store,
            reports: RunReports(store: house.store, home: home),
            actionSources: configuration.actionSources(given: choices.actionsSource),
            usesBuiltInActions: configuration.usesBuiltInActions(given: choices.builtInActions),
            program: Surroundings.program,
            pythonInstaller: configuration.pip ?? .pip
        )
        services.isLocked = choices.locked || configuration.locked ?? false
        services.isOffline = choices.offline || configuration.offline ?? false
        services.keptWorkspaces = configuration.keptWorkspaces ?? services.keptWorkspaces
        services.processLimit = configuration.limits.pids
        services.placement = house.placement
        return RunSession(
            options: options,
            store: house.store,
            services: services,
            cloud: RunCloud(home: home),
            places: house.places,
            settled: house.settled
        )
    }

    func schedulePolicies(in repository: String) throws -> @Sendable (String) -> SchedulePolicy {
        let schedules = try Configuration.load(repository: repository, environment: environment).schedules
        return { workflow in schedules.policy(of: workflow) }
    }

    func retention(of repository: String) throws -> RunRetention {
        try Configuration.load(repository: repository, environment: environment).retention ?? RunRetention()
    }
}
