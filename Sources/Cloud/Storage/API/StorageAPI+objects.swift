import Foundation
import Hummingbird
import Serving

extension StorageAPI {
    func listObjects(_ bucket: String, _ query: Query) async throws -> Response {
        var request = ListingRequest()
        request.prefix = Array((query["prefix"] ?? "").utf8)
        request.delimiter = Array((query["delimiter"] ?? "").utf8)
        request.start = Array((query["startOffset"] ?? "").utf8)
        request.end = query["endOffset"].flatMap { $0.isEmpty ? nil : Array($0.utf8) }
        request.includesTrailingDelimiter = query["includeTrailingDelimiter"] == "true"
        if let limit = try query.number("maxResults") {
            guard limit >= 0 else { throw StorageFault.invalid("Invalid value for maxResults: `\(limit)`") }
            request.limit = limit == 0 ? 1000 : Int(min(limit, 1000))
        }
        if let token = query["pageToken"], !token.isEmpty {
            guard let after = Data(base64Forgiving: token) else {
                throw StorageFault.invalid("Invalid value for pageToken: `\(token)`")
            }
            request.after = Array(after)
        }
        let wanted = request
        let store = store
        let base = base
        let page = try await offPool {
            let listing = try store.list(bucket, wanted)
            var page = ObjectsResource(
                items: [],
                prefixes: [],
                nextPageToken: listing.next.map { Data($0).base64EncodedString() }
            )
            for entry in listing.entries {
                switch entry {
                case .prefix(let prefix):
                    page.prefixes.append(prefix)
                case .object(let name):
                    do {
                        page.items.append(ObjectResource(try store.object(bucket, name).record, base: base))
                    } catch let fault as StorageFault where fault.status == 404 {
                        continue  // It was deleted since its name was read.
                    }
                }
            }
            return page
        }
        return .json(page, status: .ok)
    }

    func delete(bucket: String, name: String, query: Query) async throws -> Response {
        var conditions = try Conditions(query)
        if let wanted = try query.number("generation") {
            // Only the present generation is kept: any other is gone already.
            _ = try await object(bucket, name, query: query)
            conditions.generation = wanted
        }
        let store = store
        let checked = conditions
        try await offPool { try store.delete(ObjectName(name), in: bucket, conditions: checked) }
        return Response(status: .noContent)
    }

    func redescribe(
        _ request: Request,
        bucket: String,
        name: String,
        query: Query
    ) async throws -> Response {
        let conditions = try Conditions(query)
        let json = Data(try await request.body.collect(upTo: 1 << 20).readableBytesView)
        let isPatch = request.method == .patch
        let store = store
        let record = try await offPool {
            try store.redescribe(ObjectName(name), in: bucket, conditions: conditions) { description in
                if isPatch {
                    try DescriptionPatch.read(json).apply(to: &description)
                } else {
                    description = try DescriptionRequest.read(json).description
                }
            }
        }
        return .json(resource(record), status: .ok)
    }

    /// Copies an object; a description in the request replaces the source's.
    func copy(
        _ request: Request,
        from source: (bucket: String, name: String),
        to destination: (bucket: String, name: String),
        query: Query
    ) async throws -> ObjectRecord {
        let wanted = try query.number("sourceGeneration")
        let conditions = try Conditions(query)
        let json = try await request.body.collect(upTo: 1 << 20)
        let said = try DescriptionRequest.read(json.readableBytesView).description
        let store = store
        return try await offPool {
            let object = try store.object(source.bucket, ObjectName(source.name))
            if let wanted, wanted != object.record.generation {
                throw StorageFault.noObject(source.bucket, source.name)
            }
            let copy = try store.copy(of: object)
            return try copy.settle { incoming in
                try store.commit(
                    incoming,
                    as: ObjectName(destination.name),
                    in: destination.bucket,
                    description: said.isSilent ? object.record.description : said,
                    conditions: conditions,
                    componentCount: object.record.componentCount
                )
            }
        }
    }

    func move(bucket: String, name: String, to destination: String, query: Query) async throws -> Response {
        let conditions = try Conditions(query)
        let wanted = try query.number("sourceGeneration") ?? query.number("ifSourceGenerationMatch")
        let store = store
        let record = try await offPool {
            let object = try store.object(bucket, ObjectName(name))
            if let wanted, wanted != object.record.generation { throw StorageFault.noObject(bucket, name) }
            let copy = try store.copy(of: object)
            let record = try copy.settle { incoming in
                try store.commit(
                    incoming,
                    as: ObjectName(destination),
                    in: bucket,
                    description: object.record.description,
                    conditions: conditions,
                    componentCount: object.record.componentCount
                )
            }
            if try ObjectName(name) != ObjectName(destination) {
                try store.delete(
                    ObjectName(name),
                    in: bucket,
                    conditions: Conditions(generation: object.record.generation)
                )
            }
            return record
        }
        return .json(resource(record), status: .ok)
    }

    /// Joins up to 32 objects of a bucket into one.
    func compose(_ request: Request, bucket: String, name: String, query: Query) async throws -> Response {
        let conditions = try Conditions(query)
        let body = try await request.body.collect(upTo: 1 << 20)
        let wanted: ComposeRequest
        do {
            wanted = try JSONDecoder().decode(ComposeRequest.self, from: Data(body.readableBytesView))
        } catch {
            throw StorageFault.invalid("The request to compose is not the JSON that was expected: \(error)")
        }
        guard (1...32).contains(wanted.sourceObjects.count) else {
            throw StorageFault.invalid("An object is composed of 1 to 32 others")
        }
        let store = store
        let record = try await offPool {
            let sources = try wanted.sourceObjects.map { try store.object(bucket, ObjectName($0.name)) }
            let incoming = try store.receive()
            return try incoming.settle { incoming in
                for source in sources { try store.append(source, to: &incoming) }
                return try store.commit(
                    incoming,
                    as: ObjectName(name),
                    in: bucket,
                    description: wanted.destination ?? ObjectDescription(),
                    conditions: conditions,
                    componentCount: sources.reduce(0) { $0 + ($1.record.componentCount ?? 1) }
                )
            }
        }
        return .json(resource(record), status: .ok)
    }
}

private struct ComposeRequest: Decodable {
    struct Source: Decodable {
        var name: String
    }

    var sourceObjects: [Source]
    var destination: ObjectDescription?
}

extension ObjectDescription {
    /// Whether nothing is said.
    var isSilent: Bool {
        metadata == nil
            && [
                contentType, contentEncoding, contentDisposition, contentLanguage, cacheControl, storageClass,
                customTime,
            ].allSatisfy { $0 == nil }
    }
}
