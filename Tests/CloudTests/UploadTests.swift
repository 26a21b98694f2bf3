import Foundation
import Testing

@testable import Cloud

struct UploadTests {
    private let data = pattern(700_000)

    private func begin(_ base: String, _ name: String, _ more: String = "") async throws -> String {
        let answer = try await curl(
            "-XPOST",
            "-HX-Upload-Content-Type: text/csv",
            "-HContent-Type: application/json",
            "-d",
            "{}",
            "\(base)/upload/storage/v1/b/\(bucket)/o?uploadType=resumable&name=\(name)\(more)"
        )
        #expect(answer.status == 200)
        #expect(answer.body.isEmpty)
        return try #require(answer.headers["location"])
    }

    private func send(
        _ location: String,
        _ range: String,
        _ data: Data,
        method: String = "PUT"
    ) async throws -> Answer {
        try await curl("-X\(method)", "-HContent-Range: \(range)", location, input: data)
    }

    @Test(arguments: ["PUT", "POST"], [true, false])
    func partsBecomeOneObject(_ method: String, _ isSizeKnown: Bool) async throws {
        try await withCloud { base, folder in
            let location = try await begin(base, "big")
            #expect(location.hasPrefix(base))
            let total = isSizeKnown ? "700000" : "*"
            let first = try await send(location, "bytes 0-262143/\(total)", data[..<262_144], method: method)
            #expect(first.status == 308)
            #expect(first.headers["range"] == "bytes=0-262143")
            #expect(try await curl("\(base)/\(bucket)/big").status == 404)
            _ = try await send(
                location,
                "bytes 262144-524287/\(total)",
                data[262_144..<524_288],
                method: method
            )
            let last = try await send(
                location,
                "bytes 524288-699999/700000",
                data[524_288...],
                method: method
            )
            #expect(last.status == 200)
            #expect(last.json["contentType"] as? String == "text/csv")
            var checksums = Checksums()
            data.withUnsafeBytes { checksums.update($0) }
            #expect(last.json["md5Hash"] as? String == checksums.md5Hash)
            #expect(try await curl("\(base)/\(bucket)/big").body == data)
            let again = try await send(location, "bytes */700000", Data())
            #expect(again.text == last.text, "a client that lost the answer asks again")
        }
    }

    @Test func stateOfAnUploadCanBeAsked() async throws {
        try await withCloud { base, _ in
            let location = try await begin(base, "asked")
            let nothing = try await send(location, "bytes */*", Data())
            #expect(nothing.status == 308)
            #expect(nothing.headers["range"] == nil)
            _ = try await send(location, "bytes 0-99999/700000", data[..<100_000])
            let some = try await send(location, "bytes */700000", Data())
            #expect(some.status == 308)
            #expect(some.headers["range"] == "bytes=0-99999")
        }
    }

    @Test func uploadGoesOnAfterARestart() async throws {
        let folder = try TemporaryFolder()
        let cloud = folder.path + "/cloud"
        let location = try await withCloud(in: cloud) { base, _ in
            let location = try await begin(base, "resumed")
            _ = try await send(location, "bytes 0-299999/700000", data[..<300_000])
            return location
        }
        try await withCloud(in: cloud) { base, _ in
            let state = try await send(location, "bytes */700000", Data())
            #expect(state.headers["range"] == "bytes=0-299999")
            #expect(try await send(location, "bytes 300000-699999/700000", data[300_000...]).status == 200)
            #expect(try await curl("\(base)/\(bucket)/resumed").body == data)
        }
    }

    @Test func bytesSentAgainAreSkipped() async throws {
        try await withCloud { base, _ in
            let location = try await begin(base, "overlap")
            _ = try await send(location, "bytes 0-399999/700000", data[..<400_000])
            let gap = try await send(location, "bytes 500000-699999/700000", data[500_000...])
            #expect(gap.status == 308, "a part that would leave a gap is not taken")
            #expect(gap.headers["range"] == "bytes=0-399999")
            #expect(try await send(location, "bytes 100000-699999/700000", data[100_000...]).status == 200)
            #expect(try await curl("\(base)/\(bucket)/overlap").body == data)
        }
    }

    @Test func endWithoutFurtherBytesFinishes() async throws {
        try await withCloud { base, _ in
            let location = try await begin(base, "end")
            _ = try await send(location, "bytes 0-9/*", data[..<10])
            #expect(try await send(location, "bytes */10", Data()).json["size"] as? String == "10")
            let empty = try await begin(base, "none")
            #expect(try await send(empty, "bytes */0", Data()).json["size"] as? String == "0")
            let whole = try await begin(base, "whole")
            #expect(try await curl("-XPUT", whole, input: data).json["size"] as? String == "700000")
        }
    }

    @Test func cancelledUploadIsGone() async throws {
        try await withCloud { base, folder in
            let location = try await begin(base, "gone")
            _ = try await send(location, "bytes 0-9/20", data[..<10])
            #expect(try await curl("-XDELETE", location).status == 499)
            #expect(try await send(location, "bytes 10-19/20", data[10..<20]).status == 404)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/uploads").isEmpty)
        }
    }

    @Test(arguments: ["../../state", "..", "", "x", "%2Fetc"])
    func unknownUploadIsNotFound(_ id: String) async throws {
        try await withCloud { base, _ in
            let answer = try await send(
                "\(base)/upload/storage/v1/b/\(bucket)/o?uploadType=resumable&upload_id=\(id)",
                "bytes 0-0/1",
                Data("x".utf8)
            )
            #expect(answer.status == 404)
        }
    }

    @Test func wrongContentRangeIsRefused() async throws {
        try await withCloud { base, _ in
            let location = try await begin(base, "wrong")
            #expect(try await send(location, "bytes 9-0/1", Data()).status == 400)
            #expect(try await send(location, "bytes 0-4/5", data[..<9]).status == 400)
        }
    }

    @Test func objectThatMustBeNewIsNotReplaced() async throws {
        try await withCloud { base, _ in
            let address =
                "\(base)/upload/storage/v1/b/\(bucket)/o?uploadType=media&name=new&ifGenerationMatch=0"
            #expect(try await curl("-XPOST", address, input: Data("1".utf8)).status == 200)
            #expect(try await curl("-XPOST", address, input: Data("2".utf8)).status == 412)
            let location = try await begin(base, "new", "&ifGenerationMatch=0")
            #expect(try await send(location, "bytes 0-0/1", Data("3".utf8)).status == 412)
            #expect(try await curl("\(base)/\(bucket)/new").text == "1")
        }
    }

    @Test(arguments: ["\n", "\r\n"])
    func multipartUploadIsTaken(_ newline: String) async throws {
        try await withCloud { base, _ in
            let head = [
                "--==0==", "Content-Type: application/json; charset=UTF-8", "",
                #"{"name":"m/é","metadata":{"k":"v"}}"#, "--==0==", "Content-Type: text/csv", "", "",
            ].joined(separator: newline)
            let upload = Data(head.utf8) + data + Data("\(newline)--==0==--".utf8)
            let answer = try await curl(
                "-XPOST",
                #"-HContent-Type: multipart/related; boundary="==0==""#,
                "\(base)/upload/storage/v1/b/\(bucket)/o?uploadType=multipart",
                input: upload
            )
            #expect(answer.status == 200)
            #expect(answer.json["contentType"] as? String == "text/csv")
            #expect(answer.json["metadata"] as? [String: String] == ["k": "v"])
            #expect(try await curl("\(base)/\(bucket)/m/%C3%A9").body == data)
        }
    }

    @Test func announcedChecksumIsCompared() async throws {
        try await withCloud { base, _ in
            for (md5, status) in [("XUFAKrxLKna5cZ2REBfFkg==", 200), ("AAAAAAAAAAAAAAAAAAAAAA==", 400)] {
                let upload =
                    "--b\r\n\r\n{\"name\":\"h\(status)\",\"md5Hash\":\"\(md5)\"}\r\n--b\r\n\r\nhello\r\n--b--"
                let answer = try await curl(
                    "-XPOST",
                    "-HContent-Type: multipart/related; boundary=b",
                    "\(base)/upload/storage/v1/b/\(bucket)/o?uploadType=multipart",
                    input: Data(upload.utf8)
                )
                #expect(answer.status == status)
            }
            #expect(try await curl("\(base)/storage/v1/b/\(bucket)/o").names == ["h200"])
        }
    }

    @Test func uploadThatBreaksOffLeavesNothing() async throws {
        try await withCloud { base, folder in
            for header in ["-HX-Plain: 1", "-HTransfer-Encoding: chunked"] {
                await #expect(throws: CommandFailure.self) {
                    _ = try await curl(
                        "--max-time",
                        "1",
                        "--limit-rate",
                        "100k",
                        "-XPOST",
                        header,
                        "\(base)/upload/storage/v1/b/\(bucket)/o?uploadType=media&name=cut",
                        input: data
                    )
                }
            }
            #expect(try await curl("\(base)/storage/v1/b/\(bucket)/o").names.isEmpty)
            try await eventually("no bytes are left") {
                try FileManager.default.contentsOfDirectory(atPath: folder + "/incoming").isEmpty
            }
        }
    }

    @Test func uploadsAtOnceDoNotMix() async throws {
        try await withCloud { base, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        let mine = data.dropFirst(number * 1000)
                        _ = try await curl(
                            "-XPOST",
                            "\(base)/upload/storage/v1/b/\(bucket)/o?uploadType=media&name=n\(number)",
                            input: Data(mine)
                        )
                        #expect(try await curl("\(base)/\(bucket)/n\(number)").body == Data(mine))
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
