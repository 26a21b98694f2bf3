import CLibCurl
import Foundation

/// One request to one address, without redirects.
struct Transfer {
    let request: HTTPRequest
    let address: WebAddress
    let deadline: ContinuousClock.Instant
    let cancellation: Cancellation

    func run() throws(HTTPError) -> (response: HTTPResponse, redirect: String?) {
        guard Curl.isReady, let handle = curl_easy_init() else {
            throw fault(.other, "libcurl did not start")
        }
        defer { curl_easy_cleanup(handle) }
        let exchange = try makeExchange()
        let fields = try makeFields()
        defer { curl_slist_free_all(fields.list) }
        let message = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
        message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        defer { message.deallocate() }

        try configure(handle, exchange: exchange.state, size: exchange.size)
        flowrun_curl_set_list(handle, CURLOPT_HTTPHEADER, fields.list)
        flowrun_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, message)
        let code = withExtendedLifetime(exchange.state) {
            withoutBrokenPipeSignal { curl_easy_perform(handle) }
        }
        guard code == CURLE_OK else { throw failure(code, handle, exchange.state, String(cString: message)) }

        var status = 0
        flowrun_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        var redirect: UnsafePointer<CChar>?
        flowrun_curl_get_text(handle, CURLINFO_REDIRECT_URL, &redirect)
        let response = HTTPResponse(
            status: status,
            headers: exchange.state.headers,
            body: exchange.state.body,
            url: address.url
        )
        if response.isSuccess { try finish(exchange.download) }
        return (response, redirect.map { String(cString: $0) })
    }

    func fault(_ reason: HTTPError.Reason, _ message: String) -> HTTPError {
        HTTPError(
            reason: reason,
            subject: "\(request.method.prefix(20)) \(WebAddress.redacted(address.url))",
            message: message
        )
    }

    // MARK: Setting up

    private func makeExchange() throws(HTTPError) -> (state: Exchange, download: Download?, size: Int?) {
        do throws(FileFault) {
            let upload: Upload? =
                switch request.body {
                case .none: ["POST", "PUT", "PATCH"].contains(request.method) ? Upload(bytes: []) : nil
                case .bytes(let bytes): Upload(bytes: bytes)
                case .file(let path): try Upload(path: path)
                }
            let download = try request.destination.map { path throws(FileFault) in try Download(to: path) }
            let state = Exchange(
                upload: upload,
                download: download,
                limit: request.maximumBytes,
                cancellation: cancellation
            )
            return (state, download, upload?.size)
        } catch {
            throw fault(.file, error.message)
        }
    }

    private func finish(_ download: Download?) throws(HTTPError) {
        do throws(FileFault) {
            try download?.finish()
        } catch {
            throw fault(.file, error.message)
        }
    }

    private func makeFields() throws(HTTPError) -> (list: UnsafeMutablePointer<curl_slist>?, count: Int) {
        // Not waiting for `100 Continue` saves a second at servers that do not know it.
        var list = curl_slist_append(nil, "Expect:")
        for field in request.headers {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(\.isTokenCharacter),
                field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
            else {
                curl_slist_free_all(list)
                throw fault(.invalidRequest, "the header field `\(field.name.prefix(40))` can not be sent")
            }
            // A semicolon is curl's way to send a field without a value.
            list = curl_slist_append(
                list,
                field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)"
            )
        }
        return (list, request.headers.count)
    }

    private func configure(
        _ handle: UnsafeMutableRawPointer,
        exchange: Exchange,
        size: Int?
    ) throws(HTTPError) {
        let left = deadline - ContinuousClock.now
        guard left > .zero else { throw fault(.timedOut, "no answer within \(request.timeout)") }
        guard !request.method.isEmpty, request.method.utf8.allSatisfy(\.isTokenCharacter) else {
            throw fault(.invalidRequest, "`\(request.method.prefix(20))` is not a method")
        }
        let protocols = Int(CURLPROTO_HTTP | CURLPROTO_HTTPS)
        flowrun_curl_set_text(handle, CURLOPT_URL, address.url)
        // `CURLOPT_PROTOCOLS_STR` is newer than the oldest libcurl in use; this one does the same.
        flowrun_curl_set_long(handle, CURLOPT_PROTOCOLS, protocols)
        flowrun_curl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0)
        flowrun_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        flowrun_curl_set_long(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        flowrun_curl_set_long(handle, CURLOPT_TIMEOUT_MS, max(1, left.milliseconds))
        flowrun_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, max(1, request.connectTimeout.milliseconds))
        flowrun_curl_set_text(handle, CURLOPT_USERAGENT, "flowrun")
        if request.destination == nil { flowrun_curl_set_text(handle, CURLOPT_ACCEPT_ENCODING, "") }
        if let socket = request.unixSocket { flowrun_curl_set_text(handle, CURLOPT_UNIX_SOCKET_PATH, socket) }
        if request.unixSocket != nil || address.isLoopback {
            flowrun_curl_set_text(handle, CURLOPT_NOPROXY, "*")
        }

        if let size {
            flowrun_curl_set_long(handle, CURLOPT_UPLOAD, 1)
            flowrun_curl_set_size(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(size))
        }
        if request.method == "HEAD" {
            flowrun_curl_set_long(handle, CURLOPT_NOBODY, 1)
        } else {
            flowrun_curl_set_text(handle, CURLOPT_CUSTOMREQUEST, request.method)
        }
        Callbacks.attach(exchange, to: handle)
    }

    // MARK: Failing

    private func failure(
        _ code: CURLcode,
        _ handle: UnsafeMutableRawPointer,
        _ exchange: Exchange,
        _ text: String
    ) -> HTTPError {
        if let failure = exchange.failure { return fault(failure.reason, failure.message) }
        if exchange.isCancelled { return fault(.cancelled, "the request was cancelled") }
        var port = 0
        flowrun_curl_get_long(handle, CURLINFO_LOCAL_PORT, &port)
        let hasConnected = port != 0 || request.unixSocket != nil
        var message = text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
        // What curl says names hosts and files; still, a secret must not slip through in a quotation.
        for field in request.headers where !field.value.isEmpty && field.value.count >= 4 {
            message = message.replacingOccurrences(of: field.value, with: "***")
        }
        message = message.replacingOccurrences(of: address.url, with: WebAddress.redacted(address.url))
        return fault(Curl.reason(code, hasConnected: hasConnected), message)
    }
}

extension Duration {
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}

extension UInt8 {
    /// Whether HTTP allows it in a method or the name of a field.
    fileprivate var isTokenCharacter: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }
}
