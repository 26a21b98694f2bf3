import Foundation

/// What is known of one bucket.
struct BucketRecord: Codable, Sendable {
    var name: String
    var timeCreated: String
    var location: String
    var storageClass: String
    /// Grows with each bucket of this name.
    var generation: Int64
}

extension ObjectStore {
    func bucket(_ name: String) throws -> BucketRecord {
        guard let record = try record(ofBucket: name) else { throw StorageFault.noBucket(name) }
        return record
    }

    /// All buckets, sorted by name.
    func buckets() throws -> [BucketRecord] {
        try Folder.names(in: objects).sorted().compactMap { try record(ofBucket: $0) }
    }

    func createBucket(
        _ name: String,
        location: String? = nil,
        storageClass: String? = nil
    ) throws
        -> BucketRecord
    {
        guard BucketName.isValid(name) else {
            throw StorageFault.invalid(
                "Invalid bucket name: '\(name)': 3 to 222 small letters, digits, `-`, `_` and `.`, a letter or digit at both ends"
            )
        }
        let record = BucketRecord(
            name: name,
            timeCreated: timestamp(),
            location: location?.uppercased() ?? "US-CENTRAL1",
            storageClass: storageClass ?? "STANDARD",
            generation: Int64(Date().timeIntervalSince1970 * 1_000_000)
        )
        try whileLocked {
            guard try self.record(ofBucket: name) == nil else { throw StorageFault.bucketExists(name) }
            try Folder.make("\(objects)/\(name)")
            try Folder.replace(recordPath(name), with: JSONEncoder().encode(record))
        }
        return record
    }

    func deleteBucket(_ name: String) throws {
        try whileLocked {
            _ = try bucket(name)
            guard try list(name, ListingRequest(limit: 1)).entries.isEmpty else {
                throw StorageFault.bucketNotEmpty(name)
            }
            try Folder.remove(recordPath(name))
            try FileManager.default.removeItem(atPath: "\(objects)/\(name)")
        }
        try Folder.synchronize(objects)
    }

    /// The bucket's record, nil where there is no such bucket.
    func record(ofBucket name: String) throws -> BucketRecord? {
        guard BucketName.isValid(name), let json = try Folder.read(recordPath(name)) else { return nil }
        do {
            return try JSONDecoder().decode(BucketRecord.self, from: json)
        } catch {
            throw CloudError(.damaged, recordPath(name), detail: "\(error)")
        }
    }

    private func recordPath(_ name: String) -> String {
        "\(objects)/\(name)/,bucket"
    }
}

/// The rule for bucket names, which keeps them apart from `.` and from paths.
enum BucketName {
    static func isValid(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard (3...222).contains(bytes.count), let first = bytes.first, let last = bytes.last else {
            return false
        }
        return isLetterOrDigit(first) && isLetterOrDigit(last)
            && bytes.allSatisfy { isLetterOrDigit($0) || "-_.".utf8.contains($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
