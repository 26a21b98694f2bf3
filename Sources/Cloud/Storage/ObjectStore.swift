import Foundation
import NIOCore

/// Buckets and objects below one folder, safe for any number of readers and writers in any number of processes.
///
///     objects/BUCKET/,bucket              the bucket's record
///     objects/BUCKET/model/x,object       an object (see ObjectPath, StoredObject)
///     objects/.lock                       held for the instant in which a name changes its meaning
///     incoming/                           files that are being written
///
/// All calls block; a server makes them off its cooperative threads.
struct ObjectStore: Sendable {
    let objects: String
    let incoming: String

    init(cloudFolder: String) {
        objects = cloudFolder + "/objects"
        incoming = cloudFolder + "/incoming"
    }

    func prepare(buckets: [String]) throws {
        try Folder.make(objects)
        try Folder.make(incoming)
        for bucket in buckets where try record(ofBucket: bucket) == nil {
            do {
                _ = try createBucket(bucket)
            } catch let fault as StorageFault where fault.reason == "conflict" {
                continue  // Another process was faster.
            }
        }
    }

    // MARK: Reading

    func object(_ bucket: String, _ name: ObjectName) throws -> StoredObject {
        let folder = try folder(of: bucket)
        guard let object = try StoredObject(path: path(of: name, in: folder)) else {
            throw StorageFault.noObject(bucket, name.text)
        }
        return object
    }

    // MARK: Writing

    /// A place for bytes that are to become an object.
    func receive() throws -> IncomingObject {
        try IncomingObject(path: "\(incoming)/\(getpid())-\(UUID().uuidString)")
    }

    /// Makes the bytes an object under this name, in place of the one that has it now; on disk when it returns.
    func commit(
        _ incoming: IncomingObject,
        as name: ObjectName,
        in bucket: String,
        description: ObjectDescription,
        conditions: Conditions = Conditions(),
        componentCount: Int? = nil
    ) throws -> ObjectRecord {
        let folder = try folder(of: bucket)
        let now = timestamp()
        let fresh = ObjectRecord(
            bucket: bucket,
            name: name.text,
            size: incoming.size,
            md5Hash: componentCount == nil ? incoming.checksums.md5Hash : nil,
            crc32c: incoming.checksums.crc32c,
            generation: Generations.next(),
            metageneration: 1,
            timeCreated: now,
            updated: now,
            componentCount: componentCount,
            description: description
        )
        try incoming.seal(with: fresh)
        return try change(name, in: folder, bucket: bucket) { path in
            let present = try StoredObject(path: path)?.record
            guard conditions.hold(for: present) else { throw StorageFault.conditionNotMet }
            let record = fresh.following(present)
            if record.generation != fresh.generation { try incoming.seal(with: record) }
            try makeFolders(above: path, below: folder)
            try Folder.move(incoming.path, to: path)
            return record
        }
    }

    /// Changes what is said about an object and leaves its bytes and its generation.
    func redescribe(
        _ name: ObjectName,
        in bucket: String,
        conditions: Conditions,
        change: (inout ObjectDescription) throws -> Void
    ) throws -> ObjectRecord {
        while true {
            let object = try object(bucket, name)
            guard conditions.hold(for: object.record) else { throw StorageFault.conditionNotMet }
            var record = object.record
            try change(&record.description)
            record.metageneration += 1
            record.updated = timestamp()
            if try replace(object, in: bucket, by: record) { return record }
        }
    }

    /// Puts a copy with another record in an object's place, unless the object is no longer the one given.
    private func replace(_ object: StoredObject, in bucket: String, by record: ObjectRecord) throws -> Bool {
        let copy = try copy(of: object)
        do {
            try copy.seal(with: record)
            let isDone = try change(ObjectName(record.name), in: folder(of: bucket), bucket: bucket) { path in
                guard try StoredObject(path: path)?.record.etag == object.record.etag else { return false }
                try Folder.move(copy.path, to: path)
                return true
            }
            if !isDone { try copy.discard() }
            return isDone
        } catch {
            try copy.discard()
            throw error
        }
    }

    /// The bytes of an object as bytes that are coming in.
    func copy(of object: StoredObject) throws -> IncomingObject {
        var copy = try receive()
        do {
            try append(object, to: &copy)
        } catch {
            try copy.discard()
            throw error
        }
        return copy
    }

    func delete(_ name: ObjectName, in bucket: String, conditions: Conditions) throws {
        let folder = try folder(of: bucket)
        try change(name, in: folder, bucket: bucket) { path in
            guard let present = try StoredObject(path: path) else {
                throw StorageFault.noObject(bucket, name.text)
            }
            guard conditions.hold(for: present.record) else { throw StorageFault.conditionNotMet }
            try Folder.remove(path)
            try removeEmptyFolders(above: path, below: folder)
        }
    }

    /// Adds an object's bytes to those that are coming in.
    func append(_ object: StoredObject, to incoming: inout IncomingObject) throws {
        var offset: Int64 = 0
        while offset < object.record.size {
            let buffer = try object.buffer(at: offset, count: 1 << 18)
            try incoming.append(buffer)
            offset += Int64(buffer.readableBytes)
        }
    }

    /// Removes what processes that are no more were writing.
    func sweep() throws {
        for name in try Folder.names(in: incoming) {
            guard let pid = name.split(separator: "-").first.flatMap({ Int32($0) }) else { continue }
            let isAlive = kill(pid, 0) == 0 || errno == EPERM
            if !isAlive || pid == getpid() { try Folder.remove("\(incoming)/\(name)") }
        }
    }

    // MARK: Folders

    /// The folder of a bucket that exists.
    func folder(of bucket: String) throws -> String {
        guard try record(ofBucket: bucket) != nil else { throw StorageFault.noBucket(bucket) }
        return "\(objects)/\(bucket)"
    }

    private func path(of name: ObjectName, in folder: String) -> String {
        "\(folder)/\(ObjectPath.components(of: name).joined(separator: "/"))"
    }

    /// Runs `body` with the object's path while no other process or thread changes any name.
    private func change<Result>(
        _ name: ObjectName,
        in folder: String,
        bucket: String,
        body: (String) throws -> Result
    ) throws -> Result {
        let path = path(of: name, in: folder)
        let result = try whileLocked {
            guard try record(ofBucket: bucket) != nil else { throw StorageFault.noBucket(bucket) }
            return try body(path)
        }
        try synchronizeNearest(path)
        return result
    }

    func whileLocked<Result>(_ body: () throws -> Result) throws -> Result {
        let lock = try FileLock.acquire("\(objects)/.lock")
        return try withExtendedLifetime(lock, body)
    }

    private func makeFolders(above path: String, below folder: String) throws {
        let parent = (path as NSString).deletingLastPathComponent
        if parent.utf8.count > folder.utf8.count { try Folder.make(parent) }
    }

    private func removeEmptyFolders(above path: String, below folder: String) throws {
        var parent = (path as NSString).deletingLastPathComponent
        while parent.utf8.count > folder.utf8.count {
            guard rmdir(parent) == 0 else {
                if errno == ENOTEMPTY || errno == EEXIST || errno == ENOENT { return }
                throw CloudError.system("remove the empty folder", parent)
            }
            parent = (parent as NSString).deletingLastPathComponent
        }
    }

    /// Writes the nearest folder that still exists to disk, so that a name's change is there to stay.
    private func synchronizeNearest(_ path: String) throws {
        var parent = (path as NSString).deletingLastPathComponent
        while parent.utf8.count >= objects.utf8.count {
            if try Folder.synchronizeIfPresent(parent) { return }
            parent = (parent as NSString).deletingLastPathComponent
        }
    }
}

/// Numbers for new contents: microseconds since 1970, never twice the same in a process.
private enum Generations {
    private static let last = Locked<Int64>(0)

    static func next() -> Int64 {
        last.withLock { last in
            last = max(Int64(Date().timeIntervalSince1970 * 1_000_000), last + 1)
            return last
        }
    }
}
