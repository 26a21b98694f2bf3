import Foundation
import NIOCore
import Serving
import Testing

@testable import Cloud

struct ObjectStoreTests {
    let folder: TemporaryFolder
    let store: ObjectStore

    init() throws {
        folder = try TemporaryFolder()
        store = ObjectStore(cloudFolder: folder.path)
        try store.prepare(buckets: [bucket])
    }

    @discardableResult
    private func put(
        _ name: String,
        _ text: String = "x",
        _ conditions: Conditions = Conditions()
    ) throws -> ObjectRecord {
        try store.receive().settle { incoming in
            try incoming.append(ByteBuffer(string: text))
            return try store.commit(
                incoming,
                as: ObjectName(name),
                in: bucket,
                description: ObjectDescription(),
                conditions: conditions
            )
        }
    }

    private func text(_ name: String) throws -> String {
        let object = try store.object(bucket, ObjectName(name))
        return String(buffer: try object.buffer(at: 0, count: 1 << 20))
    }

    private func list(_ request: ListingRequest) throws -> [String] {
        try store.list(bucket, request).entries.map { entry in
            switch entry {
            case .object(let name): name.text
            case .prefix(let prefix): "[\(prefix)]"
            }
        }
    }

    @Test func everyPossibleNameKeepsItsOwnBytes() throws {
        for name in ObjectNameTests.names { try put(name, "bytes of \(name)") }
        for name in ObjectNameTests.names { #expect(try text(name) == "bytes of \(name)") }
        let listed = try store.list(bucket, ListingRequest()).entries
        #expect(listed.count == ObjectNameTests.names.count)
        for name in ObjectNameTests.names {
            try store.delete(ObjectName(name), in: bucket, conditions: Conditions())
        }
        #expect(folder.files == ["objects/.lock", "objects/\(bucket)/,bucket"])
    }

    @Test func nothingIsWrittenOutsideTheFolder() throws {
        let inner = folder.path + "/deep/er"
        let store = ObjectStore(cloudFolder: inner)
        try store.prepare(buckets: [bucket])
        for name in ["../../../escaped", "/../../escaped", "a/../../../escaped", "..%2F..%2Fescaped"] {
            _ = try store.receive().settle { incoming in
                try store.commit(incoming, as: ObjectName(name), in: bucket, description: ObjectDescription())
            }
        }
        #expect(
            !folder.files.contains { $0.contains("escaped") && !$0.hasPrefix("deep/er/objects/\(bucket)/") }
        )
        #expect(throws: StorageFault.self) { try store.bucket("../objects") }
    }

    @Test(arguments: [
        ("", "", ["a", "b/1", "b/2", "b/c/3", "b0", "d/"]),
        ("", "/", ["a", "[b/]", "b0", "[d/]"]),
        ("b/", "/", ["b/1", "b/2", "[b/c/]"]),
        ("b", "/", ["[b/]", "b0"]),
        ("b/", "", ["b/1", "b/2", "b/c/3"]),
        ("b/c", "", ["b/c/3"]),
        ("b/1", "/", ["b/1"]),
        ("x", "", []),
        ("", "b/", ["a", "[b/]", "b0", "d/"]),
        ("d/", "/", ["d/"]),
    ])
    func listingIsCutByPrefixAndDelimiter(_ prefix: String, _ delimiter: String, _ expected: [String]) throws
    {
        for name in ["a", "b/1", "b/2", "b/c/3", "b0", "d/"] { try put(name) }
        var request = ListingRequest()
        request.prefix = Array(prefix.utf8)
        request.delimiter = Array(delimiter.utf8)
        #expect(try list(request) == expected)
    }

    @Test(arguments: [1, 2, 3, 4, 100], ["", "/"])
    func pagesJoinToTheWhole(_ limit: Int, _ delimiter: String) throws {
        for name in ["a", "b/1", "b/2", "b0", "c/1", "é", "é/1"] { try put(name) }
        var request = ListingRequest()
        request.delimiter = Array(delimiter.utf8)
        let whole = try list(request)
        request.limit = limit
        var joined: [String] = []
        repeat {
            let page = try list(request)
            #expect(page.count <= limit)
            joined += page
            request.after = try store.list(bucket, request).next
        } while request.after != nil
        #expect(joined == whole)
    }

    @Test func listingStartsAndEndsWhereAsked() throws {
        for name in ["a", "b/1", "b/2", "c"] { try put(name) }
        var request = ListingRequest()
        request.start = Array("b/2".utf8)
        #expect(try list(request) == ["b/2", "c"])
        request.end = Array("c".utf8)
        request.delimiter = Array("/".utf8)
        #expect(try list(request) == ["[b/]"])
    }

    @Test func replacedObjectStaysReadableForItsReaders() throws {
        let first = try put("a", "first")
        let open = try store.object(bucket, ObjectName("a"))
        let second = try put("a", "second one")
        #expect(second.generation > first.generation)
        #expect(String(buffer: try open.buffer(at: 0, count: 100)) == "first")
        #expect(try text("a") == "second one")
        try store.delete(ObjectName("a"), in: bucket, conditions: Conditions())
        #expect(String(buffer: try open.buffer(at: 0, count: 100)) == "first")
    }

    @Test func oneOfManyCreatorsWins() async throws {
        let wins = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<16 {
                group.addTask {
                    (try? await offPool { try put("once", "\(number)", Conditions(generation: 0)) }) != nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(wins == 1)
        #expect(!folder.files.contains { $0.hasPrefix("incoming/") })
    }

    @Test func writersAndRemoversInOneFolderDoNotMeet() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    try await offPool {
                        for _ in 0..<25 {
                            try put("shared/folder/\(number)")
                            try store.delete(
                                ObjectName("shared/folder/\(number)"),
                                in: bucket,
                                conditions: Conditions()
                            )
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(folder.files == ["objects/.lock", "objects/\(bucket)/,bucket"])
    }

    @Test(arguments: [
        (Conditions(generation: 0), false), (Conditions(generation: 1), false),
        (Conditions(notGeneration: 0), true),
        (Conditions(metageneration: 1), true), (Conditions(metageneration: 2), false),
        (Conditions(notMetageneration: 1), false), (Conditions(), true),
    ])
    func conditionsAreHeldAgainstThePresentObject(_ conditions: Conditions, _ isGranted: Bool) throws {
        try put("a", "old")
        if isGranted {
            try put("a", "new", conditions)
        } else {
            #expect(throws: StorageFault.self) { try put("a", "new", conditions) }
        }
        #expect(try text("a") == (isGranted ? "new" : "old"))
    }

    @Test func descriptionChangesWithoutTheBytes() throws {
        let before = try put("a", "bytes")
        let after = try store.redescribe(ObjectName("a"), in: bucket, conditions: Conditions()) {
            $0.contentType = "text/csv"
        }
        #expect(after.generation == before.generation)
        #expect(after.metageneration == 2)
        #expect(try text("a") == "bytes")
        #expect(try store.object(bucket, ObjectName("a")).record.description.contentType == "text/csv")
    }

    @Test func damagedObjectIsNamedAndNotServed() throws {
        try put("a", "some bytes")
        let path = folder.path + "/objects/\(bucket)/a,object"
        let file = try OpenFile(path: path, flags: O_RDWR)
        try file.truncate(to: try file.size() - 3)
        #expect(throws: CloudError.self) { try store.object(bucket, ObjectName("a")) }
    }

    @Test func leftoversOfDeadWritersAreSwept() throws {
        try Data("x".utf8).write(to: URL(fileURLWithPath: folder.path + "/incoming/999999999-left"))
        try Data("x".utf8).write(to: URL(fileURLWithPath: folder.path + "/incoming/\(getppid())-alive"))
        try store.sweep()
        #expect(folder.files.filter { $0.hasPrefix("incoming/") } == ["incoming/\(getppid())-alive"])
    }

    @Test func bucketWithObjectsIsNotDeleted() throws {
        _ = try store.createBucket("other-bucket")
        #expect(throws: StorageFault.self) { try store.createBucket("other-bucket") }
        try put("a")
        #expect(throws: StorageFault.self) { try store.deleteBucket(bucket) }
        try store.deleteBucket("other-bucket")
        #expect(try store.buckets().map(\.name) == [bucket])
    }
}
