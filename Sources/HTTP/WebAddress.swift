import CLibCurl

/// A URL that has been read once, by the same parser that the transfer uses, so that both see the same host.
struct WebAddress {
    let url: String
    let scheme: String
    let host: String
    let port: String

    /// Nil for anything but a proper http or https URL.
    init?(_ text: String) {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
        _ = Curl.isReady
        guard let parts = curl_url() else { return nil }
        defer { curl_url_cleanup(parts) }
        guard curl_url_set(parts, CURLUPART_URL, text, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK else {
            return nil
        }
        func part(_ part: CURLUPart, _ flags: Int32 = 0) -> String? {
            var value: UnsafeMutablePointer<CChar>?
            guard curl_url_get(parts, part, &value, UInt32(flags)) == CURLUE_OK, let value else { return nil }
            defer { curl_free(value) }
            return String(cString: value)
        }
        guard let scheme = part(CURLUPART_SCHEME)?.lowercased(), scheme == "http" || scheme == "https",
            let host = part(CURLUPART_HOST)?.lowercased(), !host.isEmpty,
            let port = part(CURLUPART_PORT, CURLU_DEFAULT_PORT)
        else { return nil }
        url = text
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    func hasSameOrigin(as other: WebAddress) -> Bool {
        scheme == other.scheme && host == other.host && port == other.port
    }

    /// Whether the host is this machine by its name alone; no proxy is asked for it.
    var isLoopback: Bool {
        host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]" || host == "::1"
            || (host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." })
    }

    /// A URL as logs and errors may show it: without user, password, query and fragment, where secrets stand.
    static func redacted(_ text: String) -> String {
        let printable = String(text.unicodeScalars.prefix(300).map { $0.value < 0x20 ? " " : Character($0) })
        let plain = printable.prefix { $0 != "?" && $0 != "#" }
        guard let separator = plain.range(of: "://") else {
            return plain.contains("@") ? "***" : String(plain)
        }
        let rest = plain[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        return "\(plain[..<separator.upperBound])\(host)\(rest.dropFirst(authority.count))"
    }
}
