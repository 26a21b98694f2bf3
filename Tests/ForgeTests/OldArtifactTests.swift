import Foundation
import Testing

/// Artifacts as the actions before version 4 send and fetch them: file by file.
@Suite struct OldArtifactTests {
    @Test func whatIsSentFileByFileIsAnArtifactLikeOthers() async throws {
        try await withServices { served in
            let job = try await served.job()
            let container = try #require(try await job.begin("plots"))
            let long = Data(repeating: 0x61, count: 100_000)
            #expect(try await container.send("plots/a.txt", Data("hello\n".utf8)) == 200)
            #expect(
                try await container.send("plots/deep/long.txt", try gzip(long), unpacked: long.count) == 200
            )
            #expect(try await container.send("plots/empty", Data()) == 200)
            #expect(try await container.send("plots/two", Data("first ".utf8), at: 0, of: 12) == 200)
            #expect(try await container.send("plots/two", Data("second".utf8), at: 6, of: 12) == 200)
            #expect(try await job.finish("plots") == 200)

            // The newer service has it, as an archive.
            let listed = try await job.artifacts("ListArtifacts").json["artifacts"] as? [[String: Any]]
            #expect(listed?.count == 1 && listed?.first?["name"] as? String == "plots")
            let signed = try await job.artifacts("GetSignedArtifactURL", ["name": "plots"])
            let zip = try await curl(try #require(signed.json["signed_url"] as? String))
            #expect(zip.status == 200 && zip.body.starts(with: Data("PK".utf8)))

            // The older one gives it file by file.
            let files = try await job.files("plots")
            #expect(
                files.mapValues(\.count) == [
                    "plots/a.txt": 6, "plots/deep/long.txt": 100_000, "plots/empty": 0, "plots/two": 12,
                ]
            )
            #expect(files["plots/deep/long.txt"] == long && files["plots/two"] == Data("first second".utf8))
        }
    }

    @Test func aSecondJobAddsToAnArtifact() async throws {
        try await withServices { served in
            let first = try await served.job()
            let second = try await served.job(run: first.job.facts.runID)
            for (job, text) in [(first, "one"), (second, "two")] {
                let container = try #require(try await job.begin("results"))
                #expect(try await container.send("results/\(text).txt", Data(text.utf8)) == 200)
                #expect(try await container.send("results/last.txt", Data(text.utf8)) == 200)
                #expect(try await job.finish("results") == 200)
            }
            let files = try await second.files("results").mapValues { String(decoding: $0, as: UTF8.self) }
            #expect(files == ["results/one.txt": "one", "results/two.txt": "two", "results/last.txt": "two"])
            let listed = try await second.artifacts("ListArtifacts").json["artifacts"] as? [[String: Any]]
            #expect(listed?.count == 1)
        }
    }

    @Test func whatAnyAgeMadeIsFetched() async throws {
        try await withServices { served in
            let job = try await served.job()
            #expect(try await job.upload("new", try zip(["x/y.txt": "hello"])).json["ok"] as? Bool == true)
            #expect(try await job.files("new") == ["new/x/y.txt": Data("hello".utf8)])
        }
    }

    @Test func whatIsNotWholeOrLeadsElsewhereIsRefused() async throws {
        try await withServices { served in
            let job = try await served.job()
            let container = try #require(try await job.begin("a"))
            for path in ["a/../x", "b/x", "a", "/a/x", "a//x", "a/./x", "a/b\\c", ""] {
                #expect(try await container.send(path, Data("x".utf8)) == 400, "\(path)")
            }
            #expect(try await container.send("a/x", Data("half".utf8), at: 0, of: 8) == 200)
            #expect(try await job.finish("a") == 400, "a part is missing")
            #expect(try await job.finish("a") == 404)

            let packed = try #require(try await job.begin("b"))
            #expect(
                try await packed.send("b/x", try gzip(Data(repeating: 0, count: 9_000)), unpacked: 100) == 200
            )
            #expect(try await job.finish("b") == 400, "it is longer than it was said to be")
            #expect(try await job.begin("a/b") == nil)

            let stranger = try await served.job()
            let foreign = try await stranger.get("_apis/pipelines/workflows/\(job.job.facts.runID)/artifacts")
            #expect(foreign.status == 403)
            #expect(try await curl("\(job.base)_apis/pipelines/workflows/1/artifacts").status == 401)
            #expect(try served.store.artifacts(run: job.job.facts.runID).isEmpty)
        }
    }

    private func zip(_ files: [String: String]) throws -> Data {
        try python(
            "import io,sys,json,zipfile\nb=io.BytesIO()\nz=zipfile.ZipFile(b,'w',zipfile.ZIP_DEFLATED)\n"
                + "for n,t in json.load(sys.stdin).items(): z.writestr(n,t)\nz.close()\nsys.stdout.buffer.write(b.getvalue())",
            try JSONSerialization.data(withJSONObject: files)
        )
    }

    private func gzip(_ bytes: Data) throws -> Data {
        try python("import sys,gzip\nsys.stdout.buffer.write(gzip.compress(sys.stdin.buffer.read()))", bytes)
    }

    private func python(_ program: String, _ input: Data) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program]
        let (sent, got) = (Pipe(), Pipe())
        process.standardInput = sent
        process.standardOutput = got
        try process.run()
        let writing = sent.fileHandleForWriting
        DispatchQueue.global().async {
            try? writing.write(contentsOf: input)
            try? writing.close()
        }
        let bytes = got.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return bytes
    }
}

/// An artifact that a job is sending.
private struct Container {
    let url: String
    let token: String

    func send(
        _ path: String,
        _ bytes: Data,
        at start: Int = 0,
        of total: Int? = nil,
        unpacked: Int? = nil
    ) async throws -> Int {
        let item = path.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? path
        var arguments = [
            "-X", "PUT", "-H", "Authorization: Bearer \(token)",
            "-H", "Content-Range: bytes \(start)-\(start + bytes.count - 1)/\(total ?? bytes.count)",
        ]
        if let unpacked {
            arguments += ["-H", "Content-Encoding: gzip", "-H", "x-tfs-filelength: \(unpacked)"]
        }
        return try await curl(arguments + ["\(url)?itemPath=\(item)"], input: bytes).status
    }
}

extension ServedJob {
    fileprivate func get(_ path: String) async throws -> Answer {
        try await curl("-H", "Authorization: Bearer \(token)", path.hasPrefix("http") ? path : base + path)
    }

    private var artifactsURL: String {
        "\(base)_apis/pipelines/workflows/\(job.facts.runID)/artifacts?api-version=6.0-preview"
    }

    fileprivate func begin(_ name: String) async throws -> Container? {
        let body = try JSONSerialization.data(withJSONObject: ["Type": "actions_storage", "Name": name])
        let answer = try await curl("-H", "Authorization: Bearer \(token)", artifactsURL, input: body)
        guard answer.status == 201 else { return nil }
        return (answer.json["fileContainerResourceUrl"] as? String).map { Container(url: $0, token: token) }
    }

    fileprivate func finish(_ name: String) async throws -> Int {
        try await curl(
            "-X",
            "PATCH",
            "-H",
            "Authorization: Bearer \(token)",
            "\(artifactsURL)&artifactName=\(name)",
            input: Data(#"{"Size":1}"#.utf8)
        ).status
    }

    /// All files of an artifact, by their paths.
    fileprivate func files(_ name: String) async throws -> [String: Data] {
        let all = try await get(artifactsURL).json["value"] as? [[String: Any]] ?? []
        guard
            let url = all.first(where: { $0["name"] as? String == name })?["fileContainerResourceUrl"]
                as? String
        else { return [:] }
        let items = try await get("\(url)?itemPath=\(name)").json["value"] as? [[String: Any]] ?? []
        var files: [String: Data] = [:]
        for item in items {
            guard let path = item["path"] as? String, let place = item["contentLocation"] as? String else {
                continue
            }
            files[path] = try await curl("--compressed", "-H", "Authorization: Bearer \(token)", place).body
        }
        return files
    }
}
