import Foundation

/// An object as clients read it: 64-bit numbers are strings.
struct ObjectResource: Encodable {
    var kind = "storage#object"
    var id: String
    var selfLink: String
    var mediaLink: String
    var name: String
    var bucket: String
    var generation: String
    var metageneration: String
    var size: String
    var md5Hash: String?
    var crc32c: String
    var etag: String
    var timeCreated: String
    var updated: String
    var timeStorageClassUpdated: String
    var componentCount: Int?
    var contentType: String?
    var contentEncoding: String?
    var contentDisposition: String?
    var contentLanguage: String?
    var cacheControl: String?
    var storageClass: String
    var customTime: String?
    var metadata: [String: String]?

    init(_ record: ObjectRecord, base: String) {
        let address = "b/\(percentEncoded(record.bucket))/o/\(percentEncoded(record.name))"
        id = "\(record.bucket)/\(record.name)/\(record.generation)"
        selfLink = "\(base)/storage/v1/\(address)"
        mediaLink = "\(base)/download/storage/v1/\(address)?generation=\(record.generation)&alt=media"
        name = record.name
        bucket = record.bucket
        generation = String(record.generation)
        metageneration = String(record.metageneration)
        size = String(record.size)
        md5Hash = record.md5Hash
        crc32c = record.crc32c
        etag = record.etag
        timeCreated = record.timeCreated
        updated = record.updated
        timeStorageClassUpdated = record.timeCreated
        componentCount = record.componentCount
        contentType = record.description.contentType
        contentEncoding = record.description.contentEncoding
        contentDisposition = record.description.contentDisposition
        contentLanguage = record.description.contentLanguage
        cacheControl = record.description.cacheControl
        storageClass = record.description.storageClass ?? "STANDARD"
        customTime = record.description.customTime
        metadata = record.description.metadata
    }
}

/// One page of a bucket's objects.
struct ObjectsResource: Encodable {
    var kind = "storage#objects"
    var items: [ObjectResource]
    var prefixes: [String]
    var nextPageToken: String?
}

/// What became of a copy: here it is always done at once.
struct RewriteResource: Encodable {
    var kind = "storage#rewriteResponse"
    var totalBytesRewritten: String
    var objectSize: String
    var done = true
    var resource: ObjectResource

    init(_ resource: ObjectResource) {
        totalBytesRewritten = resource.size
        objectSize = resource.size
        self.resource = resource
    }
}

struct BucketResource: Encodable {
    var kind = "storage#bucket"
    var id: String
    var selfLink: String
    var name: String
    var projectNumber = "1"
    var generation: String
    var metageneration = "1"
    var location: String
    var locationType = "region"
    var storageClass: String
    var etag: String
    var timeCreated: String
    var updated: String

    init(_ record: BucketRecord, base: String) {
        id = record.name
        selfLink = "\(base)/storage/v1/b/\(record.name)"
        name = record.name
        generation = String(record.generation)
        location = record.location
        storageClass = record.storageClass
        etag = Data("\(record.generation)".utf8).base64EncodedString()
        timeCreated = record.timeCreated
        updated = record.timeCreated
    }
}

struct BucketsResource: Encodable {
    var kind = "storage#buckets"
    var items: [BucketResource]
    var nextPageToken: String?
}

/// Encodes a name so that it is one part of an address, whatever it holds.
func percentEncoded(_ name: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in name.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "~"):
            bytes.append(byte)
        default:
            bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}
