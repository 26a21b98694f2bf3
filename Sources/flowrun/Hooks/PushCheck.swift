import Engine
import Expressions
import Foundation
import Git
import Store

/// Runs in the foreground what a push would start.
struct PushCheck {
    let repository: Repository

    /// Runs what has not succeeded for the same files before.
    ///
    /// - Throws: `CommandEnd` where a run fails, which keeps git from pushing.
    func run(_ updates: [RefUpdate]) async throws {
        for update in updates where update.isWatched {
            guard let after = update.after, let commit = CommitID(after) else { continue }
            let tree = try repository.commit(commit).tree
            try await run(update, at: after) { file, store in try greenRun(of: file, tree: tree, in: store) }
        }
    }

    /// Runs all that the updates start.
    func runHere(_ updates: [RefUpdate]) async throws {
        for update in updates where update.isWatched {
            guard let after = update.after else { continue }
            try await run(update, at: after) { _, _ in nil }
        }
    }

    private func run(
        _ update: RefUpdate,
        at commit: String,
        known: @escaping @Sendable (WorkflowFile, Store) throws -> RunRecord?
    ) async throws {
        var settings = RunSettings()
        settings.ref = commit
        let frontend = try await RunFrontend(settings)
        try await frontend.run { session in
            let store = session.store
            return try await session.trigger(
                "push",
                payload: update.payload,
                unless: { file in
                    try known(file, store).map { "run \($0.id) of the same files succeeded" }
                },
                silence: { file, reason in Console.complain("\(file.path) does not run: \(reason)") }
            )
        }
    }

    /// A run of the same workflow text over the same tree that succeeded.
    private func greenRun(of file: WorkflowFile, tree: CommitID, in store: Store) throws -> RunRecord? {
        var filter = RunFilter(repository: try repository.mainFolder(), workflow: file.path)
        filter.state = .conclusion(.success)
        return try store.runs(filter, limit: 20).first { run in
            guard let id = CommitID(run.headSHA), try repository.contains(id) else { return false }
            return try repository.commit(id).tree == tree && store.source(of: run.id)?.workflow == file.text
        }
    }
}
