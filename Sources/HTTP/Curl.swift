import CCurlOnDemand
import CLibCurl

/// libcurl as a whole.
enum Curl {
    /// A trace that the library has been set up, once for the life of the process; reading it does so.
    static let isReady: Bool =
        flowrun_curl_is_there() != 0 && curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// What a status means.
    ///
    /// Without a connection nothing was sent, whatever the status says.
    static func reason(_ code: CURLcode, hasConnected: Bool) -> HTTPError.Reason {
        switch code {
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .invalidRequest
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .unresolvedHost
        case CURLE_COULDNT_CONNECT: .notConnected
        case CURLE_OPERATION_TIMEDOUT: hasConnected ? .timedOut : .notConnected
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
            .untrusted
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2,
            CURLE_HTTP2_STREAM:
            hasConnected ? .interrupted : .notConnected
        default: .other
        }
    }
}
