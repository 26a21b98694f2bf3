import Foundation
import HTTPTypes
import Hummingbird
import Serving

/// The part of Google's storage API (JSON, and reading by plain address) that its clients use.
struct StorageAPI: Sendable {
    let store: ObjectStore
    let uploads: ResumableUploads
    /// This server's own address, for the links in its answers.
    let base: String

    func respond(to request: Request, target: Target) async throws -> Response {
        let path = target.path
        if path.starts(with: ["storage", "v1", "b"]) {
            return try await respond(to: request, below: Array(path.dropFirst(3)), query: target.query)
        }
        if path.starts(with: ["upload", "storage", "v1", "b"]), path.count == 6, path[5] == "o" {
            return try await upload(request, bucket: path[4], query: target.query)
        }
        if path.starts(with: ["download", "storage", "v1", "b"]), path.count == 7, path[5] == "o" {
            return try await download(request, bucket: path[4], name: path[6], query: target.query)
        }
        if path.count >= 2, BucketName.isValid(path[0]), request.method == .get || request.method == .head {
            let name = path.dropFirst().joined(separator: "/")
            return try await download(request, bucket: path[0], name: name, query: target.query)
        }
        throw StorageFault.noSuchAddress("/" + path.joined(separator: "/"))
    }

    /// `/storage/v1/b` and all below it.
    private func respond(to request: Request, below path: [String], query: Query) async throws -> Response {
        switch (request.method, path.count) {
        case (.get, 0):
            return try await listBuckets(query)
        case (.post, 0):
            return try await createBucket(request)
        case (.get, 1):
            return try await getBucket(path[0])
        case (.delete, 1):
            return try await deleteBucket(path[0])
        case (.get, 2) where path[1] == "o":
            return try await listObjects(path[0], query)
        case (let method, 3) where path[1] == "o":
            return try await respond(
                to: request,
                method: method,
                bucket: path[0],
                name: path[2],
                query: query
            )
        case (.post, 4) where path[1] == "o" && path[3] == "compose":
            return try await compose(request, bucket: path[0], name: path[2], query: query)
        case (.post, 6) where path[1] == "o" && path[3] == "moveTo" && path[4] == "o":
            return try await move(bucket: path[0], name: path[2], to: path[5], query: query)
        case (.post, 7) where path[1] == "o" && path[4] == "b" && path[6] == "o":
            throw StorageFault.invalid("The copy has no name")
        case (.post, 8) where path[1] == "o" && path[4] == "b" && path[6] == "o":
            let copied = try await copy(
                request,
                from: (path[0], path[2]),
                to: (path[5], path[7]),
                query: query
            )
            switch path[3] {
            case "copyTo": return .json(resource(copied), status: .ok)
            case "rewriteTo": return .json(RewriteResource(resource(copied)), status: .ok)
            default: throw StorageFault.noSuchAddress(path[3])
            }
        default:
            throw StorageFault.noSuchAddress("/storage/v1/b/" + path.joined(separator: "/"))
        }
    }

    private func respond(
        to request: Request,
        method: HTTPRequest.Method,
        bucket: String,
        name: String,
        query: Query
    ) async throws -> Response {
        switch method {
        case .get where query["alt"] == "media", .head where query["alt"] == "media":
            return try await download(request, bucket: bucket, name: name, query: query)
        case .get:
            let object = try await object(bucket, name, query: query)
            return .json(resource(object.record), status: .ok)
        case .delete:
            return try await delete(bucket: bucket, name: name, query: query)
        case .patch, .put:
            return try await redescribe(request, bucket: bucket, name: name, query: query)
        default:
            throw StorageFault(
                status: 405,
                reason: "methodNotAllowed",
                message: "An object does not know \(method)"
            )
        }
    }

    /// An object as it is now, if it is the one that the query means.
    func object(_ bucket: String, _ name: String, query: Query) async throws -> StoredObject {
        let wanted = try query.number("generation")
        let conditions = try Conditions(query)
        let store = store
        return try await offPool {
            let object = try store.object(bucket, ObjectName(name))
            if let wanted, wanted != object.record.generation { throw StorageFault.noObject(bucket, name) }
            guard conditions.hold(for: object.record) else { throw StorageFault.conditionNotMet }
            return object
        }
    }

    func resource(_ record: ObjectRecord) -> ObjectResource {
        ObjectResource(record, base: base)
    }
}

extension Conditions {
    init(_ query: Query) throws(StorageFault) {
        generation = try query.number("ifGenerationMatch")
        notGeneration = try query.number("ifGenerationNotMatch")
        metageneration = try query.number("ifMetagenerationMatch")
        notMetageneration = try query.number("ifMetagenerationNotMatch")
    }
}
