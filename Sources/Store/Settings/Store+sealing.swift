import Crypto
package import Foundation
import GRDB

/// Text that holds secrets, for rows and files that are not the secrets' own.
extension Store {
    /// Seals a text with the store's key, which is made where there is none yet.
    ///
    /// - Parameter purpose: What it is for: it opens for nothing else.
    package func seal(_ text: String, purpose: String) throws(StoreError) -> Data {
        let key = try write { db in try self.loadOrCreateKey(db) }
        do {
            let box = try AES.GCM.seal(
                Data(text.utf8),
                using: key,
                authenticating: Data("flowrun \(purpose) 1".utf8)
            )
            guard let combined = box.combined else {
                preconditionFailure("a nonce of the usual length was used")
            }
            return combined
        } catch {
            throw StoreError(.unreadableSecret, purpose)
        }
    }

    /// Opens what `seal` has made for the same purpose.
    package func unseal(_ sealed: Data, purpose: String) throws(StoreError) -> String {
        guard let key = try keyFile.load() else { throw StoreError(.keyMissing, keyFile.path) }
        do {
            let data = try AES.GCM.open(
                try AES.GCM.SealedBox(combined: sealed),
                using: key,
                authenticating: Data("flowrun \(purpose) 1".utf8)
            )
            return String(decoding: data, as: UTF8.self)
        } catch {
            throw StoreError(.unreadableSecret, purpose)
        }
    }
}
