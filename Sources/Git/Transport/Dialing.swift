import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// Connects to a host within a limit.
enum Dialing {
    /// A connected socket, or why there is none.
    static func dial(_ host: String, port: String, within limit: Duration) -> Result<Int32, DialingError> {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Glibc)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = SOCK_STREAM
        #endif
        let name = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        // Names below `localhost` are this machine whatever a name server says.
        let looked = name.hasSuffix(".localhost") ? "localhost" : name
        var found: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(looked, port, &hints, &found)
        guard status == 0 else {
            return .failure(DialingError(message: "`\(name)`: \(String(cString: gai_strerror(status)))"))
        }
        defer { freeaddrinfo(found) }
        var failure = DialingError(message: "`\(name)` has no address")
        var next = found
        while let candidate = next {
            next = candidate.pointee.ai_next
            switch connect(to: candidate.pointee, within: limit) {
            case .success(let descriptor): return .success(descriptor)
            case .failure(let why): failure.message = "`\(name)`, port \(port): \(why.message)"
            }
        }
        return .failure(failure)
    }

    private static func connect(
        to candidate: addrinfo,
        within limit: Duration
    ) -> Result<Int32, DialingError> {
        let descriptor = socket(candidate.ai_family, candidate.ai_socktype, candidate.ai_protocol)
        guard descriptor >= 0 else { return .failure(.last) }
        if let failure = connect(descriptor, to: candidate, within: limit) {
            close(descriptor)
            return .failure(failure)
        }
        return .success(descriptor)
    }

    /// Nil when the connection was made, else why not.
    private static func connect(
        _ descriptor: Int32,
        to candidate: addrinfo,
        within limit: Duration
    ) -> DialingError? {
        guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) >= 0 else { return .last }
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) >= 0 else { return .last }
        if Foundation.connect(descriptor, candidate.ai_addr, candidate.ai_addrlen) != 0 {
            guard errno == EINPROGRESS else { return .last }
            guard isReady(descriptor, POLLOUT, within: limit) else {
                return DialingError(message: "no answer within \(limit.components.seconds) s")
            }
            var failure: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size)
            guard failure == 0 else { return DialingError(message: String(cString: strerror(failure))) }
        }
        return fcntl(descriptor, F_SETFL, flags) >= 0 ? nil : .last
    }

    /// Waits until a socket can be read from or written to, or has an error to tell; false when the time is over.
    static func isReady(_ descriptor: Int32, _ what: Int32, within limit: Duration) -> Bool {
        let deadline = ContinuousClock.now + limit
        while true {
            let left = max(.zero, ContinuousClock.now.duration(to: deadline))
            let milliseconds =
                left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
            var waiting = pollfd(fd: descriptor, events: Int16(what), revents: 0)
            let ready = poll(&waiting, 1, Int32(clamping: milliseconds + 1))
            if ready < 0, errno == EINTR { continue }
            return ready > 0
        }
    }
}

/// Why a host cannot be connected to.
struct DialingError: Error {
    var message: String

    /// What the system said last.
    static var last: DialingError { DialingError(message: String(cString: strerror(errno))) }
}
