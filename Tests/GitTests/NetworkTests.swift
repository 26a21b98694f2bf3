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
