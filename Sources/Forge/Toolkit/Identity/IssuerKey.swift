import Crypto
import CryptoExtras
import Foundation
import Store

/// The key that this machine signs its jobs' identities with: one for all runs, so that who trusts it once need not again.
struct IssuerKey: Sendable {
    private let secret: _RSA.Signing.PrivateKey
    /// What the key is called in tokens and in the list of keys.
    let id: String

    init(_ secret: _RSA.Signing.PrivateKey) {
        self.secret = secret
        id = Data(SHA256.hash(data: secret.publicKey.derRepresentation)).prefix(20).base64URL
    }

    /// The key in its file; it is made where there is none.
    static func load(in home: FlowrunHome) throws -> IssuerKey {
        let file = PrivateFile(path: home.keys + "/identity.pem")
        try home.make(home.keys)
        if let text = try file.load(limit: 1 << 14) { return try IssuerKey(pem: text, file.path) }
        let secret = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        if try file.create(Data(secret.pkcs8PEMRepresentation.utf8)) { return IssuerKey(secret) }
        // Another process was faster.
        return try IssuerKey(pem: try file.load(limit: 1 << 14) ?? Data(), file.path)
    }

    private init(pem: Data, _ path: String) throws {
        do {
            self.init(try _RSA.Signing.PrivateKey(pemRepresentation: String(decoding: pem, as: UTF8.self)))
        } catch {
            throw StoreError(.keyDamaged, path, cause: error)
        }
    }

    /// A signature with RSA and SHA-256 (RS256).
    func signature(of text: String) throws -> Data {
        try secret.signature(for: SHA256.hash(data: Data(text.utf8)), padding: .insecurePKCS1v1_5)
            .rawRepresentation
    }

    /// The public half, as a JSON Web Key has it.
    var publicKey: (id: String, modulus: String, exponent: String) {
        get throws {
            let numbers = try secret.publicKey.getKeyPrimitives()
            return (id, numbers.modulus.base64URL, numbers.publicExponent.base64URL)
        }
    }
}
