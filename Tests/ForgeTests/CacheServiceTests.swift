import Foundation
import Testing

@testable import Forge

/// Caches of both ages, as their clients ask for them.
struct CacheServiceTests {
    @Test func whatOneRunSavesALaterOneFinds() async throws {
        try await withServices { served in
            let first = try await served.job()
            #expect(try await first.restore("linux-1") == nil)
            let saved = try await first.save("linux-1", Data("bytes".utf8))
            #expect(saved.json["ok"] as? Bool == true && saved.json["entry_id"] is String, "\(saved.text)")
            let again = try await first.save("linux-1", Data("other".utf8))
            #expect(again.status == 200 && again.json["ok"] as? Bool == false, "\(again.text)")

            let second = try await served.job()
            let found = try await second.caches(
                "GetCacheEntryDownloadURL",
                ["key": "linux-1", "version": "v"]
            )
            #expect(found.json["matched_key"] as? String == "linux-1")
            let got = try await curl(try #require(found.json["signed_download_url"] as? String))
            #expect(got.text == "bytes" && got.headers["content-length"] == "5")
            #expect(try await second.restore("linux-1", version: "w") == nil)
        }
    }

    @Test func theFirstKeyIsTakenAsAWholeThenEachAsABeginning() async throws {
        try await withServices { served in
            let job = try await served.job()
            for key in ["a-1", "a-10", "a-2", "b-1"] {
                #expect(try await job.save(key, Data("x".utf8)).status == 200)
            }
            #expect(try await job.restore("a-1") == "a-1")
            #expect(try await job.restore("a-") == "a-2", "the newest")
            #expect(try await job.restore("none", ["b-", "a-"]) == "b-1", "in their order")
            #expect(try await job.restore("none", ["A-"]) == nil, "case counts")
            #expect(try await job.restore("a%", ["_-"]) == nil, "no pattern")
        }
    }

    @Test func aPullRequestReadsItsBaseAndWritesForItselfAlone() async throws {
        try await withServices { served in
            let pull = try await served.job(ref: "refs/pull/7/merge", event: "pull_request", base: "release")
            let main = try await served.job()
            #expect(try await pull.save("k-pull", Data("poison".utf8)).status == 200)
            #expect(try await main.restore("k-pull") == nil)
            #expect(
                try await served.job(ref: "refs/pull/8/merge", event: "pull_request", base: "main").restore(
                    "k-"
                ) == nil
            )
            #expect(try await pull.restore("k-") == "k-pull")
            #expect(try await main.save("k-main", Data("1".utf8)).status == 200)
            #expect(
                try await served.job(ref: "refs/heads/release").save("k-release", Data("2".utf8)).status
                    == 200
            )
            #expect(try await pull.restore("k-") == "k-pull", "its own first")
            #expect(try await pull.restore("k-r") == "k-release")
            #expect(try await pull.restore("k-m") == "k-main")
            #expect(try await main.restore("k-r") == nil, "main does not read a branch")
        }
    }

    @Test func whatIsBegunAndNotFinishedIsNotSeen() async throws {
        try await withServices { served in
            let job = try await served.job()
            let other = try await served.job()
            let fields: [String: Any] = ["key": "k", "version": "v"]
            let begun = try await job.caches("CreateCacheEntry", fields)
            #expect(begun.json["ok"] as? Bool == true)
            let beside = try await other.caches("CreateCacheEntry", fields)
            #expect(beside.json["ok"] as? Bool == false, "one job at a time")
            #expect(try await other.restore("k") == nil)
            let early = try await job.caches(
                "FinalizeCacheEntryUpload",
                fields.merging(["size_bytes": "5"]) { $1 }
            )
            #expect(early.status == 400)
            await served.toolkit.jobEnded(job.job.id)
            #expect(try await other.save("k", Data("whole".utf8)).json["ok"] as? Bool == true)
        }
    }

    @Test func theOldServiceTakesRangesInAnyOrder() async throws {
        try await withServices { served in
            let job = try await served.job()
            let auth = ["-H", "Authorization: Bearer \(job.token)"]
            let root = "\(job.base)_apis/artifactcache"
            let miss = try await curl(auth[0], auth[1], "\(root)/cache?keys=k%2Ck-&version=v")
            #expect(miss.status == 204 && miss.body.isEmpty)
            let reserved = try await curl(
                auth[0],
                auth[1],
                "\(root)/caches",
                input: Data(#"{"key":"k-1","version":"v","cacheSize":10}"#.utf8)
            )
            let id = try #require(reserved.json["cacheId"] as? Int)
            #expect(reserved.status == 201)
            func send(_ range: String, _ text: String) async throws -> Int {
                try await curl(
                    auth[0],
                    auth[1],
                    "-X",
                    "PATCH",
                    "-H",
                    "Transfer-Encoding: chunked",
                    "-H",
                    "Content-Range: bytes \(range)/*",
                    "\(root)/caches/\(id)",
                    input: Data(text.utf8)
                ).status
            }
            #expect(try await send("5-9", "56789") == 204)
            let size = Data(#"{"size":10}"#.utf8)
            let early = try await curl(auth[0], auth[1], "\(root)/caches/\(id)", input: size)
            #expect(early.status == 400, "there is a gap")
            #expect(try await send("0-4", "0123") == 400)
            #expect(try await send("0-4", "012345") == 400)
            #expect(try await send("0-4", "01234") == 204)
            #expect(try await curl(auth[0], auth[1], "\(root)/caches/\(id)", input: size).status == 204)
            let hit = try await curl(auth[0], auth[1], "\(root)/cache?keys=k%2Ck-&version=v")
            #expect(hit.status == 200 && hit.json["cacheKey"] as? String == "k-1")
            #expect(hit.json["scope"] as? String == "refs/heads/main")
            let got = try await curl(try #require(hit.json["archiveLocation"] as? String))
            #expect(got.text == "0123456789")
            // Both services keep the same caches.
            #expect(try await job.restore("k-1") == "k-1")
            let taken = try await curl(
                auth[0],
                auth[1],
                "\(root)/caches",
                input: Data(#"{"key":"k-1","version":"v"}"#.utf8)
            )
            #expect(taken.status == 409)
            let other = try await served.job()
            let foreign = try await curl(
                "-H",
                "Authorization: Bearer \(other.token)",
                "\(root)/caches/\(id)",
                input: size
            )
            #expect(foreign.status == 404)
        }
    }
}
