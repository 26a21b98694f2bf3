import Foundation

/// What a client says of an object that it uploads, copies or composes.
struct DescriptionRequest: Decodable {
    var name: String?
    var expected = ExpectedChecksums()
    var description: ObjectDescription

    private enum CodingKeys: String, CodingKey { case name, md5Hash, crc32c }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        name = try fields.decodeIfPresent(String.self, forKey: .name)
        expected.md5Hash = try fields.decodeIfPresent(String.self, forKey: .md5Hash)
        expected.crc32c = try fields.decodeIfPresent(String.self, forKey: .crc32c)
        description = try ObjectDescription(from: decoder)
    }

    private init() {
        description = ObjectDescription()
    }

    /// Reads JSON; no bytes at all say nothing.
    static func read(_ json: some Collection<UInt8>) throws(StorageFault) -> DescriptionRequest {
        if json.allSatisfy({ $0 <= 0x20 }) { return DescriptionRequest() }
        do {
            return try JSONDecoder().decode(DescriptionRequest.self, from: Data(json))
        } catch {
            throw .invalid("The object's description is not the JSON that was expected: \(error)")
        }
    }
}

/// Changes to an object's description: what is not named stays, what is null goes.
struct DescriptionPatch: Decodable {
    private var changes: [@Sendable (inout ObjectDescription) -> Void] = []

    private enum CodingKeys: String, CodingKey {
        case contentType, contentEncoding, contentDisposition, contentLanguage, cacheControl, storageClass
        case customTime, metadata
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        for key in fields.allKeys where key != .metadata {
            let value = try fields.decodeIfPresent(String.self, forKey: key)
            changes.append { $0[keyPath: DescriptionPatch.field(key)] = value }
        }
        guard fields.contains(.metadata) else { return }
        guard let entries = try fields.decodeIfPresent([String: String?].self, forKey: .metadata) else {
            changes.append { $0.metadata = nil }
            return
        }
        changes.append { description in
            var metadata = description.metadata ?? [:]
            for (name, value) in entries { metadata[name] = value }
            description.metadata = metadata.isEmpty ? nil : metadata
        }
    }

    func apply(to description: inout ObjectDescription) {
        for change in changes { change(&description) }
    }

    static func read(_ json: some Collection<UInt8>) throws(StorageFault) -> DescriptionPatch {
        do {
            return try JSONDecoder().decode(DescriptionPatch.self, from: Data(json))
        } catch {
            throw .invalid("The object's description is not the JSON that was expected: \(error)")
        }
    }

    private static func field(_ key: CodingKeys) -> WritableKeyPath<ObjectDescription, String?> {
        switch key {
        case .contentType: \.contentType
        case .contentEncoding: \.contentEncoding
        case .contentDisposition: \.contentDisposition
        case .contentLanguage: \.contentLanguage
        case .cacheControl: \.cacheControl
        case .storageClass: \.storageClass
        case .customTime: \.customTime
        case .metadata: preconditionFailure("metadata is no single text; it is read apart")
        }
    }
}
