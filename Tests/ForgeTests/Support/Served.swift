import Engine
import Expressions
import Foundation
import Store

@testable import Forge

/// The services as jobs of one repository meet them, in a home of their own.
final class Served: Sendable {
    let home = FlowrunHome(
        path: FileManager.default.temporaryDirectory.path + "/forge-tests-\(UUID().uuidString)"
    )
    let store: Store
    let toolkit: Toolkit

    init() throws {
        store = try Store(home: home)
        toolkit = Toolkit(store: store)
    }

    deinit { try? FileManager.default.removeItem(atPath: home.path) }

    /// A job of a new run, with what its actions are given.
    func job(
        ref: String = "refs/heads/main",
        event: String = "push",
        base: String? = nil,
        environment: String? = nil,
        idTokens: Bool = false
    ) async throws -> ServedJob {
        let run = try store.createRun(newRun(ref: ref, event: event)).id
        return try await job(
            run: run,
            ref: ref,
            event: event,
            base: base,
            environment: environment,
            idTokens: idTokens
        )
    }

    func job(
        run: Int64,
        ref: String = "refs/heads/main",
        event: String = "push",
        base: String? = nil,
        environment: String? = nil,
        idTokens: Bool = false
    ) async throws -> ServedJob {
        let id = try store.allocateJobs(runID: run, [NewJob(key: "build", name: "build")])[0]
        let facts = RunFacts.served(
            run: run,
            number: 3,
            event: event,
            ref: ref,
            base: base,
            commit: String(repeating: "c", count: 40),
            repository: "/r",
            named: "ada/demo"
        )
        let job = ToolkitJob(
            id: id,
            key: "build",
            facts: facts,
            workflowRef: "ada/shared/.github/workflows/called.yml@v1",
            workflowSHA: String(repeating: "d", count: 40),
            environment: environment,
            mayRequestIDTokens: idTokens
        )
        return ServedJob(job: job, variables: try await toolkit.variables(for: job))
    }

    private func newRun(ref: String, event: String) -> NewRun {
        NewRun(
            repository: "/r",
            path: "ci.yml",
            name: "CI",
            displayTitle: "t",
            event: event,
            ref: ref,
            headSHA: "c0ffee",
            payload: "{}",
            workflow: "on: push"
        )
    }
}

/// Runs `body` while the services are up, and ends them.
func withServices(_ body: (Served) async throws -> Void) async throws {
    let served = try Served()
    do {
        try await body(served)
        await served.toolkit.stop()
    } catch {
        await served.toolkit.stop()
        throw error
    }
}

/// A job and what its actions know.
struct ServedJob: Sendable {
    let job: ToolkitJob
    let environment: [String: String]

    init(job: ToolkitJob, variables: ToolkitVariables) {
        self.job = job
        let all = variables.services + variables.javaScript + variables.idTokens
        environment = Dictionary(all.map { ($0.name, $0.value) }) { $1 }
    }

    var base: String { environment["ACTIONS_RESULTS_URL"] ?? "" }
    var token: String { environment["ACTIONS_RUNTIME_TOKEN"] ?? "" }

    var ids: [String: Any] {
        [
            "workflow_run_backend_id": "run-\(job.facts.runID)",
            "workflow_job_run_backend_id": "job-\(job.id)",
        ]
    }

    /// Calls a method of the artifacts' service, with the job's own ids where the fields have no others.
    func artifacts(_ method: String, _ fields: [String: Any] = [:]) async throws -> Answer {
        try await call("ArtifactService/\(method)", ids.merging(fields) { $1 })
    }

    func caches(_ method: String, _ fields: [String: Any]) async throws -> Answer {
        try await call("CacheService/\(method)", fields)
    }

    private func call(_ method: String, _ fields: [String: Any]) async throws -> Answer {
        try await curl(
            "-H",
            "Authorization: Bearer \(token)",
            "-H",
            "Content-Type: application/json",
            "\(base)twirp/github.actions.results.api.v1.\(method)",
            input: try JSONSerialization.data(withJSONObject: fields)
        )
    }

    /// Sends bytes as one block and has them put together.
    func send(_ bytes: Data, to url: String) async throws {
        let block = try await curl("-X", "PUT", "\(url)&comp=block&blockid=YQ%3D%3D", input: bytes)
        let list = try await curl(
            "-X",
            "PUT",
            "-H",
            "x-ms-blob-content-type: zip",
            "\(url)&comp=blocklist",
            input: Data("<BlockList><Latest>YQ==</Latest></BlockList>".utf8)
        )
        guard block.status == 201, list.status == 201 else {
            throw CommandFailure(command: "\(block.text)\(list.text)", status: 1)
        }
    }

    /// Makes an artifact as a client would.
    func upload(_ name: String, _ bytes: Data) async throws -> Answer {
        let created = try await artifacts("CreateArtifact", ["name": name, "version": 4])
        guard let url = created.json["signed_upload_url"] as? String else { return created }
        try await send(bytes, to: url)
        return try await artifacts("FinalizeArtifact", ["name": name, "size": String(bytes.count)])
    }

    /// Saves a cache as a client would.
    func save(_ key: String, _ bytes: Data, version: String = "v") async throws -> Answer {
        let created = try await caches("CreateCacheEntry", ["key": key, "version": version])
        guard let url = created.json["signed_upload_url"] as? String else { return created }
        let put = try await curl("-X", "PUT", "-H", "x-ms-blob-type: BlockBlob", url, input: bytes)
        guard put.status == 201 else { return put }
        return try await caches(
            "FinalizeCacheEntryUpload",
            ["key": key, "version": version, "size_bytes": String(bytes.count)]
        )
    }

    /// The key of the cache that a client would get.
    func restore(_ key: String, _ others: [String] = [], version: String = "v") async throws -> String? {
        let fields: [String: Any] = ["key": key, "restore_keys": others, "version": version]
        return try await caches("GetCacheEntryDownloadURL", fields).json["matched_key"] as? String
    }
}
