import Expressions
import Foundation
import HTTP
import Store

/// Tokens for a service account, asked for as `google-github-actions/auth` does (its `src/client`).
struct GoogleTokens: Sendable {
    let key: GoogleKey
    /// The account that a token is for: the key's own, or one that it may impersonate.
    let account: String
    /// Accounts in between.
    var delegates: [String] = []
    /// `googleapis.com`, or another cloud of Google's.
    var universe = "googleapis.com"
    /// Goes into the logs of Google's.
    var reason = ""
    /// How a request goes out.
    var send: @Sendable (HTTPRequest) async throws -> HTTPResponse = {
        try await sendRetrying($0, RetryPolicy(attempts: 3, limit: .seconds(60)))
    }

    /// What the service that makes tokens lets in; needs nobody to make it.
    func authToken(at now: Date = Date()) throws(StepFailure) -> String {
        try key.signed { json in
            json.field("iss", key.email)
            json.field("sub", key.email)
            json.field("aud", "https://iamcredentials.\(universe)/")
            json.field("iat", Int(now.timeIntervalSince1970))
            json.field("exp", Int(now.timeIntervalSince1970) + 3599)
        }
    }

    /// - Parameters:
    ///   - subject: The user of a domain in whose name the account acts; empty for its own.
    ///   - lifetime: In seconds.
    func accessToken(scopes: [String], lifetime: Int, subject: String) async throws -> String {
        // A key that is not Google's (the local cloud's) says itself who gives tokens for it.
        guard subject.isEmpty, isGoogles else {
            let assertion = try assertion(lifetime: min(lifetime, 3600)) { json in
                if !subject.isEmpty { json.field("sub", subject) }
                if !scopes.isEmpty { json.field("scope", scopes.joined(separator: " ")) }
            }
            return try await exchange(assertion, for: "access_token")
        }
        return try await call("generateAccessToken", for: "accessToken") { json in
            if !scopes.isEmpty { json.array("scope") { for scope in scopes { $0.element(scope) } } }
            if lifetime > 0 { json.field("lifetime", "\(lifetime)s") }
        }
    }

    func identityToken(audience: String, includesEmail: Bool) async throws -> String {
        guard isGoogles else {
            let assertion = try assertion(lifetime: 3600) { $0.field("target_audience", audience) }
            return try await exchange(assertion, for: "id_token")
        }
        return try await call("generateIdToken", for: "token") { json in
            json.field("audience", audience)
            json.field("includeEmail", includesEmail)
        }
    }

    private var exchangeAddress: String {
        isGoogles ? "https://oauth2.\(universe)/token" : key.tokenAddress
    }

    private var isGoogles: Bool {
        guard !key.tokenAddress.isEmpty, let host = URL(string: key.tokenAddress)?.host else { return true }
        return host == universe || host.hasSuffix(".\(universe)")
    }

    private func assertion(
        lifetime: Int,
        _ more: (inout JSONWriter) -> Void
    ) throws(StepFailure) -> String {
        let now = Int(Date().timeIntervalSince1970)
        return try key.signed { json in
            json.field("iss", isGoogles ? account : key.email)
            json.field("aud", isGoogles ? "https://oauth2.googleapis.com/token" : exchangeAddress)
            json.field("iat", now)
            json.field("exp", now + lifetime)
            more(&json)
        }
    }

    /// Trades a signed assertion (RFC 7523).
    private func exchange(_ assertion: String, for name: String) async throws -> String {
        let body = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=\(assertion)"
        return try await ask(exchangeAddress, body, "application/x-www-form-urlencoded", for: name)
    }

    /// Calls a method of the account at the service that makes tokens.
    private func call(
        _ method: String,
        for name: String,
        _ body: (inout JSONWriter) -> Void
    ) async throws -> String {
        var json = JSONWriter()
        json.object { json in
            if !delegates.isEmpty { json.array("delegates") { for one in delegates { $0.element(one) } } }
            body(&json)
        }
        let address =
            "https://iamcredentials.\(universe)/v1/projects/-/serviceAccounts/\(account):\(method)"
        let text = String(decoding: json.bytes, as: UTF8.self)
        return try await ask(address, text, "application/json", for: name, token: try authToken())
    }

    private func ask(
        _ address: String,
        _ body: String,
        _ type: String,
        for name: String,
        token: String? = nil
    ) async throws -> String {
        var request = HTTPRequest(
            method: "POST",
            url: address,
            headers: ["Content-Type": type, "Accept": "application/json"],
            body: .bytes(Array(body.utf8)),
            timeout: .seconds(30),
            maximumBytes: 1 << 20
        )
        if let token { request.headers["Authorization"] = "Bearer \(token)" }
        if !reason.isEmpty { request.headers["X-Goog-Request-Reason"] = reason }
        let failed = "google-github-actions/auth failed with: Failed to call \(address)"
        let answer: HTTPResponse
        do { answer = try await send(request) } catch { throw StepFailure("\(failed): \(error)") }
        guard answer.isSuccess else {
            let said = answer.text.isEmpty ? "[no body]" : answer.text
            throw StepFailure("\(failed): HTTP \(answer.status): \(said)")
        }
        let found = (try? Value(json: answer.text))?[name].text ?? ""
        guard !found.isEmpty else { throw StepFailure("\(failed): the answer has no '\(name)'") }
        return found
    }
}
