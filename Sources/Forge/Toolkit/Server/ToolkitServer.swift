import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Serving

/// The server behind the toolkit's services, on a port of its own of this machine.
final class ToolkitServer: Sendable {
    let port: Int
    private let running: Task<Void, any Error>

    private init(port: Int, running: Task<Void, any Error>) {
        self.port = port
        self.running = running
    }

    /// Returns once the server answers.
    static func start(_ responder: ToolkitResponder) async throws -> ToolkitServer {
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let application = Application(
            responder: responder,
            // Older clients keep a connection for later and their process with it, until it is closed here.
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [ContinueHandler()],
                    idleTimeout: .seconds(10)
                )
            ),
            configuration: ApplicationConfiguration(
                address: .hostname("127.0.0.1", port: 0),
                serverName: "flowrun"
            ),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { continuation.yield(port) }
            },
            // What goes wrong is told to the client, whose step tells it to the user.
            logger: Logger(label: "flowrun.toolkit") { _ in SwiftLogNoOpLogHandler() }
        )
        let running = Task {
            defer { continuation.finish() }
            try await application.run()
        }
        guard let port = await ports.first(where: { _ in true }) else {
            try await running.value
            throw ToolkitFault(.broken, "the server ended before it answered")
        }
        return ToolkitServer(port: port, running: running)
    }

    /// Returns once nothing listens any more.
    func stop() async {
        running.cancel()
        _ = await running.result
    }
}
