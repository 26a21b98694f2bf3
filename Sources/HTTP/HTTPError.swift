/// Why no answer came.
///
/// A status of 400 and more is an answer, not an error.
package struct HTTPError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        /// URL, method or header fields that can not be sent.
        case invalidRequest
        case unresolvedHost
        /// No connection was made, so nothing was sent.
        case notConnected
        /// The limit on the whole exchange, or on connecting, was reached.
        case timedOut
        /// The connection broke while the exchange was under way; the server may have acted.
        case interrupted
        /// The server could not prove who it is, or speaks no TLS that we accept.
        case untrusted
        /// The answer is larger than allowed.
        case tooLarge(limit: Int)
        /// Too many redirects, or one to something else than http and https.
        case badRedirect
        /// The file to send or to write could not be used.
        case file
        case cancelled
        case other
    }

    package var reason: Reason
    /// Method and address, without user, password, query and fragment.
    package var subject: String
    package var message: String

    package var description: String { "\(subject): \(message)" }

    /// Whether the server can not have seen the request.
    var isBeforeSending: Bool { reason == .unresolvedHost || reason == .notConnected }
}
