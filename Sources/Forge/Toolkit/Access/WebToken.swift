import Crypto
import Foundation
import Store

/// JSON Web Tokens (RFC 7519): three parts in base64url.
enum WebToken {
    /// The first two parts: what a signature is made over.
    static func unsigned(header: (inout JSONWriter) -> Void, claims: (inout JSONWriter) -> Void) -> String {
        "\(part(header)).\(part(claims))"
    }

    private static func part(_ content: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        json.object(nil, content)
        return Data(json.bytes).base64URL
    }

    /// Signs with HMAC and SHA-256.
    static func signed(with key: SymmetricKey, claims: (inout JSONWriter) -> Void) -> String {
        let text = unsigned(
            header: { json in
                json.field("alg", "HS256")
                json.field("typ", "JWT")
            },
            claims: claims
        )
        let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)
        return "\(text).\(Data(code).base64URL)"
    }

    /// The claims of a token that `signed(with:claims:)` made with this key, as JSON; nil for any other.
    static func claims(of token: String, signedWith key: SymmetricKey) -> String? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let code = Data(base64URL: parts[2]), let claims = Data(base64URL: parts[1]),
            HMAC<SHA256>.isValidAuthenticationCode(
                code,
                authenticating: Data("\(parts[0]).\(parts[1])".utf8),
                using: key
            )
        else { return nil }
        return String(decoding: claims, as: UTF8.self)
    }
}

extension Data {
    /// Base64 in the alphabet of addresses, without padding (RFC 4648, section 5).
    var base64URL: String {
        base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }

    init?(base64URL text: some StringProtocol) {
        var plain = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        plain += String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        self.init(base64Encoded: plain)
    }
}
