package import Foundation

/// A whole artifact of a run.
///
/// Each attempt of a run is a row of its own among the runs, so artifacts are an attempt's.
package struct ArtifactRecord: Sendable, Equatable {
    /// Never given twice.
    package var id: Int64
    package var runID: Int64
    package var jobID: Int64?
    package var name: String
    /// `application/zip`, but for an artifact that is one file as it is.
    package var contentType: String
    /// Names its bytes to `Store.bytes(ofBlob:)`.
    package var blob: String
    package var size: Int64
    /// SHA-256, in hexadecimal digits.
    package var digest: String
    package var createdAt: Date
    package var expiresAt: Date
}

/// An artifact that is to be.
package struct NewArtifact: Sendable {
    package var runID: Int64
    package var jobID: Int64?
    package var name: String
    package var contentType: String
    package var createdAt: Date
    package var expiresAt: Date

    package init(
        runID: Int64,
        jobID: Int64?,
        name: String,
        contentType: String,
        createdAt: Date = Date(),
        expiresAt: Date
    ) {
        self.runID = runID
        self.jobID = jobID
        self.name = name
        self.contentType = contentType
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}
