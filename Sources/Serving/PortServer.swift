package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore

/// A server at a port of this machine.
package final class PortServer: Sendable {
    /// Where it answers: the port that was free where any would do.
    package let port: Int
    private let running: Task<Void, any Error>

    private init(port: Int, running: Task<Void, any Error>) {
        self.port = port
        self.running = running
    }

    /// Returns once the server answers.
    ///
    /// - Parameters:
    ///   - port: Any that is free where it is 0.
    ///   - mostConnections: So many callers are heard at a time, and the others wait; all of them where it is absent.
    /// - Throws: What keeps it from listening there.
    package static func start<Responder: HTTPResponder>(
        _ responder: Responder,
        host: String = "127.0.0.1",
        port: Int = 0,
        mostConnections: Int? = nil,
        log: Logger
    ) async throws -> PortServer where Responder.Context == BasicRequestContext {
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let application = Application(
            responder: responder,
            // Clients keep a connection for later, and some their process with it, until it is closed here.
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [ContinueHandler()],
                    idleTimeout: .seconds(10)
                )
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                serverName: "flowrun",
                availableConnectionsDelegate: mostConnections.map(MaximumAvailableConnections.init)
            ),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { continuation.yield(port) }
            },
            logger: log
        )
        let running = Task {
            defer { continuation.finish() }
            try await application.run()
        }
        guard let port = await ports.first(where: { _ in true }) else {
            try await running.value
            throw ServerEnded()
        }
        return PortServer(port: port, running: running)
    }

    /// Returns once nothing listens any more.
    package func stop() async {
        running.cancel()
        _ = await running.result
    }
}

/// A server that was told to end while it began.
package struct ServerEnded: Error, CustomStringConvertible {
    package var description: String { "the server ended before it answered" }
}
