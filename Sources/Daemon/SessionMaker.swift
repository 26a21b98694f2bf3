package import Engine
package import Store

/// What the daemon asks of the program that it is part of: sessions as a person's commands have them.
package protocol SessionMaker: Sendable {
    /// A session for a repository of this machine, with the settings of its files.
    ///
    /// - Parameter choices: What the person who asked for the run has settled, as JSON.
    /// - Throws: What is wrong with the settings.
    func session(for repository: String, choices: String?, in house: DaemonHouse) throws -> RunSession

    /// What a repository's settings say of its workflows' schedules, by the paths of the workflows.
    func schedulePolicies(in repository: String) throws -> @Sendable (String) -> SchedulePolicy

    /// What a repository's settings say of how much of its past is kept; no limits where they say nothing.
    func retention(of repository: String) throws -> RunRetention
}

/// What all sessions of one daemon share.
package struct DaemonHouse: Sendable {
    package var store: Store
    package var hub: EventHub
    package var places: JobPlaces
    package var placement: any JobPlacement
    /// Returns once the store holds all that was told so far.
    package var settled: @Sendable () throws -> Void
}
