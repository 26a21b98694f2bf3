import Engine
import Expressions
import Foundation
import HTTPTypes
import Hummingbird
import Serving
import Store

/// Artifacts as the artifact actions before version 4 keep them (`_apis/pipelines/workflows/{run}/artifacts`): sent and
/// fetched file by file.
///
/// Those of both ages are the same artifacts. One that is sent in several parts, by several jobs, grows: a file that was
/// there gives way to one of the same path, as it did on GitHub.
struct OldArtifactService: Sendable {
    let store: Store
    let containers: OldContainers

    /// More files are not listed in one answer, and not packed into one artifact.
    private static let mostFiles = 200_000

    /// Answers at `_apis/pipelines/workflows/{run}/artifacts`.
    func answer(_ request: Request, run: String, _ query: Query, job: ToolkitJob) async throws -> Response {
        guard Int64(run) == job.facts.runID else {
            throw ToolkitFault(.denied, "The token is not for this run")
        }
        switch request.method {
        case .post: return try await create(request, job: job)
        case .patch: return try await finish(query["artifactName"] ?? "", job: job)
        case .get: return try await list(host: request.head.authority ?? "", job: job)
        default: throw ToolkitFault(.badRoute, "Artifacts have no such method")
        }
    }

    /// Answers at `_apis/resources/{Uploads|Containers}/{number}`, where the files are sent to and fetched from.
    func answer(
        _ request: Request,
        resource path: [String],
        _ query: Query,
        job: ToolkitJob
    ) async throws -> Response {
        let item = query["itemPath"] ?? ""
        switch (request.method, path.first, path.count) {
        case (.put, "Uploads", 2):
            guard let number = Int(path[1]), let container = containers.container(number, job: job.id) else {
                throw ToolkitFault(.notFound, "This job began no such artifact")
            }
            return try await receive(request, item, into: container)
        case (.get, "Containers", 2):
            return try await items(path[1], host: request.head.authority ?? "", job: job)
        case (.get, "Containers", 3) where path[2] == "file":
            return try await content(path[1], item, job: job)
        default: throw ToolkitFault(.badRoute, "There is nothing at this address")
        }
    }

    // MARK: Sending

    private func create(_ request: Request, job: ToolkitJob) async throws -> Response {
        let body = try await request.json()
        guard case .string(let name) = body["Name"] else {
            throw ToolkitFault(.invalid, "`Name` is missing")
        }
        if let fault = ArtifactName.fault(in: name) { throw ToolkitFault(.invalid, fault) }
        let now = Date()
        var asked: Date?
        if case .number(let days) = body["RetentionDays"], days > 0 { asked = now + days * 86_400 }
        let container = containers.begin(
            name,
            job: job.id,
            expiresAt: Retention.expiry(asked: asked, from: now)
        )
        let url = "http://\(request.head.authority ?? "")/_apis/resources/Uploads/\(container.number)"
        return .json(.created) { json in
            json.field("containerId", container.number)
            json.field("size", -1)
            json.field("fileContainerResourceUrl", url)
            json.field("type", "actions_storage")
            json.field("name", name)
            json.field("url", url)
        }
    }

    /// A part of a file; those of one file come one after the other.
    private func receive(
        _ request: Request,
        _ item: String,
        into container: OldContainers.Container
    ) async throws -> Response {
        let path = try Self.path(item, in: container.name)
        let (part, total) = try Self.range(request.headers[.contentRange] ?? "")
        let isPacked = request.headers[.contentEncoding]?.lowercased() == "gzip"
        let unpacked = HTTPField.Name("x-tfs-filelength").flatMap { request.headers[$0] }.flatMap {
            Int64($0)
        }
        let isFirst = part.lowerBound == 0
        let containers = containers
        let blob = try await offPool {
            try containers.item(
                path,
                of: container,
                {
                    .init(
                        blob: $0,
                        size: isPacked ? unpacked ?? 0 : total,
                        isPacked: isPacked,
                        sentSize: total
                    )
                },
                isFirst: isFirst
            ).blob
        }
        try await blob.receive(part, from: request)
        return .json { _ in }
    }

    /// What a `Content-Range` says; that of an empty file is `bytes 0--1/0`.
    private static func range(_ text: String) throws(ToolkitFault) -> (part: Range<Int64>, total: Int64) {
        if text == "bytes 0--1/0" { return (0..<0, 0) }
        guard let range = ContentRange(text), let part = range.part, let total = range.total else {
            throw ToolkitFault(.invalid, "The header Content-Range says where the part belongs")
        }
        return (part.lowerBound..<(part.upperBound + 1), total)
    }

    /// The path inside the artifact: clients put its name before it.
    private static func path(_ item: String, in name: String) throws(ToolkitFault) -> String {
        let parts = item.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain =
            parts.count > 1 && parts[0] == name
            && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
            && !item.contains("\\") && !item.utf8.contains(0)
        guard isPlain else {
            throw ToolkitFault(.invalid, "`\(item)` is no path in the artifact `\(name)`")
        }
        return parts.dropFirst().joined(separator: "/")
    }

    // MARK: Being whole

    private func finish(_ name: String, job: ToolkitJob) async throws -> Response {
        guard let container = containers.take(name, job: job.id) else {
            throw ToolkitFault(.notFound, "No artifact `\(name)` was begun by this job")
        }
        let (store, containers, run) = (store, containers, job.facts.runID)
        let saved = try await offPool {
            var triesLeft = 20
            while true {
                let old = try store.artifacts(run: run).first { $0.name == name }
                do {
                    return try Self.save(container, run: run, over: old, store, containers)
                } catch let error as StoreError where error.reason == .alreadyThere && triesLeft > 0 {
                    triesLeft -= 1  // another job's part of it came first
                }
            }
        }
        return .json { json in
            json.field("containerId", saved.id)
            json.field("size", saved.size)
            json.field("type", "actions_storage")
            json.field("name", name)
        }
    }

    private static func save(
        _ container: OldContainers.Container,
        run: Int64,
        over old: ArtifactRecord?,
        _ store: Store,
        _ containers: OldContainers
    ) throws -> ArtifactRecord {
        let archive = try containers.archive()
        var zip = try ZipWriter(into: try archive.part(), level: 6)
        if let old {
            guard old.contentType == ArtifactService.zip else {
                throw ToolkitFault(.unfit, "`\(old.name)` is a single file, to which nothing can be added")
            }
            let known = try ZipArchive(try store.bytes(ofBlob: old.blob))
            for entry in known.entries where !entry.isFolder && container.items[entry.name] == nil {
                var part = try archive.part()
                try known.unpack(entry) { try part.append($0) }
                try zip.add(entry.name, part.file, modified: old.createdAt)
                part.discard()
            }
        }
        for (path, item) in container.items.sorted(by: { $0.key < $1.key }) {
            try item.blob.setWhole(rangedSize: item.sentSize)
            let file = item.isPacked ? try item.blob.unpacked(size: item.size) : try item.blob.reading()
            try zip.add(path, file, modified: Date())
        }
        try archive.setWhole(try zip.finish(), contentType: nil)
        let artifact = NewArtifact(
            runID: run,
            jobID: container.job,
            name: container.name,
            contentType: ArtifactService.zip,
            expiresAt: container.expiresAt
        )
        return try store.saveArtifact(artifact, archive, inPlaceOf: old)
    }

    // MARK: Fetching

    private func list(host: String, job: ToolkitJob) async throws -> Response {
        let (store, run) = (store, job.facts.runID)
        let all = try await offPool { try store.artifacts(ofRunOf: run) }
        return .json { json in
            json.field("count", all.count)
            json.array("value") { json in
                for artifact in all {
                    let url = "http://\(host)/_apis/resources/Containers/\(artifact.id)"
                    json.object { json in
                        json.field("containerId", artifact.id)
                        json.field("size", artifact.size)
                        json.field("fileContainerResourceUrl", url)
                        json.field("type", "actions_storage")
                        json.field("name", artifact.name)
                        json.field("url", url)
                    }
                }
            }
        }
    }

    /// What is in an artifact; one that is a single file is listed as such.
    private func items(_ id: String, host: String, job: ToolkitJob) async throws -> Response {
        let artifact = try await artifact(id, job: job)
        let store = store
        let files = try await offPool {
            guard artifact.contentType == ArtifactService.zip else { return [(artifact.name, artifact.size)] }
            return try ZipArchive(try store.bytes(ofBlob: artifact.blob)).entries
                .filter { !$0.isFolder }.map { ($0.name, $0.size) }
        }
        guard files.count <= Self.mostFiles else {
            throw ToolkitFault(.tooLarge, "The artifact has over \(Self.mostFiles) files")
        }
        return .json { json in
            json.field("count", files.count)
            json.array("value") { json in
                for (name, size) in files {
                    let path = "\(artifact.name)/\(name)"
                    let escaped = path.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? path
                    json.object { json in
                        json.field("containerId", artifact.id)
                        json.field("path", path)
                        json.field("itemType", "file")
                        json.field("status", "created")
                        json.field("fileLength", size)
                        json.field(
                            "contentLocation",
                            "http://\(host)/_apis/resources/Containers/\(artifact.id)/file?itemPath=\(escaped)"
                        )
                    }
                }
            }
        }
    }

    /// A file's bytes, packed as they are stored: these clients unpack by `Content-Encoding`.
    private func content(_ id: String, _ item: String, job: ToolkitJob) async throws -> Response {
        let artifact = try await artifact(id, job: job)
        let path = try Self.path(item, in: artifact.name)
        let store = store
        let (file, packed) = try await offPool {
            let file = try store.bytes(ofBlob: artifact.blob)
            guard artifact.contentType == ArtifactService.zip else {
                let whole = ZipArchive.Packed(place: 0..<artifact.size)
                return (file, path == artifact.name ? whole : nil)
            }
            let archive = try ZipArchive(file)
            let entry = archive.entries.first { !$0.isFolder && $0.name == path }
            return (file, try entry.map(archive.packed))
        }
        guard let packed else { throw ToolkitFault(.notFound, "The artifact has no file `\(path)`") }
        var headers: HTTPFields = [.contentType: "application/octet-stream", .xContentTypeOptions: "nosniff"]
        if packed.isGzip { headers[.contentEncoding] = "gzip" }
        let length = packed.head.count + packed.place.count + packed.tail.count
        let body = ResponseBody(contentLength: length) { writer in
            if !packed.head.isEmpty { try await writer.write(ByteBuffer(bytes: packed.head)) }
            var offset = packed.place.lowerBound
            while offset < packed.place.upperBound {
                let (start, count) = (offset, Int(min(1 << 20, packed.place.upperBound - offset)))
                let bytes = try await offPool { try file.bytes(at: start, count: count) }
                guard bytes.count == count else {
                    throw ToolkitFault(.broken, "The stored bytes are damaged")
                }
                try await writer.write(ByteBuffer(bytes: bytes))
                offset += Int64(count)
            }
            if !packed.tail.isEmpty { try await writer.write(ByteBuffer(bytes: packed.tail)) }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    /// An artifact of the job's own run or of an earlier attempt of it.
    private func artifact(_ id: String, job: ToolkitJob) async throws -> ArtifactRecord {
        let (store, run) = (store, job.facts.runID)
        let found = try await offPool {
            try Int64(id).flatMap { id in try store.artifacts(ofRunOf: run).first { $0.id == id } }
        }
        guard let found else { throw ToolkitFault(.notFound, "The run has no such artifact") }
        return found
    }
}

extension ZipWriter {
    fileprivate mutating func add(_ name: String, _ file: BlobFile, modified: Date) throws {
        var offset: Int64 = 0
        try add(name, modified: modified, expectedSize: try file.size()) {
            let bytes = try file.bytes(at: offset, count: 1 << 17)
            offset += Int64(bytes.count)
            return bytes
        }
    }
}
