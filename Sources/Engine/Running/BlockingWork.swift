import Foundation

/// Runs calls that block (libgit2, libcurl, big copies) on threads of their own, never on Swift's cooperative pool.
enum BlockingWork {
    private static let queue = DispatchQueue(label: "flowrun.blocking", attributes: .concurrent)

    static func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: work)) }
        }
    }
}
