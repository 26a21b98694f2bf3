import Engine
import Store

/// The store of a run, opened by one thread while another reads the repository.
final class StoreOpening: Sendable {
    private let opened = Promise<Result<Store, any Error>>()

    /// One that another thread has been given.
    static func begun() -> StoreOpening {
        let opening = StoreOpening()
        Task { opening.open() }
        return opening
    }

    /// Opens it on the thread that calls.
    func open() { opened.give(Result { try Surroundings().openStore() }) }

    /// The store, once the runs whose process died are brought to their end.
    func store() async throws -> Store {
        let store = try await opened.value.get()
        try await LostRuns.settle(in: store, home: store.home)
        return store
    }
}
