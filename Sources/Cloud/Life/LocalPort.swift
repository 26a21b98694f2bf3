import Foundation

/// Ports of this machine's own address.
enum LocalPort {
    /// A port that nobody listens at.
    static func free() throws(CloudError) -> Int {
        let socket = try open()
        defer { close(socket) }
        guard try bind(socket, to: 0) else { throw .system("find a free port on", "127.0.0.1") }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &length) }
        }
        guard result == 0 else { throw .system("find a free port on", "127.0.0.1") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Whether a server could listen at this port now.
    static func isFree(_ port: Int) throws(CloudError) -> Bool {
        let socket = try open()
        defer { close(socket) }
        var yes: CInt = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
        return try bind(socket, to: port) && listen(socket, 1) == 0
    }

    /// Sends a GET and gives the answer's body, nil where there is none within the time.
    static func get(_ path: String, port: Int, seconds: Int) throws(CloudError) -> Data? {
        let socket = try open()
        defer { close(socket) }
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        var address = localAddress(port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { return nil }
        let request = Array(
            "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n".utf8
        )
        guard send(socket, request, request.count, noSignal) == request.count else { return nil }

        var answer = Data()
        var bytes = [UInt8](repeating: 0, count: 4096)
        while answer.count < 1 << 16 {
            let count = recv(socket, &bytes, bytes.count, 0)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            answer.append(contentsOf: bytes[..<count])
        }
        guard answer.starts(with: Array("HTTP/1.1 200".utf8)),
            let blank = answer.range(of: Data("\r\n\r\n".utf8))
        else { return nil }
        return answer[blank.upperBound...]
    }

    private static func open() throws(CloudError) -> CInt {
        #if canImport(Darwin)
        let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        let isOpen = descriptor >= 0 && fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0
        #else
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        let isOpen = descriptor >= 0
        #endif
        guard isOpen else { throw .system("open a socket on", "127.0.0.1") }
        return descriptor
    }

    private static func bind(_ socket: CInt, to port: Int) throws(CloudError) -> Bool {
        var address = localAddress(port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result != 0, errno != EADDRINUSE, errno != EACCES {
            throw .system("listen at 127.0.0.1 at", "\(port)")
        }
        return result == 0
    }

    private static func localAddress(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    #if canImport(Darwin)
    private static let noSignal: CInt = 0
    #else
    private static let noSignal = CInt(MSG_NOSIGNAL)
    #endif
}
