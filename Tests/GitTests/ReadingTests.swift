import Foundation
import Testing

@testable import Git

@Suite struct ReadingTests {
    let sandbox: Sandbox
    let repository: Repository

    init() throws {
        sandbox = try Sandbox()
        repository = try sandbox.makeRepository()
    }

    @Test func aRepositoryIsFoundFromAFolderInIt() throws {
        let found = try #require(try Repository.discover(from: sandbox.path("project/a/b")))
        #expect(found.workTree == sandbox.path("project"))
        #expect(found.gitDirectory == sandbox.path("project/.git"))
        #expect(!found.isBare)
    }

    @Test func outsideOfRepositoriesNoneIsFound() throws {
        #expect(try Repository.discover(from: sandbox.root) == nil)
        let error = #expect(throws: GitError.self) { try Repository(at: sandbox.root) }
        #expect(error?.reason == .notARepository)
    }

    @Test func headTellsCommitAndBranch() throws {
        let tip = try sandbox.tip("project")
        #expect(try repository.head() == Head(commit: tip, ref: "refs/heads/main"))
        try sandbox.git("project", "checkout", "--quiet", "--detach")
        #expect(try repository.head() == Head(commit: tip, ref: nil))
        let empty = try Repository.initialise(at: sandbox.path("empty"), initialBranch: "trunk")
        #expect(try empty.head() == Head(commit: nil, ref: "refs/heads/trunk"))
        #expect(try empty.defaultBranch() == "trunk")
    }

    @Test(arguments: [
        ("main", "refs/heads/main"), ("refs/heads/main", "refs/heads/main"), ("v1", "refs/tags/v1"),
        ("annotated", "refs/tags/annotated"), ("refs/tags/v1", "refs/tags/v1"), ("HEAD", "refs/heads/main"),
        ("origin/topic", "refs/heads/topic"), ("topic", "refs/heads/topic"),
        ("feature/a$(id)", "refs/heads/feature/a$(id)"),
        ("refs/pull/1/merge", nil),
    ])
    func namesResolveToCommitAndRef(name: String, ref: String?) throws {
        let tip = try sandbox.tip("project")
        try sandbox.git("project", "tag", "v1")
        try sandbox.git("project", "tag", "--annotate", "annotated", "--message", "x")
        try sandbox.git("project", "branch", "feature/a$(id)")
        try sandbox.git("project", "update-ref", "refs/remotes/origin/topic", tip.hex)
        try sandbox.git("project", "update-ref", "refs/pull/1/merge", tip.hex)
        #expect(try repository.resolve(name) == Resolved(commit: tip, ref: ref))
    }

    @Test func commitIdsResolveInFullAndAbbreviated() throws {
        let first = try sandbox.tip("project")
        try sandbox.write("project/readme.md", "two\n")
        try sandbox.commit("project", "second")
        for name in [first.hex, first.short, "HEAD~1", "main^", first.hex.uppercased()] {
            #expect(try repository.resolve(name) == Resolved(commit: first, ref: nil))
        }
    }

    @Test(arguments: [
        "--upload-pack=touch /tmp/P", "-b", "../../x", "a\nb", "a\0b", "@{-1}", "a b",
        String(repeating: "x", count: 5000), "main~$(id)", "",
    ])
    func hostileNamesAreRefused(name: String) {
        let error = #expect(throws: GitError.self) { try repository.resolve(name) }
        #expect(error?.reason == .invalidName)
        #expect(!RefName.isValidShort(name))
        #expect((error?.description.count ?? 0) < 300)
    }

    @Test(arguments: ["x.lock", "HEAD", "a..b", "a:b", "-x", "a//b", ".a", "x/"])
    func namesThatGitOrEventsMustNotUseAreInvalid(name: String) {
        #expect(!RefName.isValidShort(name))
    }

    @Test(arguments: ["a$(id)", "a\";id;\"", "a`id`", "a|id", "<img/src=x/onerror=alert(1)>", "a\u{202E}b"])
    func nastyButLegalNamesAreValid(name: String) {
        #expect(RefName.isValidShort(name))
    }

    @Test func unknownNamesAreNotFound() {
        for name in ["nowhere", "deadbeef", String(repeating: "a", count: 40), "refs/heads/none"] {
            let error = #expect(throws: GitError.self) { try repository.resolve(name) }
            #expect(error?.reason == .notFound)
        }
    }

    @Test func aCommitIsReadInFull() throws {
        let info = try repository.commit(sandbox.tip("project"))
        #expect(info.title == "first")
        #expect(info.author.name == "Ada")
        #expect(info.parents.isEmpty)
        #expect(info.tree.hex == (try sandbox.git("project", "rev-parse", "HEAD^{tree}")))
    }

    @Test func filesAreReadAtACommit() throws {
        let first = try sandbox.tip("project")
        try sandbox.write("project/readme.md", "two\n")
        #expect(try repository.file("readme.md", at: first) == Array("one\n".utf8))
        #expect(try repository.file("a/b/c.txt", at: first) == Array("deep\n".utf8))
        #expect(try repository.file("link", at: first) == Array("readme.md".utf8))
        for absent in ["none", "a/b", "../project/readme.md", "/etc/passwd", "readme.md/x"] {
            #expect(try repository.file(absent, at: first) == nil)
        }
    }

    @Test func foldersAreListedAtACommit() throws {
        let first = try sandbox.tip("project")
        #expect(
            try repository.list("", at: first) == [
                TreeEntry(name: ".gitignore", kind: .blob, isExecutable: false),
                TreeEntry(name: "a", kind: .tree, isExecutable: false),
                TreeEntry(name: "bin", kind: .tree, isExecutable: false),
                TreeEntry(name: "link", kind: .link, isExecutable: false),
                TreeEntry(name: "readme.md", kind: .blob, isExecutable: false),
            ]
        )
        #expect(
            try repository.list("bin/", at: first) == [
                TreeEntry(name: "run", kind: .blob, isExecutable: true)
            ]
        )
        #expect(try repository.list("none", at: first).isEmpty)
        #expect(try repository.list("readme.md", at: first).isEmpty)
    }

    @Test func changedPathsNameBothEndsOfAMove() throws {
        let first = try sandbox.tip("project")
        try sandbox.git("project", "mv", "a/b/c.txt", "moved.txt")
        try sandbox.write("project/new.txt", "new\n")
        let second = try sandbox.commit("project", "second")
        #expect(
            try repository.changedPaths(from: first, to: second) == ["a/b/c.txt", "moved.txt", "new.txt"]
        )
        #expect(
            try repository.changedPaths(from: nil, to: first)
                == [".gitignore", "a/b/c.txt", "bin/run", "link", "readme.md"]
        )
    }

    @Test func historyIsComparedAndListed() throws {
        let first = try sandbox.tip("project")
        try sandbox.git("project", "checkout", "--quiet", "-b", "topic")
        try sandbox.write("project/t", "t")
        let topic = try sandbox.commit("project", "topic")
        try sandbox.git("project", "checkout", "--quiet", "main")
        try sandbox.write("project/m", "m")
        let second = try sandbox.commit("project", "second")
        try sandbox.write("project/m", "mm")
        let third = try sandbox.commit("project", "third")
        #expect(try repository.mergeBase(topic, third) == first)
        #expect(try repository.isAncestor(first, of: third))
        #expect(try !repository.isAncestor(topic, of: third))
        #expect(try repository.commitsBetween(first, third).map(\.id) == [second, third])
        #expect(try repository.commitsBetween(nil, third).map(\.title) == ["first", "second", "third"])
        #expect(try repository.commitsBetween(nil, third, limit: 1).map(\.title) == ["third"])
    }

    @Test func theDefaultBranchIsWhatTheOriginSaysFirst() throws {
        #expect(try repository.defaultBranch() == "main")
        try sandbox.git("project", "branch", "develop")
        try sandbox.git("project", "config", "init.defaultBranch", "develop")
        #expect(try repository.defaultBranch() == "develop")
        try sandbox.git("project", "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
        #expect(try repository.defaultBranch() == "trunk")
    }

    @Test func settingsAreReadAndWrittenInTheRepositoryAlone() throws {
        let identity = try #require(try repository.identity())
        #expect(identity.name == "Ada")
        #expect(try repository.remoteURL("origin") == nil)
        try repository.addRemote("origin", url: "https://example.org/a.git")
        #expect(try repository.remoteURL("origin") == "https://example.org/a.git")
        #expect(try sandbox.git("project", "remote", "get-url", "origin") == "https://example.org/a.git")
        try repository.setConfig("core.editor", "ed")
        #expect(try sandbox.git("project", "config", "--local", "core.editor") == "ed")
        #expect(throws: GitError.self) { try repository.addRemote("evil", url: "ext::sh -c touch% x") }
        #expect(throws: GitError.self) {
            try repository.addRemote("origin", url: "https://example.org/b.git")
        }
    }

    @Test func theStatusTellsWhatChangedAndWhere() throws {
        #expect(try repository.isClean())
        try sandbox.write("project/readme.md", "two\n")
        try sandbox.write("project/new/file.txt", "new\n")
        try sandbox.write("project/x.log", "ignored\n")
        try sandbox.write("project/staged.txt", "s\n")
        try sandbox.git("project", "add", "staged.txt")
        try FileManager.default.removeItem(atPath: sandbox.path("project/link"))
        #expect(
            try repository.changedFiles() == [
                ChangedFile(path: "link", status: .deleted, isStaged: false, isUnstaged: true),
                ChangedFile(path: "new/file.txt", status: .untracked, isStaged: false, isUnstaged: true),
                ChangedFile(path: "readme.md", status: .modified, isStaged: false, isUnstaged: true),
                ChangedFile(path: "staged.txt", status: .added, isStaged: true, isUnstaged: false),
            ]
        )
        #expect(try !repository.isClean(includingUntracked: false))
    }

    @Test func aLinkedWorktreeSharesRefsAndObjects() throws {
        try sandbox.git("project", "worktree", "add", "--quiet", "-b", "side", sandbox.path("side"))
        let side = try #require(try Repository.discover(from: sandbox.path("side/a")))
        #expect(side.commonDirectory == repository.gitDirectory)
        #expect(try side.head().branch == "side")
        #expect(try side.resolve("main").commit == sandbox.tip("project"))
        #expect(side.isLinked && !repository.isLinked)
        for place in [side, repository] { #expect(try place.mainFolder() == sandbox.path("project")) }
        try sandbox.git("project", "clone", "--quiet", "--bare", ".", sandbox.path("bare"))
        try sandbox.git("bare", "worktree", "add", "--quiet", "-b", "more", sandbox.path("more"))
        let more = try #require(try Repository.discover(from: sandbox.path("more")))
        #expect(try more.mainFolder() == sandbox.path("bare"))
    }

    @Test func aGitFolderElsewhereLendsNoFolderOfOthers() throws {
        try sandbox.git(
            "project",
            "clone",
            "--quiet",
            "--separate-git-dir",
            sandbox.path("apart"),
            ".",
            sandbox.path("own")
        )
        try sandbox.git("own", "worktree", "add", "--quiet", "-b", "linked", sandbox.path("linked"))
        let linked = try #require(try Repository.discover(from: sandbox.path("linked")))
        #expect(try linked.mainFolder() == sandbox.path("apart"))
    }
}
