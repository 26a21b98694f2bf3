import CHost
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

    /// One that a thread of its own does, on another processor than the caller's.
    static func begunBeside() -> StoreOpening {
        let opening = StoreOpening()
        let context = Unmanaged.passRetained(opening)
        let fault = flowrun_run_beside(
            { Unmanaged<StoreOpening>.fromOpaque($0!).takeRetainedValue().open() },
            context.toOpaque()
        )
        // Without another thread this one does it.
        if fault != 0 { context.takeRetainedValue().open() }
        return opening
    }

    private func open() { opened.give(Result { try Surroundings().openStore() }) }

    /// The store, once the runs whose process died are brought to their end.
    func store() async throws -> Store {
        let store = try await opened.value.get()
        try await LostRuns.settle(in: store, home: store.home)
        return store
    }
}
