import Foundation

/// Runs calls that block (libgit2, libcurl, big copies) on threads of their own, never on Swift's cooperative pool.
enum BlockingWork {
    private static let queue = DispatchQueue(label: "flowrun.blocking", attributes: .concurrent)

    static func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: work)) }
        }
    }

    /// The same for work that may never end, such as waiting for a server that says nothing: when `stop` comes first it is
    /// left to itself.
    ///
    /// - Throws: `StepFailure` that tells of a cancellation, or what the work throws.
    static func run<T: Sendable>(
        until stop: StopSignal,
        _ work: @escaping @Sendable () throws -> T
    ) async throws -> T {
        let result = Promise<Result<T, any Error>>()
        let listener = stop.onStop { _ in
            result.give(.failure(StepFailure("The operation was canceled.", isCancelled: true)))
        }
        defer { stop.remove(listener) }
        queue.async { result.give(Result(catching: work)) }
        return try await result.value.get()
    }
}
