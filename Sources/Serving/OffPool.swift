import Dispatch

/// Runs file work on threads of its own: on Swift's cooperative ones a slow disk would stall every request.
package func offPool<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result
{
    try await withCheckedThrowingContinuation { continuation in
        fileThreads.async {
            continuation.resume(with: Swift.Result { try work() })
        }
    }
}

private let fileThreads = DispatchQueue(label: "flowrun.serving.files", attributes: .concurrent)
