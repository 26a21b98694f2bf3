import Engine
import Store

/// What a run needs before anything of it can be planned: its settings as the place has them, the repository, the store.
struct RunBeginning: Sendable {
    let surroundings: Surroundings
    let configuration: Configuration
    let options: SessionOptions
    /// Absent where the commit that the settings name is not what it is about.
    let site: SessionSite?
    private let opened: Task<Store, any Error>

    /// Reads the repository, while another thread opens the store.
    ///
    /// - Parameter readsAhead: Whether the workflows of the commit that the settings name are what it is about.
    init(_ settings: RunSettings, readsAhead: Bool = true) throws {
        let surroundings = Surroundings()
        opened = Task { try await surroundings.openSettledStore() }
        self.surroundings = surroundings
        configuration = try Configuration.load(
            repository: try surroundings.settingsFolder(),
            environment: surroundings.environment
        )
        options = try settings.session(surroundings, configuration)
        site = readsAhead ? try SessionSite(options) : nil
        try site?.readAhead()
    }

    /// The store, once the runs whose process died are brought to their end.
    func store() async throws -> Store { try await opened.value }
}
