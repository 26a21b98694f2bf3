package import Store

/// Each job has a worker process of its own, which lives on whatever becomes of this one.
///
/// A job that has a worker already, or had one, is not started again: its end is waited for, or found.
package struct OwnWorkers: JobPlacement {
    private let store: Store
    /// What workers start from: the variables of this machine.
    private let environment: [String: String]

    package init(store: Store, environment: [String: String]) {
        self.store = store
        self.environment = environment
    }

    package func place(_ order: JobOrder, services: JobServices) throws -> any PlacedJob {
        WorkerJob(order, services: services, store: store, environment: environment)
    }
}
