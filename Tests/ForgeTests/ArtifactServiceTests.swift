import Crypto
import Foundation
import Testing

@testable import Forge

/// Artifacts of version 4, as their client asks for them.
struct ArtifactServiceTests {
    @Test func blocksArePutTogetherInTheOrderOfTheList() async throws {
        try await withServices { served in
            let job = try await served.job()
            let created = try await job.artifacts("CreateArtifact", ["name": "model", "version": 4])
            let url = try #require(created.json["signed_upload_url"] as? String)
            #expect(url.contains("?"), "the client appends to a query")
            // Out of order, and one twice: the later bytes count.
            for (id, text) in [("Yw==", "three"), ("YQ==", "old"), ("Yg==", "two-"), ("YQ==", "one-")] {
                let id = id.replacing("=", with: "%3D")
                let put = try await curl(
                    "-X",
                    "PUT",
                    "\(url)&comp=block&blockid=\(id)",
                    input: Data(text.utf8)
                )
                #expect(put.status == 201 && put.body.isEmpty, "\(put.text)")
            }
            let list = Data(
                "<BlockList><Latest>YQ==</Latest><Latest>Yg==</Latest><Latest>Yw==</Latest></BlockList>".utf8
            )
            let committed = try await curl(
                "-X",
                "PUT",
                "-H",
                "x-ms-blob-content-type: zip",
                "\(url)&comp=blocklist",
                input: list
            )
            #expect(committed.status == 201)
            #expect(try await job.artifacts("ListArtifacts").artifacts.isEmpty, "it is not finished")

            let bytes = Data("one-two-three".utf8)
            let digest = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
            let done = try await job.artifacts(
                "FinalizeArtifact",
                ["name": "model", "size": "13", "hash": "sha256:\(digest)"]
            )
            #expect(done.json["ok"] as? Bool == true && done.json["artifact_id"] is String, "\(done.text)")
            let listed = try await job.artifacts("ListArtifacts", ["name_filter": "model"])
            let artifact = try #require(listed.artifacts.first)
            #expect(artifact["digest"] as? String == "sha256:\(digest)")
            #expect(artifact["size"] as? String == "13" && artifact["database_id"] is String)
            #expect(artifact["workflow_job_run_backend_id"] as? String == "job-\(job.job.id)")

            let signed = try await job.artifacts("GetSignedArtifactURL", ["name": "model"])
            let place = try #require(signed.json["signed_url"] as? String)
            #expect(place.contains(".zip?"), "by this the newest client knows what to unpack")
            let got = try await curl(place)
            #expect(got.status == 200 && got.body == bytes)
            #expect(got.headers["content-type"] == "application/zip" && got.headers["content-length"] == "13")
            #expect(got.headers["content-disposition"]?.contains("filename=\"model.zip\"") == true)
        }
    }

    @Test func bytesThatAreNotWhatWasAnnouncedAreRefused() async throws {
        try await withServices { served in
            let job = try await served.job()
            let created = try await job.artifacts("CreateArtifact", ["name": "a", "version": 4])
            let early = try await job.artifacts("FinalizeArtifact", ["name": "a", "size": "3"])
            #expect(early.status == 400 && early.json["code"] as? String == "failed_precondition")
            try await job.send(
                Data("abc".utf8),
                to: try #require(created.json["signed_upload_url"] as? String)
            )
            let short = try await job.artifacts("FinalizeArtifact", ["name": "a", "size": "4"])
            #expect(short.status == 400, "\(short.text)")
            let hash = "sha256:" + String(repeating: "0", count: 64)
            let wrong = try await job.artifacts("FinalizeArtifact", ["name": "a", "size": "3", "hash": hash])
            #expect(wrong.status == 400, "\(wrong.text)")
            #expect(try await job.artifacts("ListArtifacts").artifacts.isEmpty)
            #expect(try served.store.artifacts(run: job.job.facts.runID).isEmpty)
            let right = try await job.artifacts("FinalizeArtifact", ["name": "a", "size": "3"])
            #expect(right.status == 200, "what came is still there for the right word")
        }
    }

    @Test func aNameIsTakenOnceInARun() async throws {
        try await withServices { served in
            let first = try await served.job()
            let second = try await served.job(run: first.job.facts.runID)
            let begun = try await first.artifacts("CreateArtifact", ["name": "a", "version": 4])
            #expect(begun.status == 200)
            let beside = try await second.artifacts("CreateArtifact", ["name": "a", "version": 4])
            #expect(beside.status == 409 && beside.json["code"] as? String == "already_exists")
            #expect(try await first.upload("a", Data("one".utf8)).status == 200, "a job may begin anew")
            let late = try await second.upload("a", Data("two".utf8))
            #expect(late.status == 409, "\(late.text)")
            #expect(try await second.upload("A", Data("two".utf8)).status == 200, "case counts")
            let names = try await first.artifacts("ListArtifacts").artifacts.compactMap {
                $0["name"] as? String
            }
            #expect(names == ["a", "A"])
            // Of another run it is another artifact.
            #expect(try await served.job().upload("a", Data("three".utf8)).status == 200)
            // The answer to a first request may have been lost.
            let again = try await first.artifacts("FinalizeArtifact", ["name": "a", "size": "3"])
            #expect(again.status == 200 && again.json["artifact_id"] is String)
        }
    }

    @Test func anArtifactThatIsDeletedMakesRoomForAnother() async throws {
        try await withServices { served in
            let job = try await served.job()
            let first = try await job.upload("a", Data("one".utf8))
            #expect(try await job.artifacts("DeleteArtifact", ["name": "a"]).json["ok"] as? Bool == true)
            #expect(try await job.artifacts("DeleteArtifact", ["name": "a"]).status == 404)
            let second = try await job.upload("a", Data("two".utf8))
            #expect(
                second.status == 200
                    && second.json["artifact_id"] as? String != first.json["artifact_id"] as? String
            )
            let blobs = try FileManager.default.contentsOfDirectory(atPath: served.home.blobs + "/kept")
            #expect(blobs.count == 1)
        }
    }

    @Test(arguments: [
        "", "..", ".", "../x", "/etc/passwd", "a/b", "a\\b", "a\0b", "a\nb", "a:b", "a*", "\u{1b}[31m",
        String(repeating: "x", count: 300),
    ])
    func hostileNamesAreRefused(_ name: String) async throws {
        try await withServices { served in
            let job = try await served.job()
            let answer = try await job.artifacts("CreateArtifact", ["name": name, "version": 4])
            #expect(
                answer.status == 400 && answer.json["code"] as? String == "invalid_argument",
                "\(answer.text)"
            )
        }
    }

    @Test func aNameIsNoPartOfAHeaderOrAPath() async throws {
        try await withServices { served in
            let job = try await served.job()
            let name = #"ü; x=ÿ '<img src=x>' %2e%2e"#.replacing("<", with: "(").replacing(">", with: ")")
            #expect(try await job.upload(name, Data("z".utf8)).status == 200)
            let signed = try await job.artifacts("GetSignedArtifactURL", ["name": name])
            let got = try await curl(try #require(signed.json["signed_url"] as? String))
            #expect(got.status == 200 && got.text == "z")
            let disposition = try #require(got.headers["content-disposition"])
            #expect(
                disposition.hasPrefix(
                    "attachment; filename=\"_; x=_ '(img src=x)' _2e_2e.zip\"; filename*=UTF-8''%C3%BC"
                )
            )
            #expect(got.headers["x-content-type-options"] == "nosniff")
            #expect(got.headers["content-security-policy"] == "sandbox")
        }
    }

    @Test func aTokenIsForItsOwnRunAndHoldsUntilItsJobEnds() async throws {
        try await withServices { served in
            let job = try await served.job(idTokens: true)
            let other = try await served.job()
            #expect(try await other.upload("a", Data("one".utf8)).status == 200)
            #expect(try await job.artifacts("ListArtifacts", other.ids).status == 403)
            #expect(
                try await job.artifacts("GetSignedArtifactURL", other.ids.merging(["name": "a"]) { $1 })
                    .status == 403
            )
            #expect(
                try await job.artifacts("CreateArtifact", other.ids.merging(["name": "b"]) { $1 }).status
                    == 403
            )
            let url = "\(job.base)twirp/github.actions.results.api.v1.ArtifactService/ListArtifacts"
            let body = try JSONSerialization.data(withJSONObject: job.ids)
            #expect(try await curl(url, input: body).status == 401)
            for token in [
                "x", "a.b.c", job.token + "x", String(job.token.dropLast(3)), "eyJhbGciOiJub25lIn0.e30.",
            ] {
                let answer = try await curl("-H", "Authorization: Bearer \(token)", url, input: body)
                #expect(
                    answer.status == 401 && answer.json["code"] as? String == "unauthenticated",
                    "\(token)"
                )
            }
            let idToken = try #require(job.environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"])
            #expect(try await curl("-H", "Authorization: Bearer \(idToken)", url, input: body).status == 403)
            // Another spelling of the scheme is the same.
            #expect(
                try await curl("-H", "AUTHORIZATION: bearer \(job.token)", url, input: body).status == 200
            )

            let begun = try await job.artifacts("CreateArtifact", ["name": "late", "version": 4])
            let upload = try #require(begun.json["signed_upload_url"] as? String)
            await served.toolkit.jobEnded(job.job.id)
            #expect(try await job.artifacts("ListArtifacts").status == 401)
            let put = try await curl(
                "-X",
                "PUT",
                "\(upload)&comp=block&blockid=YQ%3D%3D",
                input: Data("x".utf8)
            )
            #expect(put.status == 404, "what a job has not finished is dropped with it")
        }
    }

    @Test func whatIsNoCallIsAnsweredInJSONAndNotTriedAgain() async throws {
        try await withServices { served in
            let job = try await served.job()
            let unknown = try await job.artifacts("MigrateArtifact")
            #expect(unknown.status == 404 && unknown.json["code"] as? String == "bad_route")
            let auth = "Authorization: Bearer \(job.token)"
            let url = "\(job.base)twirp/github.actions.results.api.v1.ArtifactService/CreateArtifact"
            for body in ["", "{", "[]", "null", String(repeating: "[", count: 100_000)] {
                let answer = try await curl("-H", auth, url, input: Data(body.utf8))
                #expect(
                    answer.status == 400 && answer.json["code"] is String,
                    "\(body.prefix(20)): \(answer.status)"
                )
            }
            let large = try await curl("-H", auth, url, input: Data(repeating: 0x20, count: 2 << 20))
            #expect(large.status == 413 && large.json["code"] is String, "\(large.status)")
            #expect(try await curl("-H", auth, url).status == 404, "a GET")
            #expect(
                try await curl("-H", auth, "-H", "Host: evil.example", url, input: Data("{}".utf8)).status
                    == 403
            )
            #expect(
                try await curl("-H", auth, "-H", "Origin: http://localhost", url, input: Data("{}".utf8))
                    .status == 403
            )
        }
    }
}
