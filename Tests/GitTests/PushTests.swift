import Foundation
import Testing

@testable import Git

@Suite struct PushTests {
    let sandbox: Sandbox
    let project: Repository
    let work: Repository

    init() throws {
        sandbox = try Sandbox()
        project = try sandbox.makeRepository()
        work = try sandbox.makeWorkspace()
    }

    private func commit(_ file: String, _ text: String, in repository: Repository? = nil) throws -> CommitID {
        let repository = repository ?? work
        let folder = try #require(repository.workTree)
        try FileManager.default.createDirectory(
            atPath: ("\(folder)/\(file)" as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(file)"))
        try repository.stage([file])
        return try repository.commitStaged(message: "write \(file)", author: ada)
    }

    private func push(
        _ commit: CommitID,
        to ref: String = "refs/heads/main",
        overwriting: Overwriting = .nothing
    ) -> PushError? {
        do throws(PushError) {
            try work.push(commit, to: ref, of: sandbox.path("project"), overwriting: overwriting)
            return nil
        } catch {
            return error
        }
    }

    @Test func aBranchThatIsCheckedOutMovesWithItsFiles() throws {
        try sandbox.write("project/untracked.txt", "mine\n")
        try FileManager.default.removeItem(atPath: sandbox.path("work/a/b/c.txt"))
        try work.stage(["a"])
        let tip = try commit("readme.md", "pushed\n")
        #expect(push(tip) == nil)
        #expect(try sandbox.tip("project", "main") == tip)
        #expect(try sandbox.read("project/readme.md") == "pushed\n")
        #expect(!sandbox.exists("project/a"))
        #expect(try sandbox.git("project", "status", "--porcelain") == "?? untracked.txt")
        #expect(try sandbox.git("project", "reflog", "-1", "--format=%gs") == "push: by flowrun")
        #expect(try sandbox.git("project", "fsck", "--strict", "--no-dangling") == "")
    }

    @Test(arguments: ["edited", "staged", "deleted"])
    func changesOfTheUserAreNotTouched(change: String) throws {
        let before = try sandbox.tip("project")
        switch change {
        case "deleted": try FileManager.default.removeItem(atPath: sandbox.path("project/bin/run"))
        default: try sandbox.write("project/bin/run", "mine\n")
        }
        if change == "staged" { try sandbox.git("project", "add", "bin/run") }
        let status = try sandbox.git("project", "status", "--porcelain")
        let error = push(try commit("readme.md", "pushed\n"))
        #expect(error?.reason == .checkedOutBranchNotClean(["bin/run"]))
        #expect(try sandbox.tip("project") == before)
        #expect(try sandbox.read("project/readme.md") == "one\n")
        #expect(try sandbox.git("project", "status", "--porcelain") == status)
    }

    @Test(arguments: ["new.txt", "new.log", "dir/new.txt"])
    func untrackedFilesAreNotWrittenOver(file: String) throws {
        let before = try sandbox.tip("project")
        try sandbox.write("project/\(file)", "mine\n")
        try sandbox.write("work/\(file)", "pushed\n")
        try work.stage([file], includingIgnored: true)
        let tip = try work.commitStaged(message: "x", author: ada)
        #expect(push(tip)?.reason == .checkedOutBranchNotClean([file]))
        #expect(try sandbox.read("project/\(file)") == "mine\n")
        #expect(try sandbox.tip("project") == before)
    }

    @Test(arguments: ["link", "file"])
    func whatStandsInPlaceOfANewFolderIsNotTouched(kind: String) throws {
        try FileManager.default.createDirectory(
            atPath: sandbox.path("outside"),
            withIntermediateDirectories: true
        )
        if kind == "link" {
            try FileManager.default.createSymbolicLink(
                atPath: sandbox.path("project/dir"),
                withDestinationPath: sandbox.path("outside")
            )
        } else {
            try sandbox.write("project/dir", "mine\n")
        }
        #expect(push(try commit("dir/new.txt", "x\n"))?.reason == .checkedOutBranchNotClean(["dir"]))
        #expect(!sandbox.exists("outside/new.txt"))
    }

    @Test func otherBranchesMoveWithoutFiles() throws {
        let tip = try commit("readme.md", "pushed\n")
        #expect(push(tip, to: "refs/heads/topic/x") == nil)
        #expect(try sandbox.tip("project", "topic/x") == tip)
        #expect(try sandbox.read("project/readme.md") == "one\n")
        #expect(try sandbox.git("project", "status", "--porcelain") == "")
    }

    @Test func aBranchOfALinkedWorktreeMovesItsFiles() throws {
        try sandbox.git("project", "worktree", "add", "--quiet", "-b", "side", sandbox.path("side"))
        let tip = try commit("readme.md", "pushed\n")
        #expect(push(tip, to: "refs/heads/side") == nil)
        #expect(try sandbox.read("side/readme.md") == "pushed\n")
        #expect(try sandbox.git("side", "status", "--porcelain") == "")
        #expect(try sandbox.read("project/readme.md") == "one\n")
    }

    @Test func aRebaseUnderWayIsNotDisturbed() throws {
        try sandbox.git("project", "checkout", "--quiet", "-b", "topic")
        try sandbox.write("project/readme.md", "topic\n")
        try sandbox.commit("project", "topic")
        let tip = try sandbox.tip("project")
        try sandbox.git("project", "checkout", "--quiet", "main")
        try sandbox.write("project/readme.md", "main\n")
        try sandbox.commit("project", "main")
        _ = try sandbox.run("project", ["rebase", "main", "topic"])
        let other = try Repository.makeWorkspace(
            from: .local(sandbox.path("project")),
            at: tip,
            into: sandbox.path("other")
        )
        let next = try commit("x", "x", in: other)
        let error = #expect(throws: PushError.self) {
            try other.push(next, to: "refs/heads/topic", of: sandbox.path("project"))
        }
        guard case .refused = error?.reason else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try sandbox.tip("project", "topic") == tip)
    }

    @Test func aBranchThatMovedOnIsNotOverwritten() throws {
        let own = try commit("own.txt", "own\n")
        try sandbox.write("project/theirs.txt", "theirs\n")
        let theirs = try sandbox.commit("project", "theirs")
        #expect(push(own)?.reason == .nonFastForward)
        #expect(try sandbox.tip("project") == theirs)
        #expect(push(own, overwriting: .anything) == nil)
        #expect(try sandbox.tip("project") == own)
        #expect(!sandbox.exists("project/theirs.txt"))
    }

    @Test func aTagIsNeverMovedUnlessForced() throws {
        try sandbox.git("project", "tag", "v1")
        let tip = try commit("x", "x")
        #expect(push(tip, to: "refs/tags/v1") != nil)
        #expect(push(tip, to: "refs/tags/v2") == nil)
        #expect(push(tip, to: "refs/tags/v1", overwriting: .anything) == nil)
        #expect(try sandbox.tip("project", "v1") == tip)
    }

    @Test(arguments: ["refs/heads/-x", "main", "refs/heads/a..b", "HEAD"])
    func namesThatAreNoRefsAreRefused(ref: String) throws {
        #expect(push(try sandbox.tip("project"), to: ref) != nil)
    }

    @Test(arguments: ["", "file://"])
    func aBareRepositoryIsPushedTo(prefix: String) throws {
        try Repository.initialise(at: sandbox.path("bare.git"), bare: true)
        let remote = prefix + sandbox.path("bare.git")
        let first = try commit("x", "1")
        try work.push(first, to: "refs/heads/main", of: remote)
        let second = try commit("x", "2")
        try work.push(second, to: "refs/heads/main", of: remote)
        #expect(try sandbox.tip("bare.git", "main") == second)
        try sandbox.git("bare.git", "fsck", "--strict", "--full")
        #expect(try sandbox.git("bare.git", "rev-list", "--count", "main") == "3")
    }

    @Test func aShallowCloneIsPushedToAsAnyOther() throws {
        try sandbox.write("project/readme.md", "two\n")
        try sandbox.commit("project", "second")
        try sandbox.git(
            "project",
            "clone",
            "--quiet",
            "--depth=1",
            "file://\(sandbox.path("project"))",
            sandbox.path("cut")
        )
        let start = try sandbox.tip("cut")
        func makeWorkspace(_ name: String) throws -> Repository {
            try Repository.makeWorkspace(
                from: .local(sandbox.path("cut")),
                at: start,
                ref: "refs/heads/main",
                into: sandbox.path(name)
            )
        }
        let remote = sandbox.path("cut")
        let one = try makeWorkspace("one")
        let first = try commit("one.txt", "1\n", in: one)
        #expect(try one.commitsBetween(start, first).map(\.id) == [first])
        #expect(try one.mergeBase(start, first) == start)
        try one.push(first, to: "refs/heads/main", of: remote)
        let two = try makeWorkspace("two")
        let second = try commit("two.txt", "2\n", in: two)
        let arrived = try two.pushWithRebase(
            second,
            to: "refs/heads/main",
            of: remote,
            label: "2",
            pausing: { _ in }
        )
        #expect(try sandbox.tip("cut") == arrived)
        #expect(try sandbox.git("cut", "status", "--porcelain") == "")
        #expect(try sandbox.git("cut", "rev-list", "--count", "HEAD") == "3")
    }

    @Test func anEmptyRepositoryWithFilesIsFilled() throws {
        try Repository.initialise(at: sandbox.path("fresh"))
        let tip = try sandbox.tip("project")
        try work.push(tip, to: "refs/heads/main", of: sandbox.path("fresh"))
        #expect(try sandbox.read("fresh/readme.md") == "one\n")
        #expect(try sandbox.git("fresh", "status", "--porcelain") == "")
    }

    @Test func aRemoteThatIsNotThereIsUnreachable() throws {
        let tip = try sandbox.tip("project")
        for remote in [sandbox.path("none"), "http://127.0.0.1:1/x.git"] {
            let error = #expect(throws: PushError.self) {
                try work.push(tip, to: "refs/heads/main", of: remote)
            }
            #expect(error?.reason == .unreachable)
        }
    }

    @Test func ownCommitsArePutOntoThoseThatCameInBetween() throws {
        _ = try commit("own1.txt", "1\n")
        let own = try commit("own2.txt", "2\n")
        try sandbox.write("project/theirs.txt", "theirs\n")
        let theirs = try sandbox.commit("project", "theirs")
        let arrived = try work.pushWithRebase(
            own,
            to: "refs/heads/main",
            of: sandbox.path("project"),
            label: "17",
            pausing: { _ in }
        )
        #expect(try sandbox.tip("project", "main") == arrived)
        #expect(try sandbox.tip("project", "main~2") == theirs)
        #expect(
            try sandbox.git("project", "log", "--format=%an %s", "-2")
                == "Ada write own2.txt\nAda write own1.txt"
        )
        #expect(sandbox.exists("project/own2.txt"))
        #expect(try sandbox.git("project", "status", "--porcelain") == "")
        // The workspace goes along, so that its next push is a plain one.
        #expect(try work.head() == Head(commit: arrived, ref: "refs/heads/main"))
        #expect(sandbox.exists("work/theirs.txt"))
        #expect(try sandbox.git("work", "status", "--porcelain") == "")
        #expect(push(try commit("own3.txt", "3\n")) == nil)
    }

    @Test func whatOthersHaveDoneAlreadyIsLeftOut() throws {
        let own = try commit("same.txt", "same\n")
        try sandbox.write("project/same.txt", "same\n")
        let theirs = try sandbox.commit("project", "theirs")
        let arrived = try work.pushWithRebase(
            own,
            to: "refs/heads/main",
            of: sandbox.path("project"),
            label: "17",
            pausing: { _ in }
        )
        #expect(arrived == theirs)
    }

    @Test func aConflictKeepsTheCommitInTheDestination() throws {
        let own = try commit("readme.md", "own\n")
        try sandbox.write("project/readme.md", "theirs\n")
        let theirs = try sandbox.commit("project", "theirs")
        let error = #expect(throws: PushError.self) {
            try work.pushWithRebase(
                own,
                to: "refs/heads/main",
                of: sandbox.path("project"),
                label: "run 17",
                pausing: { _ in }
            )
        }
        #expect(error?.reason == .conflict(["readme.md"]))
        #expect(error?.kept?.ref == "refs/flowrun/unpushed/run-17")
        #expect(try sandbox.tip("project", "refs/flowrun/unpushed/run-17") == own)
        #expect(try sandbox.tip("project", "main") == theirs)
    }

    @Test func whenTriesRunOutTheCommitIsKept() throws {
        try Repository.initialise(at: sandbox.path("bare.git"), bare: true)
        let remote = sandbox.path("bare.git")
        let start = try sandbox.tip("project")
        try work.push(start, to: "refs/heads/main", of: remote)
        try sandbox.git("bare.git", "clone", "--quiet", remote, sandbox.path("rival"))
        try sandbox.write("rival/0", "0")
        try sandbox.commit("rival", "0")
        try sandbox.git("rival", "push", "--quiet", "origin", "main")
        let own = try commit("own.txt", "own\n")
        var pauses = 0
        let error = #expect(throws: PushError.self) {
            try work.pushWithRebase(
                own,
                to: "refs/heads/main",
                of: remote,
                label: "17",
                tries: 1,
                pausing: { _ in pauses += 1 }
            )
        }
        #expect(error?.reason == .nonFastForward)
        #expect(pauses == 0)
        #expect(try sandbox.tip("bare.git", "refs/flowrun/unpushed/17") == own)
    }

    @Test func pushesAtTheSameTimeAllArrive() async throws {
        try Repository.initialise(at: sandbox.path("bare.git"), bare: true)
        let remote = sandbox.path("bare.git")
        try work.push(sandbox.tip("project"), to: "refs/heads/main", of: remote)
        var own: [(Repository, CommitID)] = []
        for number in 1...4 {
            let workspace = try sandbox.makeWorkspace("work\(number)")
            own.append((workspace, try commit("file\(number)", "x\n", in: workspace)))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, (workspace, commit)) in own.enumerated() {
                group.addTask {
                    _ = try workspace.pushWithRebase(
                        commit,
                        to: "refs/heads/main",
                        of: remote,
                        label: "\(number)",
                        tries: 20
                    )
                }
            }
            try await group.waitForAll()
        }
        #expect(try sandbox.git("bare.git", "rev-list", "--count", "main") == "5")
        #expect(try sandbox.git("bare.git", "ls-tree", "--name-only", "main").contains("file4"))
    }
}
