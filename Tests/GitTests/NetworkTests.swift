import Foundation
import Testing

@testable import Git

@Suite struct NetworkTests {
    static let token = "hush-hush-token"

    let sandbox: Sandbox
    let server: GitServer
    let tip: CommitID

    init() throws {
        sandbox = try Sandbox()
        try sandbox.makeRepository()
        try sandbox.git("project", "tag", "--annotate", "v1", "--message", "one")
        try sandbox.git(
            "project",
            "clone",
            "--quiet",
            "--bare",
            sandbox.path("project"),
            sandbox.path("bare.git")
        )
        try sandbox.git("bare.git", "config", "http.receivepack", "true")
        tip = try sandbox.tip("project")
        server = try GitServer(serving: sandbox.root, token: Self.token)
    }

    private let credentials = Credentials(token: NetworkTests.token)

    @Test func refsAreListedAndResolvedWithAToken() throws {
        let url = server.url("bare.git")
        let names = try Remote.references(of: url, credentials: credentials).map(\.name)
        #expect(names == ["HEAD", "refs/heads/main", "refs/tags/v1"])
        #expect(
            try Remote.resolve("v1", at: url, credentials: credentials)
                == Resolved(commit: tip, ref: "refs/tags/v1")
        )
    }

    @Test(arguments: [Credentials.none, Credentials(token: "wrong-token-text")])
    func withoutTheRightTokenTheAnswerIsNo(credentials: Credentials) throws {
        let error = #expect(throws: GitError.self) {
            try Remote.references(of: server.url("bare.git"), credentials: credentials)
        }
        #expect(error?.reason == .authentication)
        #expect(error?.description.contains("wrong-token-text") == false)
    }

    @Test func aTokenDoesNotGoWithARedirectToAnotherHost() throws {
        let error = #expect(throws: GitError.self) {
            try Remote.references(of: server.url("moved/bare.git"), credentials: credentials)
        }
        #expect(error?.reason == .authentication)
    }

    @Test func aWorkspaceIsFetchedAndPushedFrom() throws {
        let url = server.url("bare.git")
        let work = try Repository.makeWorkspace(
            from: .remote(url),
            at: tip,
            ref: "refs/heads/main",
            into: sandbox.path("work"),
            options: CheckoutOptions(depth: 0),
            credentials: credentials
        )
        #expect(try sandbox.git("work", "status", "--porcelain") == "")
        #expect(try sandbox.git("work", "cat-file", "-t", "v1") == "tag")
        #expect(!(try sandbox.read("work/.git/config").contains(Self.token)))
        try sandbox.write("work/own.txt", "own\n")
        try work.stage(["own.txt"])
        let own = try work.commitStaged(message: "own", author: ada)
        try work.push(own, to: "refs/heads/main", of: url, token: Self.token)
        #expect(try sandbox.tip("bare.git", "main") == own)
        #expect(try sandbox.git("work", "for-each-ref", "refs/flowrun") == "")
    }

    @Test func anOwnCommitIsRebasedOverTheNetwork() throws {
        let work = try sandbox.makeWorkspace()
        try sandbox.write("project/theirs.txt", "theirs\n")
        try sandbox.commit("project", "theirs")
        try sandbox.git("project", "push", "--quiet", sandbox.path("bare.git"), "main")
        try sandbox.write("work/own.txt", "own\n")
        try work.stage(["own.txt"])
        let own = try work.commitStaged(message: "own", author: ada)
        let url = server.url("bare.git")
        let error = #expect(throws: PushError.self) {
            try work.push(own, to: "refs/heads/main", of: url, token: Self.token)
        }
        #expect(error?.reason == .nonFastForward)
        let arrived = try work.pushWithRebase(
            own,
            to: "refs/heads/main",
            of: url,
            token: Self.token,
            label: "1",
            pausing: { _ in }
        )
        #expect(try sandbox.tip("bare.git", "main") == arrived)
        #expect(try sandbox.tip("bare.git", "main~1") == sandbox.tip("project"))
    }

    @Test func whatAServerRefusesIsToldInItsWords() throws {
        let hook = "bare.git/hooks/update"
        try sandbox.write(hook, "#!/bin/sh\nexit 1\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: sandbox.path(hook))
        let work = try sandbox.makeWorkspace()
        let error = #expect(throws: PushError.self) {
            try work.push(tip, to: "refs/heads/topic", of: server.url("bare.git"), token: Self.token)
        }
        #expect(error?.reason == .refused("hook declined"))
    }
}

/// Servers that do not keep up a conversation.
struct SilenceTests {
    @Test(arguments: ["http", "https"])
    func aServerThatTakesAConnectionAndSaysNothingIsGivenUp(_ scheme: String) throws {
        let server = try SilentServer()
        let limits = TimedSocket.Limits(connecting: .seconds(10), silence: .milliseconds(200))
        let error = #expect(throws: GitError.self) {
            try TimedSocket.$limits.withValue(limits) {
                try Remote.references(of: "\(scheme)://127.0.0.1:\(server.port)/some/project")
            }
        }
        #expect(error?.reason == .unreachable)
        #expect(error?.message.contains("silent") == true, "\(String(describing: error))")
        #expect(server.connections == 3, "it is tried three times")
    }

    @Test func aServerThatIsNotThereIsNamed() throws {
        let port = try SilentServer().port
        let error = #expect(throws: GitError.self) {
            try Remote.references(of: "http://localhost:\(port)/some/project")
        }
        #expect(error?.reason == .unreachable)
        #expect(error?.message == "`localhost`, port \(port): Connection refused")
    }
}

/// Takes connections and leaves them.
private final class SilentServer {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        descriptor = listening
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        port = try withUnsafeMutablePointer(to: &address) { address in
            try address.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
                try #require(bind(listening, general, size) == 0 && listen(listening, 64) == 0)
                try #require(getsockname(listening, general, &size) == 0)
            }
            return UInt16(bigEndian: address.pointee.sin_port)
        }
    }

    deinit { close(descriptor) }

    /// How many connections have been made; the system completes them before anybody takes them.
    var connections: Int {
        var count = 0
        while true {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 50) == 1 else { return count }
            let taken = accept(descriptor, nil, nil)
            guard taken >= 0 else { return count }
            close(taken)
            count += 1
        }
    }
}
