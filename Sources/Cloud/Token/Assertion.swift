import Crypto
import CryptoExtras
import Foundation

/// A JSON Web Token that a client signed with a service account's key to get an access token for it.
struct Assertion {
    /// Why an assertion is refused, in words for the client.
    struct Refusal: Error {
        var message: String
    }

    /// Checks that the token was signed by `key`, and lately.
    ///
    /// A real key's assertion never passes: only the local cloud's own public key verifies anything.
    static func verify(_ token: String, key: ServiceAccountKey, now: Date) throws {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = decode(parts[0]), let claims = decode(parts[1]),
            let signature = decode(parts[2])
        else { throw Refusal(message: "the assertion is not a JSON Web Token") }

        guard let header = try? JSONDecoder().decode(Header.self, from: header), header.alg == "RS256" else {
            throw Refusal(message: "the assertion is not signed with RS256")
        }
        let isSigned = try key.publicKey().isValidSignature(
            _RSA.Signing.RSASignature(rawRepresentation: signature),
            for: SHA256.hash(data: Data("\(parts[0]).\(parts[1])".utf8)),
            padding: .insecurePKCS1v1_5
        )
        guard isSigned else {
            throw Refusal(
                message:
                    "the assertion is not signed with the local cloud's key; a real key belongs to Google's"
            )
        }
        guard let claims = try? JSONDecoder().decode(Claims.self, from: claims) else {
            throw Refusal(message: "the assertion's claims cannot be read")
        }
        guard claims.iss == key.clientEmail else {
            throw Refusal(message: "the assertion was issued by another account")
        }
        let seconds = now.timeIntervalSince1970
        guard claims.exp > seconds else { throw Refusal(message: "the assertion has expired") }
        guard claims.iat <= seconds + 300 else { throw Refusal(message: "the assertion lies in the future") }
    }

    private struct Header: Decodable {
        var alg: String
    }

    private struct Claims: Decodable {
        var iss: String
        var iat: Double
        var exp: Double
    }

    private static func decode(_ part: Substring) -> Data? {
        Data(base64Forgiving: String(part))
    }
}

extension Data {
    /// Decodes base64 in either alphabet, with or without padding and line breaks.
    init?(base64Forgiving text: String) {
        var plain = text.filter { !$0.isWhitespace }
            .replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        while plain.last == "=" { plain.removeLast() }
        plain += String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        self.init(base64Encoded: plain)
    }
}
