import Foundation

/// Where a remote repository is: on this machine, or behind https or ssh.
///
/// Nothing else is let through, as other transports can run programs (`ext::`) or are not protected
/// (`git://`).
package enum RemoteAddress: Hashable, Sendable {
    /// An absolute path.
    case local(String)
    /// `url` is what libgit2 gets; `host` and `port` are what a connection is made to.
    case network(url: String, host: String, port: UInt16)

    /// Reads a URL or path as git writes them; `folder` is what a relative path starts from.
    package init(_ text: String, relativeTo folder: String? = nil) throws(GitError) {
        func refusal(_ message: String) -> GitError {
            GitError(
                reason: .refusedTransport,
                subject: "use the remote `\(Self.redacted(text))`",
                message: message
            )
        }
        guard !text.isEmpty, text.utf8.count <= 4096, !text.hasPrefix("-"),
            text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { throw refusal("this is not an address of a repository") }
        if text.hasPrefix("/") {
            self = .local(text)
        } else if let separator = text.range(of: "://") {
            let scheme = text[..<separator.lowerBound].lowercased()
            guard let parts = URLComponents(string: text) else { throw refusal("this is not a URL") }
            self = try Self.parse(text, scheme: scheme, parts: parts, refusal: refusal)
        } else if let colon = text.firstIndex(of: ":"), !text[..<colon].contains("/") {
            guard let host = Self.hostOfShortForm(text, colon: colon) else {
                throw refusal("only https, ssh and local paths are allowed")
            }
            self = .network(url: text, host: host, port: 22)
        } else {
            guard let folder else { throw refusal("a local path has to be absolute") }
            self = .local(URL(fileURLWithPath: "\(folder)/\(text)").standardized.path)
        }
    }

    /// What libgit2 gets.
    var url: String {
        switch self {
        case .local(let path): path
        case .network(let url, _, _): url
        }
    }

    /// An address as logs and errors may show it: without user, password, query and fragment.
    package static func redacted(_ text: String) -> String {
        let shown = RefName.excerpt(text)
        guard let separator = shown.range(of: "://") else { return shown }
        let rest = shown[separator.upperBound...].prefix { $0 != "?" && $0 != "#" }
        let authority = rest.prefix { $0 != "/" }
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        return "\(shown[..<separator.upperBound])\(host)\(rest.dropFirst(authority.count))"
    }

    /// Whether a host is this machine by its name alone.
    static func isLoopback(_ host: String) -> Bool {
        let host = host.lowercased()
        return host == "localhost" || host.hasSuffix(".localhost") || host == "::1" || host == "[::1]"
            || (host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." })
    }

    private static func parse(
        _ text: String,
        scheme: String,
        parts: URLComponents,
        refusal: (String) -> GitError
    ) throws(GitError) -> RemoteAddress {
        let host = parts.host ?? ""
        if scheme == "file" {
            guard host.isEmpty || host == "localhost", parts.path.hasPrefix("/") else {
                throw refusal("a file URL has to name a path of this machine")
            }
            return .local(parts.path)
        }
        guard !host.isEmpty, !host.hasPrefix("-"), parts.user?.hasPrefix("-") != true,
            !parts.path.hasPrefix("/-")
        else { throw refusal("host, user and path must be given and not look like options") }
        let defaultPort: UInt16
        switch scheme {
        case "https": defaultPort = 443
        case "ssh": defaultPort = 22
        case "http" where isLoopback(host): defaultPort = 80
        case "http": throw refusal("plain http is only allowed to this machine; use https")
        default: throw refusal("only https, ssh and local paths are allowed")
        }
        guard let port = UInt16(exactly: parts.port ?? Int(defaultPort)) else { throw refusal("bad port") }
        return .network(url: text, host: host, port: port)
    }

    /// The host in `user@host:path`.
    private static func hostOfShortForm(_ text: String, colon: String.Index) -> String? {
        let pieces = text[..<colon].split(separator: "@", omittingEmptySubsequences: false)
        guard let host = pieces.last, (1...2).contains(pieces.count), !host.isEmpty, !host.hasPrefix("-"),
            pieces.first?.isEmpty == false, pieces.first?.hasPrefix("-") == false
        else { return nil }
        let path = text[text.index(after: colon)...]
        let isName = host.utf8.allSatisfy { $0.isHostCharacter }
        return isName && !path.isEmpty && !path.hasPrefix(":") && !path.hasPrefix("-") ? String(host) : nil
    }
}

extension UInt8 {
    fileprivate var isHostCharacter: Bool {
        self == UInt8(ascii: ".") || self == UInt8(ascii: "-") || self == UInt8(ascii: "_")
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
    }
}
