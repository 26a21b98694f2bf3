import Crypto
package import Foundation
import GRDB

/// Text that holds secrets, for rows and files that are not the secrets' own.
extension Store {
    /// Seals a text with the store's key, which is made where there is none yet.
    ///
    /// - Parameter purpose: What it is for: it opens for nothing else.
    package func seal(_ text: String, purpose: String) throws(StoreError) -> Data {
        try sealer(for: purpose).seal(Data(text.utf8))
    }

    /// Seals much for one purpose, with a key that is made where there is none yet.
    package func sealer(for purpose: String) throws(StoreError) -> StoreSealer {
        StoreSealer(key: try write { db in try self.loadOrCreateKey(db) }, purpose: purpose)
    }

    /// Opens what `seal` has made for the same purpose.
    package func unseal(_ sealed: Data, purpose: String) throws(StoreError) -> String {
        String(decoding: try opener(for: purpose).open(sealed), as: UTF8.self)
    }

    /// Opens much that was sealed for one purpose; nothing is written.
    package func opener(for purpose: String) throws(StoreError) -> StoreSealer {
        guard let key = try keyFile.load() else { throw StoreError(.keyMissing, keyFile.path) }
        return StoreSealer(key: key, purpose: purpose)
    }
}

/// Seals and opens texts for one purpose with the store's key.
package struct StoreSealer: Sendable {
    fileprivate let key: SymmetricKey
    fileprivate let purpose: String

    private var label: Data { Data("flowrun \(purpose) 1".utf8) }

    package func seal(_ data: Data) throws(StoreError) -> Data {
        do {
            guard let sealed = try AES.GCM.seal(data, using: key, authenticating: label).combined else {
                preconditionFailure("a nonce of the usual length was used")
            }
            return sealed
        } catch {
            throw StoreError(.unreadableSecret, purpose)
        }
    }

    package func open(_ sealed: Data) throws(StoreError) -> Data {
        do {
            let box = try AES.GCM.SealedBox(combined: sealed)
            return try AES.GCM.open(box, using: key, authenticating: label)
        } catch {
            throw StoreError(.unreadableSecret, purpose)
        }
    }
}
