import Crypto
import CryptoExtras
import Expressions
import Foundation
import Synchronization
import Testing

@testable import Engine
@testable import HTTP

/// What Google is asked for, as the published action asks.
struct GoogleTokensTests {
    private let secret: _RSA.Signing.PrivateKey
    private let key: GoogleKey

    init() throws {
        secret = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let fields = [
            "type": "service_account", "client_email": "ci@p.iam.gserviceaccount.com", "private_key_id": "k1",
            "private_key": secret.pkcs8PEMRepresentation, "token_uri": "https://oauth2.googleapis.com/token",
        ]
        let json = try JSONSerialization.data(withJSONObject: fields)
        key = try GoogleKey(json.base64EncodedString())
    }

    /// Asks for a token from a service that gives `answer`; gives the token and what was sent.
    private func ask(
        _ answer: String,
        _ status: Int = 200,
        _ body: (GoogleTokens) async throws -> String
    ) async throws -> (token: String, request: HTTPRequest) {
        let seen = Mutex<HTTPRequest?>(nil)
        let tokens = GoogleTokens(
            key: key,
            account: "other@p.iam.gserviceaccount.com",
            delegates: ["a@p"],
            reason: "why"
        ) { request in
            seen.withLock { $0 = request }
            return HTTPResponse(status: status, headers: [:], body: Array(answer.utf8), url: request.url)
        }
        let token = try await body(tokens)
        return (token, try #require(seen.withLock { $0 }))
    }

    private func text(_ request: HTTPRequest) -> String {
        guard case .bytes(let bytes) = request.body else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The claims of a token, once its signature is checked.
    private func claims(_ token: some StringProtocol) throws -> Value {
        let parts = String(token).split(separator: Character(".")).map(String.init)
        try #require(parts.count == 3)
        let decoded = try parts.map { part in
            let plain = part.replacing("-", with: "+").replacing("_", with: "/")
            let padding = String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
            return try #require(Data(base64Encoded: plain + padding))
        }
        #expect(
            secret.publicKey.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: decoded[2]),
                for: SHA256.hash(data: Data("\(parts[0]).\(parts[1])".utf8)),
                padding: .insecurePKCS1v1_5
            )
        )
        #expect(try Value(json: String(decoding: decoded[0], as: UTF8.self))["kid"].text == "k1")
        return try Value(json: String(decoding: decoded[1], as: UTF8.self))
    }

    @Test func anAccessTokenIsMadeByTheServiceOfTheAccount() async throws {
        let (token, request) = try await ask(#"{"accessToken": "ya29"}"#) {
            try await $0.accessToken(scopes: ["s1", "s2"], lifetime: 600, subject: "")
        }
        #expect(token == "ya29" && request.method == "POST")
        #expect(
            request.url
                == "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/other@p.iam.gserviceaccount.com:generateAccessToken"
        )
        #expect(text(request) == #"{"delegates":["a@p"],"scope":["s1","s2"],"lifetime":"600s"}"#)
        #expect(request.headers["X-Goog-Request-Reason"] == "why")
        let bearer = try #require(request.headers["Authorization"]).dropFirst("Bearer ".count)
        let claims = try claims(bearer)
        #expect(claims["iss"].text == key.email && claims["sub"].text == key.email)
        #expect(claims["aud"].text == "https://iamcredentials.googleapis.com/")
    }

    @Test func aSubjectTakesTheWayOfItsDomain() async throws {
        let (token, request) = try await ask(#"{"access_token": "dwd"}"#) {
            try await $0.accessToken(scopes: ["s1", "s2"], lifetime: 600, subject: "user@e.org")
        }
        #expect(token == "dwd" && request.url == "https://oauth2.googleapis.com/token")
        let form = text(request).split(separator: "&assertion=")
        #expect(form.first == "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer")
        let claims = try claims(try #require(form.last))
        #expect(claims["sub"].text == "user@e.org" && claims["scope"].text == "s1 s2")
        #expect(claims["iss"].text == "other@p.iam.gserviceaccount.com")
        #expect(request.headers["Authorization"] == nil)
    }

    @Test func anIdentityTokenIsForItsAudience() async throws {
        let (token, request) = try await ask(#"{"token": "id"}"#) {
            try await $0.identityToken(audience: "https://e.org", includesEmail: true)
        }
        #expect(token == "id" && request.url.hasSuffix(":generateIdToken"))
        #expect(text(request) == #"{"delegates":["a@p"],"audience":"https://e.org","includeEmail":true}"#)
    }

    @Test func whatGoogleRefusesIsTold() async throws {
        let failure = await #expect(throws: StepFailure.self) {
            _ = try await ask(#"{"error": "denied"}"#, 403) {
                try await $0.identityToken(audience: "a", includesEmail: false)
            }
        }
        #expect(failure?.message.contains(#"HTTP 403: {"error": "denied"}"#) == true)
    }

    @Test(arguments: ["x", "{}", #"{"type": "authorized_user"}"#])
    func whatIsNoServiceAccountsKeyIsRefused(_ text: String) {
        #expect(throws: StepFailure.self) { try GoogleKey(text) }
    }
}
