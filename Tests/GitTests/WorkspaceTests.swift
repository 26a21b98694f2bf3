import Foundation
import Testing

@testable import Git

@Suite struct WorkspaceTests {
    let sandbox: Sandbox
    let repository: Repository

    init() throws {
        sandbox = try Sandbox()
        repository = try sandbox.makeRepository()
        try sandbox.write("project/readme.md", "two\n")
        try sandbox.commit("project", "second")
    }

    @Test func aWorkspaceIsARealRepositoryOnItsBranch() throws {
        let tip = try sandbox.tip("project")
        let workspace = try sandbox.makeWorkspace()
        #expect(
            try sandbox.git("work", "status", "--porcelain=v2", "--branch").split(separator: "\n").map(
                String.init
            ) == [
                "# branch.oid \(tip)", "# branch.head main", "# branch.upstream origin/main",
                "# branch.ab +0 -0",
            ]
        )
        #expect(try workspace.head() == Head(commit: tip, ref: "refs/heads/main"))
        #expect(try sandbox.git("work", "remote", "get-url", "origin") == sandbox.path("project"))
        #expect(try sandbox.read("work/readme.md") == "two\n")
        #expect(FileManager.default.isExecutableFile(atPath: sandbox.path("work/bin/run")))
        #expect(!FileManager.default.isExecutableFile(atPath: sandbox.path("work/a/b/c.txt")))
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: sandbox.path("work/link"))
                == "readme.md"
        )
        try sandbox.git("work", "fsck", "--strict")
    }

    @Test func objectsAreSharedAndNotCopied() throws {
        try sandbox.makeWorkspace()
        #expect(
            try sandbox.read("work/.git/objects/info/alternates") == sandbox.path("project/.git/objects\n")
        )
        #expect(try sandbox.git("work", "count-objects").hasPrefix("0 objects"))
    }

    @Test(arguments: [(1, 1), (2, 2), (0, 2), (7, 2)])
    func gitSeesAsMuchHistoryAsTheDepthSays(depth: Int, count: Int) throws {
        try sandbox.makeWorkspace(options: CheckoutOptions(depth: depth))
        #expect(try sandbox.git("work", "rev-list", "--count", "HEAD") == "\(count)")
        #expect(
            try sandbox.git("work", "rev-parse", "--is-shallow-repository") == (depth == 1 ? "true" : "false")
        )
    }

    @Test func fullDepthBringsAllBranchesAndTags() throws {
        try sandbox.git("project", "branch", "topic", "HEAD~1")
        try sandbox.git("project", "tag", "--annotate", "v1", "--message", "one")
        try sandbox.git("project", "update-ref", "refs/remotes/origin/elsewhere", "HEAD~1")
        try sandbox.makeWorkspace(options: CheckoutOptions(depth: 0))
        let refs = try sandbox.git("work", "for-each-ref", "--format=%(refname)").split(separator: "\n").map(
            String.init
        )
        #expect(
            refs == [
                "refs/heads/main", "refs/remotes/origin/elsewhere", "refs/remotes/origin/main",
                "refs/remotes/origin/topic", "refs/tags/v1",
            ]
        )
        #expect(try sandbox.git("work", "cat-file", "-t", "v1") == "tag")
        #expect(try sandbox.git("work", "describe") == "v1")
    }

    @Test func tagsComeWithAShallowHistoryWhereAskedFor() throws {
        try sandbox.git("project", "tag", "v1", "HEAD~1")
        try sandbox.makeWorkspace("without")
        #expect(try sandbox.git("without", "tag") == "")
        try sandbox.makeWorkspace("with", options: CheckoutOptions(fetchTags: true))
        #expect(try sandbox.git("with", "tag") == "v1")
    }

    @Test(arguments: ["refs/tags/v1", "refs/pull/7/merge", nil])
    func otherRefsAreCheckedOutDetached(ref: String?) throws {
        try sandbox.git("project", "tag", "--annotate", "v1", "HEAD~1", "--message", "one")
        let commit = try sandbox.tip("project", "v1")
        let workspace = try Repository.makeWorkspace(
            from: .local(sandbox.path("project")),
            at: commit,
            ref: ref,
            into: sandbox.path("work")
        )
        #expect(try workspace.head() == Head(commit: commit, ref: nil))
        #expect(try sandbox.git("work", "status", "--porcelain") == "")
        #expect(try sandbox.read("work/readme.md") == "one\n")
        let refs = try sandbox.git("work", "for-each-ref", "--format=%(refname)")
        #expect(refs == (ref == "refs/pull/7/merge" ? "refs/remotes/pull/7/merge" : ref ?? ""))
    }

    @Test func filesThatAreThereGiveWayOnlyWhereTheyMust() throws {
        try sandbox.write("work/other.txt", "mine\n")
        try sandbox.write("work/readme.md", "in the way\n")
        try sandbox.makeWorkspace()
        #expect(try sandbox.read("work/other.txt") == "mine\n")
        #expect(try sandbox.read("work/readme.md") == "two\n")
        #expect(try sandbox.git("work", "status", "--porcelain") == "?? other.txt")
        try sandbox.makeWorkspace(options: CheckoutOptions(former: .removed))
        #expect(!sandbox.exists("work/other.txt"))
        #expect(try sandbox.git("work", "status", "--porcelain") == "")
    }

    @Test func whatTheCheckoutBeforeHadGoesAndWhatAStepMadeStays() throws {
        let first = try sandbox.tip("project", "HEAD~1")
        try sandbox.write("project/new/file.txt", "new\n")
        try sandbox.commit("project", "third")
        try sandbox.makeWorkspace()
        try sandbox.write("work/made.txt", "by a step\n")
        #expect(sandbox.exists("work/new/file.txt"))
        try Repository.makeWorkspace(
            from: .local(sandbox.path("project")),
            at: first,
            into: sandbox.path("work"),
            options: CheckoutOptions(former: .replaced)
        )
        #expect(!sandbox.exists("work/new"))
        #expect(try sandbox.read("work/made.txt") == "by a step\n")
        #expect(try sandbox.git("work", "status", "--porcelain") == "?? made.txt")
    }

    @Test func nothingOfAnEarlierRepositoryLivesOn() throws {
        try sandbox.makeWorkspace()
        try sandbox.git("work", "config", "core.fsmonitor", "touch \(sandbox.path("canary"))")
        try sandbox.write("work/.git/hooks/post-checkout", "#!/bin/sh\ntouch \(sandbox.path("canary"))\n")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755],
            ofItemAtPath: sandbox.path("work/.git/hooks/post-checkout")
        )
        try sandbox.makeWorkspace()
        try sandbox.git("work", "checkout", "--quiet", "-b", "x")
        #expect(!sandbox.exists("canary"))
    }

    @Test func aLinkInTheFolderDoesNotLeadOutOfIt() throws {
        try sandbox.write("outside/b/c.txt", "safe\n")
        try FileManager.default.createDirectory(
            atPath: sandbox.path("work"),
            withIntermediateDirectories: true
        )
        try FileManager.default.createSymbolicLink(
            atPath: sandbox.path("work/a"),
            withDestinationPath: sandbox.path("outside")
        )
        try FileManager.default.createSymbolicLink(
            atPath: sandbox.path("work/.git"),
            withDestinationPath: sandbox.path("outside")
        )
        try sandbox.makeWorkspace()
        #expect(try sandbox.read("outside/b/c.txt") == "safe\n")
        #expect(try sandbox.git("work", "status", "--porcelain") == "")
    }

    @Test func onlySomeFoldersMayBeWritten() throws {
        try sandbox.write("project/a/x.txt", "beside\n")
        try sandbox.write("project/z/z.txt", "far\n")
        try sandbox.commit("project", "third")
        let workspace = try sandbox.makeWorkspace(options: CheckoutOptions(sparse: .folders(["a/b"])))
        #expect(sandbox.exists("work/a/b/c.txt"))
        #expect(sandbox.exists("work/a/x.txt"))
        #expect(sandbox.exists("work/readme.md"))
        #expect(!sandbox.exists("work/z"))
        #expect(!sandbox.exists("work/bin"))
        #expect(try sandbox.git("work", "status", "--porcelain") == "")
        #expect(try workspace.isClean())
        #expect(try sandbox.git("work", "sparse-checkout", "list") == "a/b")
        try sandbox.write("work/a/b/c.txt", "changed\n")
        try workspace.stage(["."])
        #expect(try workspace.stagedPaths() == ["a/b/c.txt"])
        let commit = try workspace.commitOfWorkingFolder(objects: sandbox.path("objects"))
        let objects = WorkspaceSource.local(sandbox.path("work"), extraObjects: [sandbox.path("objects")])
        try Repository.makeWorkspace(from: objects, at: commit, into: sandbox.path("full"))
        #expect(sandbox.exists("full/z/z.txt"))
        try sandbox.git("work", "reset", "--quiet", "--hard")
        try sandbox.git("work", "sparse-checkout", "disable")
        #expect(sandbox.exists("work/z/z.txt"))
    }

    @Test func aMissingCommitLeavesNoRepositoryBehind() throws {
        let absent = try #require(CommitID(String(repeating: "a", count: 40)))
        let error = #expect(throws: GitError.self) {
            try Repository.makeWorkspace(
                from: .local(sandbox.path("project")),
                at: absent,
                into: sandbox.path("work")
            )
        }
        #expect(error?.reason == .notFound)
        #expect(!sandbox.exists("work/.git"))
    }

    @Test func aShallowSourceMakesAShallowWorkspace() throws {
        try sandbox.git(
            "project",
            "clone",
            "--quiet",
            "--depth=1",
            "file://\(sandbox.path("project"))",
            sandbox.path("cut")
        )
        try Repository.makeWorkspace(
            from: .local(sandbox.path("cut")),
            at: sandbox.tip("cut"),
            ref: "refs/heads/main",
            into: sandbox.path("work"),
            options: CheckoutOptions(depth: 0)
        )
        #expect(try sandbox.git("work", "rev-list", "--count", "HEAD") == "1")
    }

    @Test(arguments: ["plain", "file"])
    func aRemoteIsClonedWithItsObjects(form: String) throws {
        try sandbox.git(
            "project",
            "clone",
            "--quiet",
            "--bare",
            sandbox.path("project"),
            sandbox.path("bare.git")
        )
        let url = (form == "file" ? "file://" : "") + sandbox.path("bare.git")
        #expect(try Remote.resolve("main", at: url)?.commit == sandbox.tip("project"))
        #expect(try Remote.resolve("none", at: url) == nil)
        try Repository.makeWorkspace(
            from: .remote(url),
            at: sandbox.tip("project"),
            ref: "refs/heads/main",
            into: sandbox.path("work")
        )
        try FileManager.default.removeItem(atPath: sandbox.path("bare.git"))
        #expect(try sandbox.git("work", "status", "--porcelain") == "")
        #expect(try sandbox.git("work", "rev-list", "--count", "HEAD") == "1")
        #expect(try sandbox.git("work", "remote", "get-url", "origin") == url)
    }

    @Test func aHostThatRefusesIsNamedAsUnreachable() throws {
        let commit = try sandbox.tip("project")
        let error = #expect(throws: GitError.self) {
            try Repository.makeWorkspace(
                from: .remote("http://user:secret@127.0.0.1:1/a.git"),
                at: commit,
                into: sandbox.path("work")
            )
        }
        #expect(error?.reason == .unreachable)
        #expect(error?.description.contains("secret") == false)
        #expect(!sandbox.exists("work/.git"))
    }

    @Test func theWorkingFolderBecomesACommitWithoutATrace() throws {
        try sandbox.write("project/readme.md", "three\n")
        try sandbox.write("project/new.txt", "new\n")
        try sandbox.write("project/x.log", "ignored\n")
        try sandbox.write("project/staged.txt", "s\n")
        try sandbox.git("project", "add", "staged.txt")
        try FileManager.default.removeItem(atPath: sandbox.path("project/a"))
        let before = try snapshot()
        let commit = try repository.commitOfWorkingFolder(objects: sandbox.path("objects"))
        #expect(try snapshot() == before)

        let workspace = try Repository.makeWorkspace(
            from: .local(sandbox.path("project"), extraObjects: [sandbox.path("objects")]),
            at: commit,
            ref: "refs/heads/main",
            into: sandbox.path("work")
        )
        #expect(try workspace.commit(commit).parents == [sandbox.tip("project")])
        #expect(try sandbox.read("work/readme.md") == "three\n")
        #expect(try sandbox.read("work/new.txt") == "new\n")
        #expect(sandbox.exists("work/staged.txt"))
        #expect(!sandbox.exists("work/x.log"))
        #expect(!sandbox.exists("work/a"))
        #expect(try sandbox.git("work", "status", "--porcelain") == "")
    }

    @Test func aCleanWorkingFolderIsItsHead() throws {
        #expect(
            try repository.commitOfWorkingFolder(objects: sandbox.path("objects")) == sandbox.tip("project")
        )
    }

    /// All of the repository's own files with their bytes.
    private func snapshot() throws -> [String: Data] {
        let root = sandbox.path("project/.git")
        var files: [String: Data] = [:]
        let paths = try #require(FileManager.default.enumerator(atPath: root))
        for case let path as String in paths {
            files[path] = FileManager.default.contents(atPath: "\(root)/\(path)")
        }
        return files
    }
}
