import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import Serving

extension LocalCloud {
    /// Serves until the process is told to end, the task is cancelled or the folder is removed.
    ///
    /// - Parameter ready: Called once it answers.
    /// - Throws: `CloudError` where another process serves the folder, or the folder cannot be used.
    package func serve(ready: @escaping @Sendable (CloudEndpoints) async -> Void = { _ in }) async throws {
        try Folder.make(folder.path)
        let lock = try await holdFolder()
        try lock.sign()
        let instance = UUID().uuidString
        let store = ObjectStore(cloudFolder: folder.path)
        let uploads = ResumableUploads(cloudFolder: folder.path)
        let buckets = buckets
        try await offPool {
            try store.prepare(buckets: buckets)
            try store.sweep()
            try uploads.prepare()
        }
        var port = try folder.prepare().state.port
        for attempt in 1... {
            if try !LocalPort.isFree(port) { port = try LocalPort.free() }
            let key = try folder.change(port: port, instance: instance)
            let responder = CloudResponder(
                storage: StorageAPI(store: store, uploads: uploads, base: CloudEndpoints(port: port).storage),
                tokens: TokenEndpoint(key: key),
                instance: instance
            )
            do {
                return try await run(responder, port: port, lock: lock, ready: ready)
            } catch let error as IOError where error.errnoCode == EADDRINUSE && attempt < 5 {
                continue  // Somebody took it since it was looked at.
            }
        }
    }

    private func run(
        _ responder: CloudResponder,
        port: Int,
        lock: FileLock,
        ready: @escaping @Sendable (CloudEndpoints) async -> Void
    ) async throws {
        var logger = Logger(label: "flowrun.cloud") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .notice
        let application = Application(
            responder: responder,
            server: .http1(configuration: .init(additionalChannelHandlers: [ContinueHandler()])),
            configuration: ApplicationConfiguration(
                address: .hostname("127.0.0.1", port: port),
                serverName: "flowrun-cloud"
            ),
            onServerRunning: { [logger] _ in
                logger.notice("Serving", metadata: ["port": "\(port)", "pid": "\(getpid())"])
                await ready(CloudEndpoints(port: port))
            },
            logger: logger
        )
        var services = ServiceGroupConfiguration(
            services: [
                .init(service: application),
                .init(service: FolderWatch(lock: lock), successTerminationBehavior: .gracefullyShutdownGroup),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        // A download that nobody reads must not hold up the end.
        services.maximumGracefulShutdownDuration = .seconds(5)
        try await ServiceGroup(configuration: services).run()
        logger.notice("Stopped", metadata: ["pid": "\(getpid())"])
    }

    /// Takes the folder's lock; others look at it for an instant, so one refusal is none.
    private func holdFolder() async throws -> FileLock {
        for _ in 0..<40 {
            if let lock = try FileLock.attempt(folder.lock) { return lock }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw CloudError(.alreadyServed(pid: try FileLock.signature(folder.lock)), folder.path)
    }
}

/// Ends the server once its folder is gone: it would hold on to a port and serve nobody.
private struct FolderWatch: Service {
    let lock: FileLock

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while lock.isInPlace() {
                do {
                    try await Task.sleep(for: .seconds(5))
                } catch is CancellationError {
                    return
                }
            }
        }
    }
}
