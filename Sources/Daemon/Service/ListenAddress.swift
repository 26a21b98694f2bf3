/// Where the daemon answers: a host and a port of this machine.
package struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
    package var host: String
    /// Any that is free where it is 0.
    package var port: Int

    /// `127.0.0.1:8686`, `[::1]:8686`, `:8686` for all of the machine's addresses.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        self.host = host.isEmpty ? "0.0.0.0" : host
        self.port = port
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
