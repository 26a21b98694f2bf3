import CLibGit2
import Foundation

/// The connections that libgit2 makes, with limits: its own wait as long as the system lets them, which for a server
/// that takes a connection and then says nothing is for ever.
///
/// TLS is laid over it, so that http and https have the limits alike. For SSH, libgit2 takes the socket out of it and
/// reads from that itself: there the limit holds for connecting alone.
enum TimedSocket {
    struct Limits: Sendable {
        var connecting = Duration.seconds(10)
        /// How long the other side may neither send nor take anything.
        var silence = Duration.seconds(30)
    }

    @TaskLocal static var limits = Limits()
    /// What went wrong in the conversation that is under way; libgit2 would tell of an error in TLS.
    @TaskLocal static var fault = SocketFault()

    /// From now on libgit2 makes its connections here.
    static func register() {
        var registration = git_stream_registration()
        registration.version = GIT_STREAM_VERSION
        registration.`init` = { out, host, port in
            guard let out, let host, let port else { return -1 }
            out.pointee = TimedSocket.make(host, port)
            return 0
        }
        git_stream_register(GIT_STREAM_STANDARD, &registration)
    }

    private typealias Layout = flowrun_git_socket

    private static func make(
        _ host: UnsafePointer<CChar>,
        _ port: UnsafePointer<CChar>
    ) -> UnsafeMutablePointer<git_stream> {
        let socket = UnsafeMutablePointer<Layout>.allocate(capacity: 1)
        var layout = Layout()
        layout.parent.version = GIT_STREAM_VERSION
        layout.parent.connect = { TimedSocket.connect($0) }
        layout.parent.read = { TimedSocket.read($0, $1, $2) }
        layout.parent.write = { stream, bytes, count, _ in TimedSocket.write(stream, bytes, count) }
        layout.parent.close = { TimedSocket.close($0) }
        layout.parent.free = { TimedSocket.free($0) }
        layout.host = strdup(host)
        layout.port = strdup(port)
        layout.descriptor = -1
        socket.initialize(to: layout)
        return stream(of: socket)
    }

    /// A stream is the first thing in what we lay out, and so has its address.
    private static func stream(
        of socket: UnsafeMutablePointer<Layout>
    ) -> UnsafeMutablePointer<git_stream> {
        UnsafeMutableRawPointer(socket).assumingMemoryBound(to: git_stream.self)
    }

    private static func socket(
        of stream: UnsafeMutablePointer<git_stream>?
    ) -> UnsafeMutablePointer<Layout>? {
        stream.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: Layout.self) }
    }

    private static func connect(_ stream: UnsafeMutablePointer<git_stream>?) -> Int32 {
        guard let socket = socket(of: stream), let host = socket.pointee.host,
            let port = socket.pointee.port
        else { return -1 }
        switch Dialing.dial(
            String(cString: host),
            port: String(cString: port),
            within: limits.connecting
        ) {
        case .success(let descriptor):
            socket.pointee.descriptor = descriptor
            return 0
        case .failure(let failure):
            return Int32(fail(failure.message))
        }
    }

    private static func read(
        _ stream: UnsafeMutablePointer<git_stream>?,
        _ bytes: UnsafeMutableRawPointer?,
        _ count: Int
    ) -> Int {
        transfer(stream, waitingFor: POLLIN) { recv($0, bytes, count, Int32(MSG_DONTWAIT)) }
    }

    private static func write(
        _ stream: UnsafeMutablePointer<git_stream>?,
        _ bytes: UnsafePointer<CChar>?,
        _ count: Int
    ) -> Int {
        transfer(stream, waitingFor: POLLOUT) { send($0, bytes, count, Int32(MSG_DONTWAIT)) }
    }

    /// Moves some bytes as soon as the socket lets it.
    private static func transfer(
        _ stream: UnsafeMutablePointer<git_stream>?,
        waitingFor what: Int32,
        _ move: (Int32) -> Int
    ) -> Int {
        guard let descriptor = socket(of: stream)?.pointee.descriptor else { return -1 }
        let limit = limits.silence
        while true {
            guard Dialing.isReady(descriptor, what, within: limit) else {
                return fail("the server has been silent for \(limit.components.seconds) s")
            }
            let moved = move(descriptor)
            if moved >= 0 {
                fault.message = nil
                return moved
            }
            guard errno == EAGAIN || errno == EINTR else { return fail(DialingError.last.message) }
        }
    }

    private static func close(_ stream: UnsafeMutablePointer<git_stream>?) -> Int32 {
        guard let socket = socket(of: stream), socket.pointee.descriptor >= 0 else { return 0 }
        Foundation.close(socket.pointee.descriptor)
        socket.pointee.descriptor = -1
        return 0
    }

    private static func free(_ stream: UnsafeMutablePointer<git_stream>?) {
        guard let socket = socket(of: stream) else { return }
        _ = close(stream)
        Foundation.free(socket.pointee.host)
        Foundation.free(socket.pointee.port)
        socket.deallocate()
    }

    private static func fail(_ message: String) -> Int {
        fault.message = message
        git_error_set_str(Int32(GIT_ERROR_NET.rawValue), message)
        return -1
    }
}

/// What went wrong on the way to a server.
///
/// `@unchecked Sendable`: a conversation is held by one thread, and nobody else has this.
final class SocketFault: @unchecked Sendable {
    var message: String?
}
