/// One question to a server.
package struct HTTPRequest: Sendable {
    package enum Body: Sendable, Hashable {
        case none
        case bytes([UInt8])
        /// The content of a file, read while it is sent.
        case file(String)
    }

    package var method: String
    /// An `http` or `https` URL.
    package var url: String
    package var headers: HTTPHeaders
    package var body: Body
    /// Limit for the whole exchange, redirects included.
    package var timeout: Duration
    package var connectTimeout: Duration
    /// What an answer may hold, after decompression.
    package var maximumBytes: Int
    /// The path of a socket to talk to in place of the URL's host and port; a redirect to another host leaves
    /// it.
    package var unixSocket: String?
    /// Where the body of a good answer (2xx) goes in place of memory.
    ///
    /// The file appears when it is complete.
    package var destination: String?
    package var maximumRedirects: Int

    package init(
        method: String = "GET",
        url: String,
        headers: HTTPHeaders = [:],
        body: Body = .none,
        timeout: Duration = .seconds(60),
        connectTimeout: Duration = .seconds(10),
        maximumBytes: Int = 64 << 20,
        unixSocket: String? = nil,
        destination: String? = nil,
        maximumRedirects: Int = 10
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.maximumBytes = maximumBytes
        self.unixSocket = unixSocket
        self.destination = destination
        self.maximumRedirects = maximumRedirects
    }

    /// Whether sending it twice does what sending it once does.
    var isRepeatable: Bool { ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"].contains(method.uppercased()) }
}

/// What a server answered.
package struct HTTPResponse: Sendable {
    package var status: Int
    package var headers: HTTPHeaders
    /// Empty where the body went to a file.
    package var body: [UInt8]
    /// Where the answer came from, after redirects.
    package var url: String

    /// Whether the status is one of 200 to 299.
    package var isSuccess: Bool { (200..<300).contains(status) }

    /// The body as text; bytes that are no UTF-8 are replaced.
    package var text: String { String(decoding: body, as: UTF8.self) }
}
