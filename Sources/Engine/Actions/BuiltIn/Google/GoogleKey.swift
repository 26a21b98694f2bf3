import Crypto
import CryptoExtras
import Expressions
import Foundation
import Store

/// The key of a Google service account, as `credentials_json` holds it.
struct GoogleKey: Sendable {
    /// The JSON itself.
    let text: String
    let email: String
    let project: String
    let secret: String
    private let id: String
    /// Where tokens for this key are asked for: Google's own place, or a local cloud's.
    let tokenAddress: String

    /// - Parameter given: JSON, or JSON in base64.
    init(_ given: String) throws(StepFailure) {
        let text =
            given.hasPrefix("{")
            ? given : Data(base64Encoded: given).map { String(decoding: $0, as: UTF8.self) } ?? given
        guard let key = try? Value(json: text) else {
            throw StepFailure("'credentials_json' is neither JSON nor JSON in base64")
        }
        guard key["type"].text == "service_account" else {
            throw StepFailure(
                "google-github-actions/auth failed with: Provided credential is not a valid Google Service Account Key JSON"
            )
        }
        self.text = text
        email = key["client_email"].text
        project = key["project_id"].text
        secret = key["private_key"].text
        id = key["private_key_id"].text
        tokenAddress = key["token_uri"].text
    }

    /// A JSON Web Token of these claims, signed with the key (RS256).
    func signed(_ claims: (inout JSONWriter) -> Void) throws(StepFailure) -> String {
        var header = JSONWriter()
        header.object { json in
            json.field("alg", "RS256")
            json.field("typ", "JWT")
            json.field("kid", id)
        }
        var body = JSONWriter()
        body.object(nil, claims)
        let message = "\(Self.part(header.bytes)).\(Self.part(body.bytes))"
        do {
            let key = try _RSA.Signing.PrivateKey(pemRepresentation: secret)
            let digest = SHA256.hash(data: Data(message.utf8))
            let signature = try key.signature(for: digest, padding: .insecurePKCS1v1_5)
            return "\(message).\(Self.part(Array(signature.rawRepresentation)))"
        } catch {
            throw StepFailure(
                "google-github-actions/auth failed with: Failed to sign auth token using \(email): 'private_key' is no RSA "
                    + "key in PEM"
            )
        }
    }

    /// Base64 in the alphabet of addresses, without padding (RFC 7515).
    private static func part(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }
}
