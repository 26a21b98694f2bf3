import Engine
import Hummingbird
import Serving
import Store

/// Caches as the fourth and later versions of `actions/cache` keep them
/// (`github.actions.results.api.v1.CacheService`).
struct CacheService: Sendable {
    static let name = "github.actions.results.api.v1.CacheService"

    let store: Store
    let uploads: Uploads
    let signatures: BlobSignatures

    func answer(_ method: String, _ call: TwirpCall) async throws -> Response {
        switch method {
        case "CreateCacheEntry": try await create(call)
        case "FinalizeCacheEntryUpload": try await finalize(call)
        case "GetCacheEntryDownloadURL": try await find(call)
        default: throw ToolkitFault(.badRoute, "Caches have no method `\(method)`")
        }
    }

    private func create(_ call: TwirpCall) async throws -> Response {
        let request = CacheRequest(
            call.job,
            key: try call.required("key"),
            version: try call.required("version")
        )
        do {
            let upload = try await request.begin(in: store, uploads)
            let url = signatures.url(.upload(upload.id), file: "cache", host: call.host)
            return .json { json in
                json.field("ok", true)
                json.field("signed_upload_url", url)
            }
        } catch let fault as ToolkitFault where fault.code == .alreadyThere {
            // No failure to the client: its step warns and goes on.
            return .json { json in
                json.field("ok", false)
                json.field("message", fault.message)
            }
        }
    }

    private func finalize(_ call: TwirpCall) async throws -> Response {
        let request = CacheRequest(
            call.job,
            key: try call.required("key"),
            version: try call.required("version")
        )
        guard let upload = uploads.take(request.purpose, job: call.job.id) else {
            throw ToolkitFault(.notFound, "No cache of this key was begun by this job")
        }
        do throws(ToolkitFault) {
            _ = try upload.checked(size: try call.number("size_bytes") ?? 0, hash: nil, what: "the cache")
        } catch {
            uploads.giveBack(upload)
            throw error
        }
        let saved = try await request.save(upload, in: store)
        return .json { json in
            json.field("ok", true)
            json.field("entry_id", String(saved.id))
        }
    }

    private func find(_ call: TwirpCall) async throws -> Response {
        let keys = [try call.required("key")] + call.texts("restore_keys")
        let found = try await CacheRequest.find(
            keys,
            version: try call.required("version"),
            for: call.job,
            in: store
        )
        guard let found else { return .json { $0.field("ok", false) } }
        let url = signatures.url(.cache(found.id), file: "cache", host: call.host)
        return .json { json in
            json.field("ok", true)
            json.field("signed_download_url", url)
            json.field("matched_key", found.key)
        }
    }
}

/// A cache that a job wants to save, whichever way it is sent.
struct CacheRequest: Sendable {
    let cache: NewCache
    let job: Int64

    init(_ job: ToolkitJob, key: String, version: String) {
        cache = NewCache(
            repository: job.facts.repository.path,
            scope: CacheScopes(of: job.facts).own,
            key: key,
            version: version
        )
        self.job = job.id
    }

    var purpose: Uploads.Purpose {
        .cache(repository: cache.repository, scope: cache.scope, key: cache.key, version: cache.version)
    }

    /// Makes a place for the bytes, unless they are there or on their way already.
    func begin(in store: Store, _ uploads: Uploads) async throws -> Uploads.Upload {
        guard cache.key.utf8.count <= 512, !cache.key.contains(",") else {
            throw ToolkitFault(.invalid, "A cache's key has at most 512 bytes and no comma")
        }
        let request = self
        return try await offPool {
            if try store.hasCache(request.cache) {
                throw ToolkitFault(.alreadyThere, "there is a cache with this key and version already")
            }
            return try uploads.begin(request.purpose, job: request.job)
        }
    }

    func save(_ upload: Uploads.Upload, in store: Store) async throws -> CacheRecord {
        let request = self
        return try await offPool { try store.saveCache(request.cache, upload.blob) }
    }

    /// The cache that fits a job best; no more than ten keys, as the client has it.
    static func find(
        _ keys: [String],
        version: String,
        for job: ToolkitJob,
        in store: Store
    ) async throws -> CacheRecord? {
        guard keys.count <= 10 else { throw ToolkitFault(.invalid, "There are at most ten keys to look for") }
        let wanted = keys.filter { !$0.isEmpty }
        let scopes = CacheScopes(of: job.facts).readable
        let repository = job.facts.repository.path
        return try await offPool {
            try store.findCache(repository: repository, scopes: scopes, keys: wanted, version: version)
        }
    }
}
