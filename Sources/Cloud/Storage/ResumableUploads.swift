import Foundation
import NIOCore
import Serving

/// Uploads that come in several requests, taken up again after a lost connection or a restart of the server.
///
///     uploads/ID/session.json     what is uploaded, and how much of it is safely here
///     uploads/ID/data             the bytes so far
actor ResumableUploads {
    /// One upload, as it is kept on disk.
    struct Session: Codable, Sendable {
        var bucket: String
        var name: String
        var description: ObjectDescription
        var conditions: Conditions
        /// Checksums that the client announced, to be compared at the end.
        var expected: ExpectedChecksums
        /// How many bytes are on disk for certain.
        var received: Int64 = 0
        /// The object, once it is made.
        var result: ObjectRecord?
    }

    /// An upload while one request works on it.
    struct Transfer: Sendable {
        let id: String
        var session: Session
        var incoming: IncomingObject
    }

    private let folder: String
    private var checksums: [String: Checksums] = [:]
    private var busy: Set<String> = []

    init(cloudFolder: String) {
        folder = cloudFolder + "/uploads"
    }

    /// Removes uploads that nobody touched for a week, as Google does.
    nonisolated func prepare(now: Date = Date()) throws {
        try Folder.make(folder)
        for id in try Folder.names(in: folder) {
            let path = "\(folder)/\(id)"
            let changed = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
            if let changed, now.timeIntervalSince(changed) > 7 * 24 * 3600 {
                try FileManager.default.removeItem(atPath: path)
            }
        }
    }

    func begin(_ session: Session) async throws -> String {
        let id = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
        let folder = folder
        try await offPool {
            try Folder.make("\(folder)/\(id)")
            try Folder.replace("\(folder)/\(id)/session.json", with: JSONEncoder().encode(session))
        }
        return id
    }

    /// What is known of an upload.
    func session(_ id: String) async throws -> Session {
        guard isPlain(id) else { throw StorageFault.noUpload }
        let path = "\(folder)/\(id)/session.json"
        return try await offPool {
            guard let json = try Folder.read(path) else { throw StorageFault.noUpload }
            return try JSONDecoder().decode(Session.self, from: json)
        }
    }

    /// Opens an unfinished upload for one request; every `take` is followed by one `giveBack`.
    func take(_ id: String) async throws -> Transfer {
        guard isPlain(id) else { throw StorageFault.noUpload }
        guard busy.insert(id).inserted else {
            throw StorageFault(
                status: 503,
                reason: "backendError",
                message: "Another request is sending to this upload"
            )
        }
        do {
            let session = try await session(id)
            let path = "\(folder)/\(id)/data"
            let known = checksums[id].flatMap { $0.count == session.received ? $0 : nil }
            let incoming = try await offPool {
                var incoming = try IncomingObject(path: path)
                if let known {
                    try incoming.resume(with: known)
                } else {
                    try incoming.resume(at: session.received)
                }
                return incoming
            }
            return Transfer(id: id, session: session, incoming: incoming)
        } catch {
            busy.remove(id)
            throw error
        }
    }

    /// Writes down what has come in, or what became of it, and lets the next request at the upload.
    func giveBack(_ transfer: Transfer) async throws {
        defer { busy.remove(transfer.id) }
        let folder = "\(folder)/\(transfer.id)"
        try await offPool {
            var session = transfer.session
            session.received = transfer.incoming.size
            if session.result == nil { try transfer.incoming.synchronize() }
            try Folder.replace("\(folder)/session.json", with: JSONEncoder().encode(session))
        }
        checksums[transfer.id] = transfer.session.result == nil ? transfer.incoming.checksums : nil
        // What is forgotten here is read from the file again.
        if checksums.count > 1000, let other = checksums.keys.first(where: { $0 != transfer.id }) {
            checksums[other] = nil
        }
    }

    func cancel(_ id: String) async throws {
        guard isPlain(id), !busy.contains(id) else { throw StorageFault.noUpload }
        let path = "\(folder)/\(id)"
        _ = try await session(id)
        checksums[id] = nil
        try await offPool { try FileManager.default.removeItem(atPath: path) }
    }

    private func isPlain(_ id: String) -> Bool {
        !id.isEmpty && id.utf8.count <= 64
            && id.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
    }
}

/// Checksums that a client sends along, base64.
struct ExpectedChecksums: Codable, Sendable {
    var md5Hash: String?
    var crc32c: String?

    func check(_ checksums: Checksums) throws(StorageFault) {
        if let md5Hash, md5Hash != checksums.md5Hash {
            throw .invalid(
                "Provided MD5 hash \"\(md5Hash)\" doesn't match calculated MD5 hash \"\(checksums.md5Hash)\"."
            )
        }
        if let crc32c, crc32c != checksums.crc32c {
            throw .invalid(
                "Provided CRC32C \"\(crc32c)\" doesn't match calculated CRC32C \"\(checksums.crc32c)\"."
            )
        }
    }
}
