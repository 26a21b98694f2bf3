import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// Makes sure that somebody answers, within a limit: libgit2 itself would wait as long as the system lets it.
enum Reachability {
    static let limit = Duration.seconds(10)

    /// Connects to a host and hangs up.
    ///
    /// Behind a proxy nothing is tried, as only the proxy can reach the host.
    static func check(_ address: RemoteAddress, within limit: Duration = limit) throws(GitError) {
        guard case .network(let url, let host, let port) = address, !hasProxy(for: host) else { return }
        let subject = "reach `\(RemoteAddress.redacted(url))`"
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
        let status = getaddrinfo(looked, String(port), &hints, &found)
        guard status == 0 else {
            throw GitError(
                reason: .unreachable,
                subject: subject,
                message: String(cString: gai_strerror(status))
            )
        }
        defer { freeaddrinfo(found) }
        var message = "the name has no address"
        var next = found
        while let candidate = next {
            next = candidate.pointee.ai_next
            guard let failure = connect(to: candidate.pointee, within: limit) else { return }
            message = failure
        }
        throw GitError(reason: .unreachable, subject: subject, message: message)
    }

    /// Nil when the connection was made, else why not.
    private static func connect(to candidate: addrinfo, within limit: Duration) -> String? {
        let descriptor = socket(candidate.ai_family, candidate.ai_socktype, candidate.ai_protocol)
        guard descriptor >= 0 else { return String(cString: strerror(errno)) }
        defer { close(descriptor) }
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) >= 0 else {
            return String(cString: strerror(errno))
        }
        if Foundation.connect(descriptor, candidate.ai_addr, candidate.ai_addrlen) == 0 { return nil }
        guard errno == EINPROGRESS else { return String(cString: strerror(errno)) }
        let deadline = ContinuousClock.now + limit
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            let milliseconds =
                left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
            var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            let ready = poll(&waiting, 1, Int32(clamping: max(0, milliseconds)))
            if ready < 0 && errno == EINTR { continue }
            guard ready > 0 else { return "no answer within \(limit.components.seconds) s" }
            var failure: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size)
            return failure == 0 ? nil : String(cString: strerror(failure))
        }
    }

    private static func hasProxy(for host: String) -> Bool {
        guard !RemoteAddress.isLoopback(host) else { return false }
        let environment = ProcessInfo.processInfo.environment
        return ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]
            .contains { environment[$0]?.isEmpty == false }
    }
}
