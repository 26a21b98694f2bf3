import Foundation
import Serving
import Testing

@testable import Cloud

struct LifeTests {
    @Test func serverIsRunningWhileItServes() async throws {
        let folder = try TemporaryFolder()
        let cloud = LocalCloud(folder: folder.path + "/cloud")
        #expect(try cloud.status() == .stopped)
        try await withCloud(in: folder.path + "/cloud") { base, _ in
            guard case .running(let pid, let endpoints) = try await offPool({ try cloud.status() }) else {
                Issue.record("it does not run")
                return
            }
            #expect(pid == getpid())
            #expect(endpoints.storage == base)
            #expect(try await cloud.ensureUp(executable: "/nonexistent") == endpoints)
        }
        #expect(try cloud.status() == .stopped)
        try await cloud.down()
    }

    @Test func secondServerOfAFolderIsRefused() async throws {
        try await withCloud { _, folder in
            await #expect {
                try await LocalCloud(folder: folder).serve()
            } throws: { error in
                (error as? CloudError)?.reason == .alreadyServed(pid: getpid())
            }
        }
    }

    @Test func takenPortIsLeftAndTheKeyFollows() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/cloud"
        let first = try await withCloud(in: path) { base, _ in base }
        let port = try #require(first.split(separator: ":").last.flatMap { Int($0) })
        // Somebody else takes the port: a cloud of another folder that remembers the same number.
        let other = CloudFolder(path: folder.path + "/other")
        try Folder.make(other.path)
        try other.write(CloudState(port: port))
        try await withCloud(in: other.path) { taken, _ in
            #expect(taken == first)
            #expect(try await offPool { try LocalCloud(folder: path).status() } == .stopped)
            try await withCloud(in: path) { base, _ in
                #expect(base != first)
                let key = try #require(try ServiceAccountKey.read(path + "/service-account.json"))
                #expect(key.tokenURI == base + "/token")
                #expect(try await curl("\(base)/storage/v1/b").names == [bucket])
            }
        }
    }

    @Test func serverThatEndsAtOnceIsReportedWithItsLog() async throws {
        let folder = try TemporaryFolder()
        let cloud = LocalCloud(folder: folder.path + "/cloud")
        await #expect {
            try await cloud.up(
                executable: "/bin/sh",
                arguments: ["-c", "echo no luck today >&2; exit 7"],
                patience: .seconds(10)
            )
        } throws: { error in
            (error as? CloudError)?.reason == .didNotStart(status: 7) && "\(error)".contains("no luck today")
        }
    }

    @Test func missingExecutableIsNamed() async throws {
        let folder = try TemporaryFolder()
        await #expect {
            try await LocalCloud(folder: folder.path + "/cloud").up(executable: "/nonexistent/flowrun")
        } throws: { error in
            "\(error)".contains("/nonexistent/flowrun")
        }
    }

    @Test func serverThatNeverAnswersIsGivenUp() async throws {
        let folder = try TemporaryFolder()
        let cloud = LocalCloud(folder: folder.path + "/cloud")
        let failure = await #expect(throws: CloudError.self) {
            try await cloud.up(executable: "/bin/sleep", arguments: ["60"], patience: .milliseconds(300))
        }
        guard case .doesNotAnswer(let pid?) = failure?.reason else {
            Issue.record("\(String(describing: failure))")
            return
        }
        try await eventually("it is ended") { kill(pid, 0) != 0 }
    }

    /// A server in a process of its own, as far as starting and ending it goes.
    private static let standIn = """
        import fcntl, http.server, json, os, sys
        folder = sys.argv[1]
        with open(folder + "/started", "a") as started: started.write("%d %d\\n" % (os.getpid(), os.getsid(0)))
        lock = open(folder + "/lock", "a+")
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate(0); lock.write(str(os.getpid())); lock.flush()
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = json.dumps({"status": "ok", "pid": os.getpid(), "instance": "stand-in"}).encode()
                self.send_response(200); self.end_headers(); self.wfile.write(body)
            protocol_version = "HTTP/1.1"
            def version_string(self): return "x"
            def log_message(self, *arguments): pass
        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        with open(folder + "/state.new", "w") as state:
            json.dump({"port": server.server_port, "instance": "stand-in"}, state)
        os.rename(folder + "/state.new", folder + "/state.json")
        server.serve_forever()
        """

    private func up(_ folder: String) async throws -> CloudEndpoints {
        try await LocalCloud(folder: folder).up(
            executable: "/usr/bin/env",
            arguments: ["python3", "-c", LifeTests.standIn, folder],
            patience: .seconds(20)
        )
    }

    private func started(_ folder: String) throws -> [[Substring]] {
        try String(contentsOfFile: folder + "/started", encoding: .utf8).split(separator: "\n").map {
            $0.split(separator: " ")
        }
    }

    @Test func manyStartersStartOneServer() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/cloud"
        let endpoints = try await withThrowingTaskGroup(of: CloudEndpoints.self) { group in
            for _ in 0..<6 { group.addTask { try await up(path) } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(endpoints.count == 1)
        let processes = try started(path)
        #expect(processes.count == 1)
        #expect(processes.first?.first == processes.first?.last, "it leads a session of its own")
        try await LocalCloud(folder: path).down()
        #expect(try LocalCloud(folder: path).status() == .stopped)
    }

    @Test func killedServerIsStartedAgain() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/cloud"
        _ = try await up(path)
        let pid = try #require(try started(path).first?.first.flatMap { Int32($0) })
        kill(pid, SIGKILL)
        try await eventually("the lock goes with its holder") {
            try LocalCloud(folder: path).status() == .stopped
        }
        _ = try await up(path)
        #expect(try started(path).count == 2)
        try await LocalCloud(folder: path).down()
    }

    @Test func deafServerIsKilled() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/cloud"
        _ = try await up(path)
        let pid = try #require(try started(path).first?.first.flatMap { Int32($0) })
        kill(pid, SIGSTOP)
        guard case .notAnswering(pid) = try await offPool({ try LocalCloud(folder: path).status() }) else {
            Issue.record("a stopped server answers")
            return
        }
        try await LocalCloud(folder: path).down(patience: .milliseconds(300))
        #expect(try LocalCloud(folder: path).status() == .stopped)
    }
}
