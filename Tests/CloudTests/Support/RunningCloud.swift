import Cloud
import Foundation

struct CloudDidNotStart: Error {}

/// Serves a local cloud inside this process while `body` runs, in `folder` or in one of its own.
@discardableResult
func withCloud<Result>(
    in folder: String? = nil,
    _ body: (_ base: String, _ folder: String) async throws -> Result
) async throws -> Result {
    let own = try TemporaryFolder()
    let path = folder ?? own.path + "/cloud"
    let (addresses, continuation) = AsyncStream<CloudEndpoints>.makeStream()
    let server = Task {
        defer { continuation.finish() }
        try await LocalCloud(folder: path).serve { continuation.yield($0) }
    }
    do {
        guard let endpoints = await addresses.first(where: { _ in true }) else {
            try await server.value
            throw CloudDidNotStart()
        }
        let result = try await body(endpoints.storage, path)
        server.cancel()
        _ = await server.result
        return result
    } catch {
        server.cancel()
        _ = await server.result
        throw error
    }
}

/// The address of the bucket that is there from the start.
let bucket = "model-datasets-tracker"
