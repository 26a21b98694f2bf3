import Foundation
import Hummingbird
import Serving

extension StorageAPI {
    func listBuckets(_ query: Query) async throws -> Response {
        let store = store
        let prefix = query["prefix"] ?? ""
        let buckets = try await offPool { try store.buckets() }
        let items = buckets.filter { $0.name.hasPrefix(prefix) }.map { BucketResource($0, base: base) }
        return .json(BucketsResource(items: items), status: .ok)
    }

    func getBucket(_ name: String) async throws -> Response {
        let store = store
        return .json(BucketResource(try await offPool { try store.bucket(name) }, base: base), status: .ok)
    }

    func createBucket(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: 1 << 20)
        let wanted: BucketRequest
        do {
            wanted = try JSONDecoder().decode(BucketRequest.self, from: Data(body.readableBytesView))
        } catch {
            throw StorageFault.invalid("The bucket's description is not the JSON that was expected: \(error)")
        }
        let store = store
        let bucket = try await offPool {
            try store.createBucket(
                wanted.name,
                location: wanted.location,
                storageClass: wanted.storageClass
            )
        }
        return .json(BucketResource(bucket, base: base), status: .ok)
    }

    func deleteBucket(_ name: String) async throws -> Response {
        let store = store
        try await offPool { try store.deleteBucket(name) }
        return Response(status: .noContent)
    }
}

private struct BucketRequest: Decodable {
    var name: String
    var location: String?
    var storageClass: String?
}
