import Foundation

/// What is known of one stored object.
struct ObjectRecord: Codable, Sendable {
    var bucket: String
    var name: String
    var size: Int64
    /// Base64; absent for an object that was composed of others.
    var md5Hash: String?
    /// Base64.
    var crc32c: String
    /// Grows with each new content under this name.
    var generation: Int64
    /// Counts the changes of the description since the content was written.
    var metageneration: Int64
    var timeCreated: String
    var updated: String
    var componentCount: Int?
    var description: ObjectDescription

    /// The record with a generation above the one it replaces, also where the clock went back.
    func following(_ present: ObjectRecord?) -> ObjectRecord {
        var record = self
        record.generation = max(generation, (present?.generation ?? 0) + 1)
        return record
    }

    var etag: String {
        Data("\(generation)/\(metageneration)".utf8).base64EncodedString()
    }
}

/// What a client may say about an object beside its bytes.
struct ObjectDescription: Codable, Sendable {
    var contentType: String?
    var contentEncoding: String?
    var contentDisposition: String?
    var contentLanguage: String?
    var cacheControl: String?
    var storageClass: String?
    var customTime: String?
    var metadata: [String: String]?
}

/// The state that the present object must be in for a request to act on it.
struct Conditions: Codable, Sendable {
    /// Zero asks that there be no object.
    var generation: Int64?
    var notGeneration: Int64?
    var metageneration: Int64?
    var notMetageneration: Int64?

    func hold(for record: ObjectRecord?) -> Bool {
        if let generation, generation != record?.generation ?? 0 { return false }
        if let notGeneration, notGeneration == record?.generation ?? 0 { return false }
        if let metageneration, metageneration != record?.metageneration { return false }
        if let notMetageneration, notMetageneration == record?.metageneration { return false }
        return true
    }
}

/// The present time as Google's storage writes it.
func timestamp(_ date: Date = Date()) -> String {
    date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
}
