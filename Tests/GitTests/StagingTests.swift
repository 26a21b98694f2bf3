import Foundation
import Testing

@testable import Git

@Suite struct StagingTests {
    let sandbox: Sandbox
    let repository: Repository

    init() throws {
        sandbox = try Sandbox()
        repository = try sandbox.makeRepository()
    }

    @Test func newChangedAndDeletedFilesAreStagedAndCommitted() throws {
        try sandbox.write("project/readme.md", "two\n")
        try sandbox.write("project/new/file.txt", "new\n")
        try FileManager.default.removeItem(atPath: sandbox.path("project/a/b/c.txt"))
        try repository.stage(["readme.md", "new", "a"])
        #expect(try repository.stagedPaths() == ["a/b/c.txt", "new/file.txt", "readme.md"])
        let commit = try repository.commitStaged(message: "second\n", author: ada)
        #expect(try sandbox.tip("project", "main") == commit)
        #expect(try sandbox.git("project", "status", "--porcelain") == "")
        #expect(
            try sandbox.git("project", "log", "-1", "--format=%an <%ae> %at %s")
                == "Ada <ada@example.org> 1700000000 second"
        )
        #expect(try sandbox.git("project", "reflog", "-1", "--format=%gs") == "commit: second")
    }

    @Test func aBranchIsStartedWithTheFilesAsTheyAre() throws {
        let start = try sandbox.tip("project", "main")
        try sandbox.write("project/readme.md", "two\n")
        try repository.startBranch("topic/one")
        #expect(try repository.head().branch == "topic/one")
        #expect(try sandbox.git("project", "status", "--porcelain") == "M readme.md")
        try repository.stage(["readme.md"])
        let commit = try repository.commitStaged(message: "second\n", author: ada)
        #expect(try sandbox.tip("project", "topic/one") == commit)
        #expect(try sandbox.tip("project", "main") == start)
        #expect(throws: GitError.self) { try repository.startBranch("a..b") }
    }

    @Test(arguments: [".", "*.txt", "./one.txt", "sub/../one.txt"])
    func pathsMayBePatternsAndUntidy(path: String) throws {
        try sandbox.write("project/one.txt", "1\n")
        try sandbox.write("project/sub/x.log", "ignored\n")
        try repository.stage([path])
        #expect(try repository.stagedPaths() == ["one.txt"])
    }

    @Test func ignoredFilesAreStagedOnlyOnDemand() throws {
        try sandbox.write("project/x.log", "1\n")
        try repository.stage(["x.log"])
        #expect(try repository.stagedPaths().isEmpty)
        try repository.stage(["x.log"], includingIgnored: true)
        #expect(try repository.stagedPaths() == ["x.log"])
    }

    @Test func pathsOfNothingAreRefusedAndNothingIsStaged() throws {
        try sandbox.write("project/one.txt", "1\n")
        let absent = #expect(throws: GitError.self) { try repository.stage(["one.txt", "none"]) }
        #expect(absent?.reason == .notFound)
        let outside = #expect(throws: GitError.self) { try repository.stage(["../elsewhere"]) }
        #expect(outside?.reason == .invalidName)
        #expect(try repository.stagedPaths().isEmpty)
        let empty = #expect(throws: GitError.self) { try repository.commitStaged(message: "x", author: ada) }
        #expect(empty?.reason == .nothingToCommit)
    }

    @Test func hooksDoNotRun() throws {
        let hook = "project/.git/hooks/pre-commit"
        try sandbox.write(hook, "#!/bin/sh\ntouch \(sandbox.path("canary"))\nexit 1\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: sandbox.path(hook))
        try sandbox.write("project/one.txt", "1\n")
        try repository.stage(["one.txt"])
        try repository.commitStaged(message: "x", author: ada)
        #expect(!sandbox.exists("canary"))
    }

    @Test func theFirstCommitOfARepositoryCanBeMade() throws {
        let new = try Repository.initialise(at: sandbox.path("new"), initialBranch: "trunk")
        try sandbox.write("new/file", "x\n")
        try new.stage(["file"])
        #expect(try new.stagedPaths() == ["file"])
        let commit = try new.commitStaged(message: "first", author: ada)
        #expect(try sandbox.tip("new", "trunk") == commit)
    }

    @Test func notesGrowByParagraphs() throws {
        let commit = try sandbox.tip("project")
        #expect(try repository.note(on: commit) == nil)
        try repository.appendNote(commit: commit, text: "run 1: success")
        try repository.appendNote(commit: commit, text: "run 2: failure\n")
        #expect(try repository.note(on: commit) == "run 1: success\n\nrun 2: failure\n")
        #expect(
            try sandbox.git("project", "notes", "--ref=flowrun", "show") == "run 1: success\n\nrun 2: failure"
        )
        #expect(throws: GitError.self) {
            try repository.appendNote(ref: "refs/heads/main", commit: commit, text: "x")
        }
    }

    @Test func notesThatAreWrittenAtOnceAllArrive() async throws {
        let commit = try sandbox.tip("project")
        let path = sandbox.path("project")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...6 {
                group.addTask {
                    try Repository(at: path).appendNote(commit: commit, text: "note \(number)", by: ada)
                }
            }
            try await group.waitForAll()
        }
        let note = try #require(try repository.note(on: commit))
        #expect((1...6).allSatisfy { note.contains("note \($0)") })
    }
}
