package import Engine
import Logging
import Serving
package import Store

/// The services for artifacts, caches and tokens, as one process gives them to the jobs that it runs.
///
/// Nothing is set up before the first job asks; `stop` ends it all.
package actor Toolkit: ToolkitServices {
    private let store: Store
    private var bringingUp: Task<Parts, any Error>?
    private var given: [Int64: ToolkitVariables] = [:]

    /// What there is once the services are up.
    private struct Parts: Sendable {
        var server: PortServer
        var access: JobAccess
        var uploads: Uploads
        var containers: OldContainers
    }

    package init(store: Store) { self.store = store }

    package func variables(for job: ToolkitJob) async throws -> ToolkitVariables {
        let parts = try await parts()
        if let known = given[job.id] { return known }
        parts.access.admit(job)
        let variables = Self.variables(for: job, parts)
        given[job.id] = variables
        return variables
    }

    package func jobEnded(_ id: Int64) async {
        guard given.removeValue(forKey: id) != nil, let bringingUp, let parts = try? await bringingUp.value
        else { return }
        parts.access.dismiss(id)
        parts.uploads.drop(ofJob: id)
        parts.containers.drop(ofJob: id)
    }

    /// Ends the services, if they were brought up.
    package func stop() async {
        guard let bringingUp, let parts = try? await bringingUp.value else { return }
        self.bringingUp = nil
        await parts.server.stop()
    }

    /// Several jobs may ask first at the same time: one server is started.
    private func parts() async throws -> Parts {
        if let bringingUp { return try await bringingUp.value }
        let store = store
        let task = Task { try await Self.bringUp(store) }
        bringingUp = task
        do {
            return try await task.value
        } catch {
            bringingUp = nil
            throw error
        }
    }

    private static func bringUp(_ store: Store) async throws -> Parts {
        let incoming = try await offPool {
            try store.sweepBlobs()
            return try IncomingBlobs(home: store.home)
        }
        let access = JobAccess()
        let uploads = Uploads(incoming)
        let containers = OldContainers(incoming)
        let signatures = BlobSignatures()
        let responder = ToolkitResponder(
            access: access,
            artifacts: ArtifactService(store: store, uploads: uploads, signatures: signatures),
            caches: CacheService(store: store, uploads: uploads, signatures: signatures),
            oldCaches: OldCacheService(store: store, uploads: uploads, signatures: signatures),
            oldArtifacts: OldArtifactService(store: store, containers: containers),
            blobs: BlobEndpoint(store: store, uploads: uploads, signatures: signatures),
            identity: IdentityEndpoint(access: access, home: store.home),
            git: GitService(access: access, home: store.home),
            api: ForgeAPI(access: access, store: store, signatures: signatures)
        )
        return Parts(
            // What goes wrong is told to the client, whose step tells it to the user.
            server: try await .start(
                responder,
                log: Logger(label: "flowrun.toolkit") { _ in SwiftLogNoOpLogHandler() }
            ),
            access: access,
            uploads: uploads,
            containers: containers
        )
    }

    private static func variables(for job: ToolkitJob, _ parts: Parts) -> ToolkitVariables {
        let base = "http://127.0.0.1:\(parts.server.port)/"
        let token = parts.access.token(for: job, to: .services)
        var secrets = [token]
        var idTokens: [(name: String, value: String)] = []
        if job.mayRequestIDTokens {
            let idToken = parts.access.token(for: job, to: .identity)
            secrets.append(idToken)
            idTokens = [
                // Clients append `&audience=`: there has to be a query.
                (
                    "ACTIONS_ID_TOKEN_REQUEST_URL",
                    "\(base)\(IdentityEndpoint.root)/token?api-version=2.0"
                ),
                ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", idToken),
            ]
        }
        return ToolkitVariables(
            services: [
                // Clients append `_apis/`: the slash at the end has to be there.
                ("ACTIONS_RUNTIME_URL", base), ("ACTIONS_RUNTIME_TOKEN", token), ("ACTIONS_CACHE_URL", base),
                ("ACTIONS_RESULTS_URL", base),
            ],
            javaScript: [("ACTIONS_CACHE_SERVICE_V2", "True")],
            idTokens: idTokens,
            secrets: secrets,
            // Clients of artifacts and caches turn away from servers whose name is not of this kind; only git and
            // curl know the way to such a name by themselves.
            forge: job.token == nil
                ? nil
                : ForgePlace(
                    server: "http://flowrun.localhost:\(parts.server.port)",
                    api: "\(base)\(ForgeAPI.root.joined(separator: "/"))"
                )
        )
    }
}
