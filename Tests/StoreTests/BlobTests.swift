import Foundation
import Testing

@testable import Store

/// Artifacts and caches: whole or not there.
struct BlobTests {
    private func received(_ text: String, _ incoming: IncomingBlobs) throws -> IncomingBlob {
        let upload = try incoming.upload()
        var part = try upload.part()
        try Array(text.utf8).withUnsafeBytes { try part.append($0) }
        try upload.setWhole(part, contentType: nil)
        return upload
    }

    private func cache(_ key: String, _ seconds: Double, scope: String = "refs/heads/main") -> NewCache {
        NewCache(
            repository: "/r",
            scope: scope,
            key: key,
            version: "v",
            createdAt: Date(timeIntervalSince1970: seconds)
        )
    }

    private func artifact(_ run: Int64, _ name: String, expires: Double = 1e10) -> NewArtifact {
        NewArtifact(
            runID: run,
            jobID: nil,
            name: name,
            contentType: "application/zip",
            createdAt: Date(timeIntervalSince1970: 1000),
            expiresAt: Date(timeIntervalSince1970: expires)
        )
    }

    private func text(_ store: Store, _ blob: String) throws -> String {
        let file = try store.bytes(ofBlob: blob)
        return String(decoding: try Data(contentsOf: URL(fileURLWithPath: file.path)), as: UTF8.self)
    }

    private func kept(_ store: Store) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: store.blobs.kept)
    }

    @Test func anArtifactIsWhatCame() throws {
        let home = TemporaryHome()
        let store = try home.store()
        let run = try store.createRun(newRun()).id
        let incoming = try IncomingBlobs(home: home.home)
        let saved = try store.saveArtifact(artifact(run, "a"), try received("abc", incoming))
        #expect(saved.size == 3)
        #expect(saved.digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(try store.artifacts(run: run) == [saved] && store.artifact(saved.id) == saved)
        #expect(try text(store, saved.blob) == "abc")
        #expect(try store.artifacts(repository: "/r", limit: 5) == [saved])
        #expect(try store.artifacts(repository: "/other", limit: 5).isEmpty)
    }

    @Test func ofTwoWithOneNameTheFirstIsKept() throws {
        let home = TemporaryHome()
        let (first, second) = (try home.store(), try home.store())
        let run = try first.createRun(newRun()).id
        let incoming = try IncomingBlobs(home: home.home)
        let saved = try first.saveArtifact(artifact(run, "a"), try received("one", incoming))
        let error = #expect(throws: StoreError.self) {
            try second.saveArtifact(artifact(run, "a"), try received("two", incoming))
        }
        #expect(error?.reason == .alreadyThere)
        #expect(try text(second, saved.blob) == "one")
        #expect(try kept(first).count == 1, "the loser's bytes are gone")
        #expect(throws: StoreError.self) {
            try first.saveArtifact(artifact(77, "a"), try received("x", incoming))
        }
        #expect(try kept(first).count == 1)
    }

    @Test func manyThatSaveOneCacheLeaveOneWhole() async throws {
        let home = TemporaryHome()
        _ = try home.store()
        let place = home.home
        let saved = try await withThrowingTaskGroup(of: Int64?.self) { group in
            for number in 0..<12 {
                group.addTask {
                    // A store and a place of its own each, as processes have.
                    let store = try Store(home: place)
                    let incoming = try IncomingBlobs(home: place)
                    let upload = try received(String(repeating: "\(number % 10)", count: 100_000), incoming)
                    do {
                        return try store.saveCache(cache("k", 1000), upload).id
                    } catch let error as StoreError where error.reason == .alreadyThere {
                        return nil
                    }
                }
            }
            return try await group.reduce(into: [Int64]()) { if let id = $1 { $0.append(id) } }
        }
        #expect(saved.count == 1)
        let store = try home.store()
        let found = try #require(
            try store.findCache(repository: "/r", scopes: ["refs/heads/main"], keys: ["k"], version: "v")
        )
        let bytes = try text(store, found.blob)
        #expect(bytes.count == 100_000 && Set(bytes).count == 1)
        #expect(try kept(store) == [found.blob])
    }

    @Test func cachesThatWereNotUsedForLongestGiveWay() throws {
        let home = TemporaryHome()
        let store = try home.store()
        let incoming = try IncomingBlobs(home: home.home)
        for (key, time) in [("a", 1.0), ("b", 2), ("c", 3)] {
            _ = try store.saveCache(cache(key, time), try received("12345", incoming), limit: 15)
        }
        let scopes = ["refs/heads/main"]
        _ = try store.findCache(
            repository: "/r",
            scopes: scopes,
            keys: ["a"],
            version: "v",
            at: Date(timeIntervalSince1970: 9)
        )
        _ = try store.saveCache(cache("d", 10), try received("123456", incoming), limit: 15)
        #expect(try store.caches(repository: "/r", limit: 9).map(\.key) == ["d", "a"])
        #expect(try kept(store).count == 2)
        // Another repository's are not counted.
        var other = cache("a", 1)
        other.repository = "/s"
        _ = try store.saveCache(other, try received("123456", incoming), limit: 15)
        #expect(try store.caches(repository: "/r", limit: 9).count == 2)
        let error = #expect(throws: StoreError.self) {
            try store.saveCache(cache("e", 11), try received("1234567890123456", incoming), limit: 15)
        }
        #expect(error?.reason == .tooLarge(limit: 15))
        #expect(try store.caches(repository: "/r", limit: 9).count == 2)
    }

    @Test func artifactsGoWhenTheirTimeIsOver() throws {
        let home = TemporaryHome()
        let store = try home.store()
        let run = try store.createRun(newRun()).id
        let incoming = try IncomingBlobs(home: home.home)
        _ = try store.saveArtifact(artifact(run, "old", expires: 2000), try received("1", incoming))
        let saved = try store.saveArtifact(artifact(run, "new", expires: 4000), try received("2", incoming))
        let now = Date(timeIntervalSince1970: 3000)
        #expect(try store.artifacts(run: run, at: now) == [saved], "before anybody sweeps")
        #expect(try store.sweepBlobs(at: now) == 1)
        #expect(try kept(store) == [saved.blob])
        try store.deleteRun(run)
        #expect(try store.artifacts(run: run, at: now).isEmpty)
        // Its row went with the run; the file goes once it is no longer young.
        #expect(try store.sweepBlobs() == 0 && kept(store).count == 1)
        try store.sweepBlobs(at: Date() + 7200)
        #expect(try kept(store).isEmpty)
    }

    @Test func whatADeadServerReceivedIsRemovedAndALivingOnesIsNot() throws {
        let home = TemporaryHome()
        let store = try home.store()
        let incoming = try IncomingBlobs(home: home.home)
        let upload = try received("abc", incoming)
        let abandoned = store.blobs.incoming + "/0"
        try FileManager.default.createDirectory(atPath: abandoned + "/x", withIntermediateDirectories: true)
        try store.sweepBlobs()
        #expect(!FileManager.default.fileExists(atPath: abandoned))
        _ = try store.saveCache(cache("k", 1), upload)
    }

    @Test func whatNobodyHoldsAnyMoreIsGone() throws {
        let home = TemporaryHome()
        let store = try home.store()
        var incoming: IncomingBlobs? = try IncomingBlobs(home: home.home)
        var upload: IncomingBlob? = try received("abc", try #require(incoming))
        incoming = nil
        #expect(try FileManager.default.contentsOfDirectory(atPath: store.blobs.incoming).count == 1)
        #expect(upload?.sum?.size == 3)
        upload = nil
        #expect(try FileManager.default.contentsOfDirectory(atPath: store.blobs.incoming).isEmpty)
    }

    @Test func rangesThatMeetAreOne() throws {
        let home = TemporaryHome()
        _ = try home.store()
        let upload = try IncomingBlobs(home: home.home).upload()
        let file = try upload.ranged()
        try Array("0123456789".utf8).withUnsafeBytes { try file.write($0, at: 0) }
        upload.mark(8..<10)
        upload.mark(0..<3)
        #expect(throws: StoreError.self) { try upload.setWhole(rangedSize: 10) }
        upload.mark(2..<8)
        #expect(throws: StoreError.self) { try upload.setWhole(rangedSize: 9) }
        try upload.setWhole(rangedSize: 10)
        #expect(upload.sum?.size == 10)
    }
}
