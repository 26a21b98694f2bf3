import Crypto
import Foundation

/// The key that secrets are sealed with: a file of 32 bytes that only the user can read, or 32 bytes as Base64 that the
/// environment gives.
struct SecretKeyFile {
    private static let size = 32

    let path: String
    /// What the environment gives; nothing is read from a file or written to one then.
    private let given: String?

    init(home: FlowrunHome) {
        given = home.secretsKey
        path = given == nil ? home.keys + "/secrets.key" : "FLOWRUN_SECRETS_KEY"
    }

    /// - Returns: nil where there is no key.
    func load() throws(StoreError) -> SymmetricKey? {
        if let given {
            guard let bytes = Data(base64Encoded: given), bytes.count == Self.size else {
                throw StoreError(.keyDamaged, path)
            }
            return SymmetricKey(data: bytes)
        }
        // One byte more than there should be tells a file that is too long.
        guard let bytes = try PrivateFile(path: path).load(limit: Self.size + 1) else { return nil }
        guard bytes.count == Self.size else { throw StoreError(.keyDamaged, path) }
        return SymmetricKey(data: bytes)
    }

    /// Makes a new key, or gives the one that another process made at the same time.
    func create() throws(StoreError) -> SymmetricKey {
        let key = SymmetricKey(size: .bits256)
        if try PrivateFile(path: path).create(key.withUnsafeBytes { Data($0) }) { return key }
        guard let other = try load() else { throw StoreError(.keyMissing, path) }
        return other
    }
}
