import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Serving

/// The server at the daemon's port.
final class DaemonServer: Sendable {
    /// Where it answers: the port is the one that was free where any would do.
    let address: ListenAddress
    private let running: Task<Void, any Error>

    private init(address: ListenAddress, running: Task<Void, any Error>) {
        self.address = address
        self.running = running
    }

    /// Returns once the server answers.
    static func start(
        _ responder: DaemonResponder,
        at wanted: ListenAddress,
        log: Logger
    ) async throws -> DaemonServer {
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        var quiet = log
        quiet.logLevel = .critical
        let application = Application(
            responder: responder,
            server: .http1(configuration: .init(idleTimeout: .seconds(10))),
            configuration: ApplicationConfiguration(
                address: .hostname(wanted.host, port: wanted.port),
                serverName: "flowrun",
                availableConnectionsDelegate: MaximumAvailableConnections(mostConnections())
            ),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { continuation.yield(port) }
            },
            logger: quiet
        )
        let running = Task {
            defer { continuation.finish() }
            try await application.run()
        }
        guard let port = await ports.first(where: { _ in true }) else {
            try await running.value
            throw DaemonError.notPossible("\(wanted)", "the server ended before it answered")
        }
        var address = wanted
        address.port = port
        return DaemonServer(address: address, running: running)
    }

    /// So many callers have a connection at a time, and the others wait: where descriptors ran out, the system would say
    /// again and again that somebody calls, and the jobs would have none for their files.
    private static func mostConnections() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 64 }
        let all = Int(min(limit.rlim_cur, 4096))
        // A daemon with the usual limit has enough for its own files and for callers that only hold their connection.
        return all >= 1024 ? all - 384 : max(4, all / 4)
    }

    func stop() async {
        running.cancel()
        _ = await running.result
    }
}
