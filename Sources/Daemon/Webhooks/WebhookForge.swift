import Crypto
import Expressions
import Foundation
import HTTPTypes

/// A kind of forge that sends webhooks, by the last part of their address.
enum WebhookForge: String, Sendable {
    case github, gitea, gitlab

    /// Whether a body was signed with a secret.
    ///
    /// GitHub and Gitea sign it with HMAC-SHA256; of GitLab the secret itself comes along. SHA-1 is not taken.
    func isSigned(_ body: Data, _ headers: HTTPFields, with secret: String) -> Bool {
        switch self {
        case .github:
            return Self.hasSignature(headers["X-Hub-Signature-256"], body, secret, prefix: "sha256=")
        case .gitea:
            return Self.hasSignature(headers["X-Gitea-Signature"], body, secret, prefix: "")
                || Self.hasSignature(headers["X-Forgejo-Signature"], body, secret, prefix: "")
                || Self.hasSignature(headers["X-Hub-Signature-256"], body, secret, prefix: "sha256=")
        case .gitlab:
            guard let token = headers["X-Gitlab-Token"] else { return false }
            // Digests have one length: to compare them tells nothing by the time that it takes.
            return SHA256.hash(data: Data(token.utf8)) == SHA256.hash(data: Data(secret.utf8))
        }
    }

    private static func hasSignature(_ given: String?, _ body: Data, _ secret: String, prefix: String) -> Bool
    {
        guard let given, given.hasPrefix(prefix), let bytes = Data(hexadecimal: given.dropFirst(prefix.count))
        else { return false }
        let key = SymmetricKey(data: Data(secret.utf8))
        return HMAC<SHA256>.isValidAuthenticationCode(bytes, authenticating: body, using: key)
    }

    /// What the forge calls the event.
    func eventName(_ headers: HTTPFields) -> String? {
        switch self {
        case .github: headers["X-GitHub-Event"]
        case .gitea: headers["X-Gitea-Event"] ?? headers["X-Forgejo-Event"] ?? headers["X-GitHub-Event"]
        case .gitlab: headers["X-Gitlab-Event"]
        }
    }

    /// The id that the forge gives to what it sends.
    func delivery(_ headers: HTTPFields) -> String? {
        switch self {
        case .github: headers["X-GitHub-Delivery"]
        case .gitea:
            headers["X-Gitea-Delivery"] ?? headers["X-Forgejo-Delivery"] ?? headers["X-GitHub-Delivery"]
        case .gitlab: headers["X-Gitlab-Event-UUID"] ?? headers["Idempotency-Key"]
        }
    }

    /// The event and its payload in GitHub's words; nil where GitHub has none like it.
    func event(_ name: String, _ body: Value) -> (name: String, payload: Value)? {
        switch self {
        case .github, .gitea: (name, body)
        case .gitlab: GitLabPayload(name, body).event
        }
    }
}

extension HTTPFields {
    fileprivate subscript(name: String) -> String? {
        HTTPField.Name(name).flatMap { self[$0] }.flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension Data {
    /// Pairs of hexadecimal digits, as forges write them: in lower case.
    fileprivate init?(hexadecimal text: Substring) {
        guard !text.contains(where: \.isUppercase) else { return nil }
        let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count == text.utf8.count, digits.count % 2 == 0 else { return nil }
        self.init(stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) })
    }
}
