package import Foundation

/// What a run left for later runs of its repository; its bytes never change.
package struct CacheRecord: Sendable, Equatable {
    /// Never given twice.
    package var id: Int64
    /// The repository's path on this machine.
    package var repository: String
    /// Whose cache it is: the full name of the ref that saved it.
    package var scope: String
    package var key: String
    /// What else has to be the same for the bytes to be of use, as the client worked it out.
    package var version: String
    /// Names its bytes to `Store.bytes(ofBlob:)`.
    package var blob: String
    package var size: Int64
    /// SHA-256, in hexadecimal digits.
    package var digest: String
    package var createdAt: Date
    package var lastUsedAt: Date
}

/// A cache that is to be.
package struct NewCache: Sendable {
    package var repository: String
    package var scope: String
    package var key: String
    package var version: String
    package var createdAt: Date

    package init(repository: String, scope: String, key: String, version: String, createdAt: Date = Date()) {
        self.repository = repository
        self.scope = scope
        self.key = key
        self.version = version
        self.createdAt = createdAt
    }
}
