import Crypto
import CryptoExtras
import Foundation

/// A Google service account's key file, as far as clients read it.
struct ServiceAccountKey: Codable, Sendable {
    var type = "service_account"
    var projectID: String
    var privateKeyID: String
    /// PKCS#8, PEM.
    var privateKey: String
    var clientEmail: String
    var clientID: String
    var authURI = "https://accounts.google.com/o/oauth2/auth"
    /// Where clients exchange a signed assertion for an access token: what makes a key local.
    var tokenURI: String
    var universeDomain = "googleapis.com"

    enum CodingKeys: String, CodingKey {
        case type
        case projectID = "project_id"
        case privateKeyID = "private_key_id"
        case privateKey = "private_key"
        case clientEmail = "client_email"
        case clientID = "client_id"
        case authURI = "auth_uri"
        case tokenURI = "token_uri"
        case universeDomain = "universe_domain"
    }

    /// Makes a key that no one but the local cloud will ever accept.
    static func generate(projectID: String, tokenURI: String) throws -> ServiceAccountKey {
        let secret = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let fingerprint = SHA256.hash(data: secret.publicKey.derRepresentation)
        return ServiceAccountKey(
            projectID: projectID,
            privateKeyID: fingerprint.prefix(20).map { String(format: "%02x", $0) }.joined(),
            privateKey: secret.pkcs8PEMRepresentation + "\n",
            clientEmail: "flowrun-local@\(projectID).iam.gserviceaccount.com",
            clientID: "1" + (0..<20).map { _ in String(Int.random(in: 0...9)) }.joined(),
            tokenURI: tokenURI
        )
    }

    /// A refresh token that belongs to this key; it is no more secret than the key beside it.
    var refreshToken: String { "flowrun-local-\(privateKeyID)" }

    func publicKey() throws -> _RSA.Signing.PublicKey {
        try _RSA.Signing.PrivateKey(pemRepresentation: privateKey).publicKey
    }
}

/// The key in its file.
extension ServiceAccountKey {
    static func read(_ path: String) throws(CloudError) -> ServiceAccountKey? {
        guard let json = try Folder.read(path) else { return nil }
        do {
            let key = try JSONDecoder().decode(ServiceAccountKey.self, from: json)
            _ = try key.publicKey()
            return key
        } catch {
            throw CloudError(
                .damaged,
                path,
                detail: "it is no service account key; remove it to have a new one made"
            )
        }
    }

    func write(_ path: String) throws {
        try Folder.replace(path, with: json())
    }

    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}
