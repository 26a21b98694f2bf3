import Foundation
import Testing

@testable import Cloud

/// Requests to a server that runs, sent by curl.
struct ObjectRequestTests {
    private func put(_ base: String, _ name: String, _ data: Data) async throws -> Answer {
        try await curl(
            "-XPOST",
            "\(base)/upload/storage/v1/b/\(bucket)/o?uploadType=media&name=\(percentEncoded(name))",
            input: data
        )
    }

    @Test func objectIsDescribedAsGoogleDoes() async throws {
        try await withCloud { base, _ in
            let answer = try await put(base, "d/hello.txt", Data("hello".utf8))
            #expect(answer.status == 200)
            let read = try await curl("\(base)/storage/v1/b/\(bucket)/o/d%2Fhello.txt")
            #expect(read.text == answer.text)
            #expect(read.json["kind"] as? String == "storage#object")
            #expect(read.json["name"] as? String == "d/hello.txt")
            #expect(read.json["bucket"] as? String == bucket)
            #expect(read.json["size"] as? String == "5", "64-bit numbers are strings")
            #expect(read.json["md5Hash"] as? String == "XUFAKrxLKna5cZ2REBfFkg==")
            #expect(read.json["crc32c"] as? String == "mnG7TA==")
            #expect((read.json["generation"] as? String).flatMap { Int64($0) } ?? 0 > 0)
            for time in ["timeCreated", "updated"] {
                let text = try #require(read.json[time] as? String)
                #expect(text.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
            }
        }
    }

    @Test(arguments: [
        ("bytes=0-3", 206, 0..<4), ("bytes=100-", 206, 100..<300_000), ("bytes=-10", 206, 299_990..<300_000),
        ("bytes=262140-262150", 206, 262_140..<262_151), ("bytes=0-", 206, 0..<300_000),
    ])
    func partOfAnObjectIsDownloaded(_ range: String, _ status: Int, _ expected: Range<Int>) async throws {
        let data = pattern(300_000)
        try await withCloud { base, _ in
            _ = try await put(base, "p", data)
            let answer = try await curl(
                "-HRange: \(range)",
                "\(base)/download/storage/v1/b/\(bucket)/o/p?alt=media"
            )
            #expect(answer.status == status)
            #expect(answer.body == data[expected])
            #expect(
                answer.headers["content-range"]
                    == "bytes \(expected.lowerBound)-\(expected.upperBound - 1)/300000"
            )
        }
    }

    @Test func bytesAreFoundAtEachOfTheirAddresses() async throws {
        let data = pattern(300_000)
        try await withCloud { base, _ in
            _ = try await put(base, "a/b c", data)
            for address in [
                "download/storage/v1/b/\(bucket)/o/a%2Fb%20c?alt=media",
                "storage/v1/b/\(bucket)/o/a%2Fb%20c?alt=media", "\(bucket)/a/b%20c",
            ] {
                let answer = try await curl("\(base)/\(address)")
                #expect(answer.status == 200)
                #expect(answer.body == data)
                #expect(answer.headers["x-goog-hash"]?.hasPrefix("crc32c=") == true)
            }
            let head = try await curl("-I", "\(base)/\(bucket)/a/b%20c")
            #expect(head.status == 200)
            #expect(head.headers["content-length"] == "300000")
            let beyond = try await curl("-HRange: bytes=300000-", "\(base)/\(bucket)/a/b%20c")
            #expect(beyond.status == 416)
            #expect(beyond.headers["content-range"] == "bytes */300000")
        }
    }

    @Test func emptyObjectIsServed() async throws {
        try await withCloud { base, _ in
            #expect(try await put(base, "empty", Data()).json["size"] as? String == "0")
            let whole = try await curl("\(base)/\(bucket)/empty")
            #expect(whole.status == 200 && whole.body.isEmpty)
            #expect(try await curl("-HRange: bytes=0-9", "\(base)/\(bucket)/empty").status == 416)
        }
    }

    @Test(arguments: [
        "storage/v1/b/\(bucket)/o/none", "download/storage/v1/b/\(bucket)/o/none?alt=media",
        "storage/v1/b/no-such-bucket", "storage/v1/b/no-such-bucket/o", "storage/v1/b/no-such-bucket/o/x",
        "storage/v1/b/..%2F..%2Fetc/o/passwd", "storage/v1/b/\(bucket)/o/..%2F..%2F..%2Fstate.json",
        "download/storage/v1/b/\(bucket)/o/..%2F..%2Fservice-account.json?alt=media",
        "\(bucket)/../../service-account.json", "\(bucket)/,bucket", "apis/unknown", "",
    ])
    func whatIsNotThereIsA404InGooglesForm(_ address: String) async throws {
        try await withCloud { base, _ in
            let answer = try await curl("--path-as-is", "\(base)/\(address)")
            #expect(answer.status == 404)
            let error = try #require(answer.json["error"] as? [String: Any])
            #expect(error["code"] as? Int == 404)
            #expect((error["message"] as? String)?.isEmpty == false)
        }
    }

    @Test func uploadNeedsABucketThatExists() async throws {
        try await withCloud { base, folder in
            for type in ["media", "multipart", "resumable"] {
                let answer = try await curl(
                    "-XPOST",
                    "-HContent-Type: multipart/related; boundary=b",
                    "\(base)/upload/storage/v1/b/unknown-bucket/o?uploadType=\(type)&name=a",
                    "--data",
                    "x"
                )
                #expect(answer.status == 404)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/incoming").isEmpty)
        }
    }

    @Test func bucketsComeAndGo() async throws {
        try await withCloud { base, _ in
            func create(_ body: String) async throws -> Int {
                try await curl(
                    "-XPOST",
                    "-HContent-Type: application/json",
                    "\(base)/storage/v1/b?project=p",
                    "-d",
                    body
                ).status
            }
            #expect(try await create(#"{"name":"second-bucket","location":"eu"}"#) == 200)
            #expect(try await create(#"{"name":"second-bucket"}"#) == 409)
            #expect(try await create(#"{"name":"../evil"}"#) == 400)
            #expect(try await create("{") == 400)
            #expect(try await curl("\(base)/storage/v1/b?project=p").names == [bucket, "second-bucket"])
            let found = try await curl("\(base)/storage/v1/b/second-bucket")
            #expect(found.json["location"] as? String == "EU")
            #expect(try await curl("-XDELETE", "\(base)/storage/v1/b/second-bucket").status == 204)
            _ = try await put(base, "a", Data("x".utf8))
            #expect(try await curl("-XDELETE", "\(base)/storage/v1/b/\(bucket)").status == 409)
            #expect(try await curl("\(base)/storage/v1/b").names == [bucket])
        }
    }

    @Test func pagesFollowEachOtherByTheirToken() async throws {
        try await withCloud { base, _ in
            for name in ["a", "b/1", "b/2", "c", "ü"] { _ = try await put(base, name, Data("x".utf8)) }
            var names: [String] = []
            var prefixes: [String] = []
            var token = ""
            var pages = 0
            repeat {
                let page = try await curl(
                    "\(base)/storage/v1/b/\(bucket)/o?delimiter=%2F&maxResults=2&pageToken=\(percentEncoded(token))"
                )
                names += page.names
                prefixes += page.json["prefixes"] as? [String] ?? []
                token = page.json["nextPageToken"] as? String ?? ""
                pages += 1
            } while !token.isEmpty && pages < 10
            #expect(names == ["a", "c", "ü"])
            #expect(prefixes == ["b/"])
            #expect(pages == 2)
        }
    }

    @Test func objectIsCopiedMovedComposedAndDeleted() async throws {
        try await withCloud { base, _ in
            let o = "\(base)/storage/v1/b/\(bucket)/o"
            _ = try await put(base, "x/1", Data("one".utf8))
            let rewrite = try await curl("-XPOST", "\(o)/x%2F1/rewriteTo/b/\(bucket)/o/x%2F2")
            #expect(rewrite.json["done"] as? Bool == true)
            #expect((rewrite.json["resource"] as? [String: Any])?["name"] as? String == "x/2")
            let copy = try await curl("-XPOST", "\(o)/x%2F1/copyTo/b/\(bucket)/o/x%2F3")
            #expect(copy.json["size"] as? String == "3")
            #expect(try await curl("-XPOST", "\(o)/x%2F3/moveTo/o/x%2F4").status == 200)
            let composed = try await curl(
                "-XPOST",
                "\(o)/all/compose",
                "-d",
                #"{"sourceObjects":[{"name":"x/2"},{"name":"x/4"}],"destination":{"contentType":"text/plain"}}"#
            )
            #expect(composed.json["size"] as? String == "6")
            #expect(composed.json["componentCount"] as? Int == 2)
            #expect(try await curl("\(base)/\(bucket)/all").text == "oneone")
            #expect(try await curl(o).names == ["all", "x/1", "x/2", "x/4"])
            #expect(try await curl("-XDELETE", "\(o)/x%2F1").status == 204)
            #expect(try await curl("-XDELETE", "\(o)/x%2F1").status == 404)
            #expect(try await curl("-XPOST", "\(o)/x%2F1/rewriteTo/b/\(bucket)/o/y").status == 404)
            #expect(try await curl(o).names == ["all", "x/2", "x/4"])
        }
    }

    @Test func descriptionIsPatched() async throws {
        try await withCloud { base, _ in
            let o = "\(base)/storage/v1/b/\(bucket)/o/a"
            _ = try await put(base, "a", Data("one".utf8))
            let first = try await curl(
                "-XPATCH",
                o,
                "-d",
                #"{"contentType":"text/csv","metadata":{"k":"v","l":"w"}}"#
            )
            #expect(first.json["contentType"] as? String == "text/csv")
            #expect(first.json["metadata"] as? [String: String] == ["k": "v", "l": "w"])
            let second = try await curl("-XPATCH", o, "-d", #"{"metadata":{"k":null},"contentType":null}"#)
            #expect(second.json["contentType"] == nil)
            #expect(second.json["metadata"] as? [String: String] == ["l": "w"])
            #expect(second.json["metageneration"] as? String == "3")
            #expect(try await curl("\(base)/\(bucket)/a").text == "one")
        }
    }

    @Test(arguments: [
        "Host: evil.example", "Host: 127.0.0.1.evil.example:80", "Origin: https://evil.example",
        "Origin: null",
    ])
    func webPagesAreTurnedAway(_ header: String) async throws {
        try await withCloud { base, _ in
            let answer = try await curl("-H\(header)", "\(base)/storage/v1/b")
            #expect(answer.status == 403)
        }
    }

    @Test func tokenOfTheRealGoogleIsRefused() async throws {
        try await withCloud { base, _ in
            let real = try await curl("-HAuthorization: Bearer ya29.a0Ab", "\(base)/storage/v1/b")
            #expect(real.status == 401)
            #expect(!real.text.contains("a0Ab"))
            #expect(
                try await curl("-HAuthorization: Bearer flowrun-local.x", "\(base)/storage/v1/b").status
                    == 200
            )
        }
    }

    @Test func objectsOutliveTheServer() async throws {
        let folder = try TemporaryFolder()
        let cloud = folder.path + "/cloud"
        let first = try await withCloud(in: cloud) { base, _ in
            _ = try await put(base, "kept", Data("still here".utf8))
            return base
        }
        try await withCloud(in: cloud) { base, _ in
            #expect(base == first, "the port is kept over a restart")
            let kept = try await curl("\(base)/\(bucket)/kept")
            #expect(kept.text == "still here")
        }
    }
}
