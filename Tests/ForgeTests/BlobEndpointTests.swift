import Foundation
import Testing

@testable import Forge

/// The bytes of artifacts and caches, in the dialect of Azure's blob store.
struct BlobEndpointTests {
    private func artifact(_ served: Served, _ bytes: Data) async throws -> (job: ServedJob, url: String) {
        let job = try await served.job()
        #expect(try await job.upload("a", bytes).status == 200)
        let signed = try await job.artifacts("GetSignedArtifactURL", ["name": "a"])
        return (job, try #require(signed.json["signed_url"] as? String))
    }

    @Test func rangesAndHeadsAreAnswered() async throws {
        try await withServices { served in
            let (_, url) = try await artifact(served, Data("0123456789".utf8))
            let part = try await curl("-r", "2-4", url)
            #expect(
                part.status == 206 && part.text == "234" && part.headers["content-range"] == "bytes 2-4/10"
            )
            let end = try await curl("-r", "-3", url)
            #expect(end.status == 206 && end.text == "789")
            let rest = try await curl("-r", "7-", url)
            #expect(rest.status == 206 && rest.text == "789")
            let none = try await curl("-r", "10-", url)
            #expect(none.status == 416 && none.headers["content-range"] == "bytes */10")
            let head = try await curl("-I", url)
            #expect(
                head.status == 200 && head.headers["content-length"] == "10" && head.body.isEmpty == false
            )
        }
    }

    @Test func anAddressIsGoodForOneThingAndForSomeTime() async throws {
        try await withServices { served in
            let (job, url) = try await artifact(served, Data("x".utf8))
            let wrong = try await curl(url.replacing("/artifacts/", with: "/caches/"))
            #expect(wrong.status == 403)
            #expect(try await curl(url.replacing("sig=", with: "sig=A")).status == 403)
            #expect(try await curl(url.replacing("se=", with: "se=9")).status == 403)
            #expect(try await curl(String(url.prefix { $0 != "?" })).status == 403)
            #expect(try await curl("-X", "PUT", url, input: Data("y".utf8)).status == 404)
            #expect(try await curl("-X", "DELETE", url).status == 404)
            // The right is the address's: a token beside it changes nothing.
            #expect(try await curl("-H", "Authorization: token x", url).status == 200)
            _ = job
        }
        let signatures = BlobSignatures()
        let now = Date()
        let url = signatures.url(.artifact(7), file: "a", host: "127.0.0.1:1", at: now)
        let fields = url.split(separator: "?")[1].split(separator: "&").map {
            $0.split(separator: "=", maxSplits: 1)
        }
        let (end, signature) = (String(fields[0][1]), String(fields[1][1]))
        #expect(signatures.allow(.artifact(7), expiry: end, signature: signature, at: now + 3600))
        #expect(!signatures.allow(.artifact(7), expiry: end, signature: signature, at: now + 6 * 3600 + 1))
        #expect(!signatures.allow(.artifact(8), expiry: end, signature: signature, at: now))
        #expect(!signatures.allow(.upload("7"), expiry: end, signature: signature, at: now))
        #expect(!BlobSignatures().allow(.artifact(7), expiry: end, signature: signature, at: now))
    }

    @Test(arguments: [
        "artifacts/..%2f..%2fflowrun.db/x", "artifacts/../../store/flowrun.db", "uploads/..%2f..%2fstore/x",
        "artifacts/%2e%2e/%2e%2e/x", "artifacts/1%00/x", "uploads/%2fetc%2fpasswd/x",
        "artifacts/%252e%252e/x",
        "uploads/%ff/x", "", "artifacts", "artifacts/1", "logs/1/../../secrets/x/y",
    ])
    func hostilePathsLeadNowhere(_ path: String) async throws {
        try await withServices { served in
            let job = try await served.job()
            let answer = try await curl("\(job.base)_blobs/\(path)?se=99999999999&sig=AAAA")
            #expect([400, 403, 404].contains(answer.status), "\(answer.status)")
            #expect(!answer.text.contains("SQLite"))
        }
    }

    @Test func halfABodyIsNoBlock() async throws {
        try await withServices { served in
            let job = try await served.job()
            let created = try await job.artifacts("CreateArtifact", ["name": "a", "version": 4])
            let url = try #require(created.json["signed_upload_url"] as? String)
            let port = try #require(job.base.split(separator: ":").last?.dropLast())
            let path = url.drop { $0 != "_" }
            // More is announced than comes, and then the client is gone.
            let script = """
                exec 3<>/dev/tcp/127.0.0.1/\(port)
                printf 'PUT /\(path)&comp=block&blockid=YQ%%3D%%3D HTTP/1.1\\r\\nHost: 127.0.0.1:\(port)\\r\\nContent-Length: 100\\r\\n\\r\\nabc' >&3
                sleep 0.2
                exec 3>&-
                """.replacing("%3D", with: "%%3D").replacing("%%%3D", with: "%%3D")
            #expect(try await runProgram("bash", ["-c", script]).status == 0)
            let list = try await curl(
                "-X",
                "PUT",
                "\(url)&comp=blocklist",
                input: Data("<BlockList><Latest>YQ==</Latest></BlockList>".utf8)
            )
            #expect(list.status == 400 && list.text.contains("<Error>"), "\(list.text)")
            let files =
                FileManager.default.enumerator(atPath: served.home.blobs)?.compactMap { $0 as? String } ?? []
            #expect(!files.contains { $0.hasSuffix(".block") || $0.hasSuffix(".part") }, "\(files)")
        }
    }

    @Test func wrongBlocksAreRefusedInXML() async throws {
        try await withServices { served in
            let job = try await served.job()
            let created = try await job.artifacts("CreateArtifact", ["name": "a", "version": 4])
            let url = try #require(created.json["signed_upload_url"] as? String)
            let long = String(repeating: "YWJj", count: 30)
            for query in [
                "&comp=block", "&comp=block&blockid=%3F", "&comp=block&blockid=\(long)", "&comp=x", "",
            ] {
                let answer = try await curl("-X", "PUT", url + query, input: Data("x".utf8))
                #expect(answer.status == 400 && answer.text.contains("<Error>"), "\(query): \(answer.text)")
            }
            let list = Data("<BlockList><Latest>Yg==</Latest></BlockList>".utf8)
            #expect(try await curl("-X", "PUT", "\(url)&comp=blocklist", input: list).status == 400)
        }
    }

    @Test func damagedBytesAreNotGivenOutAsWhole() async throws {
        try await withServices { served in
            let (_, url) = try await artifact(served, Data(repeating: 0x41, count: 3 << 20))
            let kept = served.home.blobs + "/kept"
            let name = try #require(try FileManager.default.contentsOfDirectory(atPath: kept).first)
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(kept)/\(name)"))
            try file.seek(toOffset: 1000)
            try file.write(contentsOf: Data("B".utf8))
            try file.close()
            let got = try await curl(url)
            #expect(got.body.count < 3 << 20)
        }
    }
}
