import Engine
import Expressions
import HTTPTypes
import Hummingbird
import Serving
import Store

/// Caches as `actions/cache` before version 4, and other tools of that age, keep them (`_apis/artifactcache`).
struct OldCacheService: Sendable {
    let store: Store
    let uploads: Uploads
    let signatures: BlobSignatures

    func answer(
        _ request: Request,
        _ path: [String],
        _ query: Query,
        job: ToolkitJob
    ) async throws -> Response {
        switch (request.method, path.first, path.count) {
        case (.get, "cache", 1):
            return try await find(query, host: request.head.authority ?? "", job: job)
        case (.post, "caches", 1): return try await reserve(request, job: job)
        case (.patch, "caches", 2): return try await receive(request, try upload(path[1], job: job))
        case (.post, "caches", 2): return try await commit(request, try upload(path[1], job: job), job: job)
        case (.get, "caches", 1): return try await list(query, job: job)
        default: throw ToolkitFault(.badRoute, "Caches have no such address")
        }
    }

    private func find(_ query: Query, host: String, job: ToolkitJob) async throws -> Response {
        let keys = (query["keys"] ?? "").split(separator: ",").map(String.init)
        guard !keys.isEmpty, let version = query["version"], !version.isEmpty else {
            throw ToolkitFault(.invalid, "`keys` and `version` say what to look for")
        }
        guard let found = try await CacheRequest.find(keys, version: version, for: job, in: store) else {
            return Response(status: .noContent)
        }
        let url = signatures.url(.cache(found.id), file: "cache", host: host)
        return .json { json in
            json.field("archiveLocation", url)
            json.field("cacheKey", found.key)
            json.field("scope", found.scope)
        }
    }

    private func reserve(_ request: Request, job: ToolkitJob) async throws -> Response {
        let body = try await request.json()
        guard case .string(let key) = body["key"], case .string(let version) = body["version"], !key.isEmpty,
            !version.isEmpty
        else { throw ToolkitFault(.invalid, "`key` and `version` are missing") }
        let upload = try await CacheRequest(job, key: key, version: version).begin(in: store, uploads)
        return .json(.created) { $0.field("cacheId", upload.number) }
    }

    /// A part of the bytes, anywhere in the file.
    private func receive(_ request: Request, _ upload: Uploads.Upload) async throws -> Response {
        guard let range = ContentRange(request.headers[.contentRange] ?? "")?.part else {
            throw ToolkitFault(.invalid, "The header Content-Range says where the part belongs")
        }
        try await upload.blob.receive(range.lowerBound..<(range.upperBound + 1), from: request)
        return Response(status: .noContent)
    }

    private func commit(
        _ request: Request,
        _ upload: Uploads.Upload,
        job: ToolkitJob
    ) async throws -> Response {
        guard case .number(let number) = try await request.json()["size"],
            let size = Int64(exactly: number), size >= 0
        else { throw ToolkitFault(.invalid, "`size` is missing") }
        guard case .cache(_, _, let key, let version) = upload.purpose,
            let taken = uploads.take(upload.purpose, job: job.id)
        else { throw ToolkitFault(.notFound, "This job began no such cache") }
        do {
            try await offPool { try taken.blob.setWhole(rangedSize: size) }
        } catch {
            uploads.giveBack(taken)
            throw error
        }
        _ = try await CacheRequest(job, key: key, version: version).save(taken, in: store)
        return Response(status: .noContent)
    }

    /// What clients print when they find no cache and are asked to say more.
    private func list(_ query: Query, job: ToolkitJob) async throws -> Response {
        let (store, key) = (store, query["key"])
        let found = try await offPool {
            try store.caches(repository: job.facts.repository.path, key: key, limit: 100)
        }
        let scopes = CacheScopes(of: job.facts).readable
        let visible = found.filter { scopes.contains($0.scope) }
        return .json { json in
            json.field("totalCount", visible.count)
            json.array("artifactCaches") { json in
                for cache in visible {
                    json.object { json in
                        json.field("cacheKey", cache.key)
                        json.field("scope", cache.scope)
                        json.field("cacheVersion", cache.version)
                        json.field("creationTime", cache.createdAt)
                    }
                }
            }
        }
    }

    private func upload(_ number: String, job: ToolkitJob) throws(ToolkitFault) -> Uploads.Upload {
        guard let number = Int(number), let upload = uploads.upload(number: number, job: job.id),
            case .cache = upload.purpose
        else { throw ToolkitFault(.notFound, "This job began no such cache") }
        return upload
    }
}
