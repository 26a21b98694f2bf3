import Foundation
import Testing

/// What `ad-m/github-push-action` overwrites, and what it leaves alone.
struct ForcePushTests {
    /// A repository whose job commits upon or instead of its first commit, with an origin that has this and a branch more.
    private struct Place {
        let site: Site
        let repository: String
        let origin: String

        /// - Parameters:
        ///   - script: What the job does before it pushes.
        ///   - inputs: Of the push.
        init(_ script: String, _ inputs: String, checkout: String = "{ fetch-depth: 0 }") throws {
            site = try Site()
            let lines = script.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
            repository = try site.repository(
                steps: """
                    - uses: actions/checkout@v4
                      with: \(checkout)
                    - run: |
                        git config user.name bot
                        git config user.email bot@example.org
                    \(lines)
                    - uses: ad-m/github-push-action@v1
                      with: { \(inputs) }
                    """
            )
            origin = "\(site.folder)/origin.git"
            try site.git("branch", "other", in: repository)
            try site.git("clone", "-q", "--bare", repository, origin, in: site.folder)
            try site.git("branch", "-D", "other", in: repository)
            try site.git("remote", "add", "origin", origin, in: repository)
            try site.git("fetch", "-q", in: repository)
        }

        func run(_ more: String...) throws -> SiteResult {
            try site.start(["trigger", "push", "--format", "json"] + more, in: repository).wait()
        }

        func subjects(_ branch: String = "main") throws -> String {
            try site.git("log", "--format=%s", branch, in: origin)
        }

        /// A script of somebody who pushes a commit to a branch of the origin.
        func theirs(_ branch: String = "main") -> String {
            "rm -rf ../theirs && git clone -q -b \(branch) '\(origin)' ../theirs && (cd ../theirs && echo x > theirs.txt "
                + "&& git add -A && git -c user.name=a -c user.email=b commit -q -m theirs && git push -q)"
        }
    }

    private static let amend = "echo new > new.txt; git add -A; git commit -q --amend -m instead"

    @Test func aForcedPushReplacesTheBranchAndNothingElse() throws {
        let place = try Place(Self.amend, "branch: main, force: true")
        let before = try place.site.git("rev-parse", "main", in: place.origin)
        let done = try place.run()
        #expect(done.status == 0, "\(done.log)")
        #expect(try place.subjects() == "instead")
        #expect(try place.subjects("other") == "first")
        #expect(done.log.contains { $0.contains(before) && $0.contains("(forced update)") }, "\(done.log)")
        #expect(try place.site.git("for-each-ref", "refs/flowrun", in: place.origin).isEmpty)
        let tip = try place.site.git("rev-parse", "main", in: place.origin)
        #expect(try place.site.git("rev-parse", "origin/main", in: place.repository) == tip)
        #expect(try place.site.git("log", "-1", "--format=%s", "main", in: place.repository) == "first")
    }

    @Test func aForcedPushOfAJobThatMadeNothingTakesNothingBack() throws {
        let place = try Place("true", "branch: main, force: true")
        let script = "cd '\(place.repository)' && \(place.theirs())"
        let pushed = try SiteProcess(
            "/bin/sh",
            ["-c", script],
            in: place.repository,
            environment: place.site.environment
        )
        .wait()
        #expect(pushed.status == 0, "\(pushed.errors)")
        let done = try place.run()
        #expect(done.status == 0, "\(done.log)")
        #expect(try place.subjects() == "theirs\nfirst")
    }

    @Test func aLeaseHoldsWhereTheBranchIsAsItWasSeen() throws {
        let place = try Place(Self.amend, "force_with_lease: true", checkout: "{ ref: main }")
        let done = try place.run()
        #expect(done.status == 0, "\(done.log)")
        #expect(try place.subjects() == "instead")
    }

    @Test func aLeaseIsBrokenWhereTheBranchHasMovedOn() throws {
        let place = try Place("eval \"$BETWEEN\"\n" + Self.amend, "force_with_lease: true, branch: main")
        let done = try place.run("--env", "BETWEEN=\(place.theirs())")
        #expect(done.status == 1)
        #expect(done.log.contains { $0.contains("stale info") }, "\(done.log)")
        #expect(try place.subjects() == "theirs\nfirst")
        // The job's commit is kept, with the user and not on the remote.
        #expect(try place.site.git("for-each-ref", "refs/flowrun", in: place.origin).isEmpty)
        #expect(
            try place.site.git(
                "log",
                "-1",
                "--format=%s",
                "refs/flowrun/unpushed/run-1",
                in: place.repository
            )
                == "instead"
        )
    }

    @Test(arguments: [true, false])
    func aLeaseIsKeptByARemoteOnTheWeb(_ isMoved: Bool) throws {
        let place = try Place("eval \"$BETWEEN\"\n" + Self.amend, "force_with_lease: true, branch: main")
        try FileManager.default.createDirectory(
            atPath: "\(place.site.folder)/o",
            withIntermediateDirectories: true
        )
        try FileManager.default.createSymbolicLink(
            atPath: "\(place.site.folder)/o/r.git",
            withDestinationPath: place.origin
        )
        try place.site.git("config", "http.receivepack", "true", in: place.origin)
        let server = try GitServer(place.site, folder: place.site.folder)
        let url = "http://127.0.0.1:\(server.port)/o/r.git"
        try place.site.git("remote", "set-url", "origin", url, in: place.repository)
        let done = try place.run("--env", "BETWEEN=\(isMoved ? place.theirs() : "true")")
        #expect(done.status == (isMoved ? 1 : 0), "\(done.log)")
        #expect(done.log.contains { $0.contains("stale info") } == isMoved, "\(done.log)")
        #expect(try place.subjects() == (isMoved ? "theirs\nfirst" : "instead"))
        #expect(done.log.contains { $0.contains("(forced update)") } != isMoved, "\(done.log)")
    }

    @Test func whatAForcedPushPutsOutOfTheUsersOwnRepositoryIsKept() throws {
        let place = try Place(Self.amend, "branch: main, force: true")
        try place.site.git("remote", "remove", "origin", in: place.repository)
        let before = try place.site.git("rev-parse", "main", in: place.repository)
        let done = try place.run()
        #expect(done.status == 0, "\(done.log)")
        #expect(try place.site.git("log", "--format=%s", "main", in: place.repository) == "instead")
        #expect(FileManager.default.fileExists(atPath: "\(place.repository)/new.txt"))
        let kept = try place.site.git(
            "for-each-ref",
            "--format=%(objectname)",
            "refs/flowrun/replaced",
            in: place.repository
        )
        #expect(kept == before)
    }

    @Test func aForcedPushLeavesFilesThatAreNotCommittedAlone() throws {
        let place = try Place(Self.amend, "branch: main, force: true")
        try place.site.git("remote", "remove", "origin", in: place.repository)
        try place.site.write([".github/workflows/w.yml": "name: not committed\n"], to: place.repository)
        let done = try place.run()
        #expect(done.status == 1)
        #expect(try place.site.git("log", "--format=%s", "main", in: place.repository) == "first")
        let kept = try String(contentsOfFile: "\(place.repository)/.github/workflows/w.yml", encoding: .utf8)
        #expect(kept == "name: not committed\n")
    }

    @Test(
        arguments: [
            ("force: true, tags: true", 0, "made", "made"), ("tags: true", 1, "first", "first"),
            ("tags: true, atomic: false", 1, "made", "first"),
            ("force_with_lease: true, tags: true", 1, "first", "first"),
        ]
    )
    func aTagIsMovedByForceAlone(_ inputs: String, _ status: Int32, _ branch: String, _ tag: String) throws {
        let script = "echo new > new.txt; git add -A; git commit -q -m made; git tag v1; git tag v2"
        let place = try Place(script, "branch: main, \(inputs)")
        try place.site.git("tag", "v1", "main", in: place.origin)
        let done = try place.run()
        #expect(done.status == status, "\(done.log)")
        #expect(try place.site.git("log", "-1", "--format=%s", "main", in: place.origin) == branch)
        #expect(try place.site.git("log", "-1", "--format=%s", "v1", in: place.origin) == tag)
        #expect(try place.site.git("tag", in: place.origin).contains("v2") == (branch == "made"))
    }

    @Test(
        arguments: [
            ("force: true, force_with_lease: true", "not both"),
            ("force_with_lease: true, branch: other", "the branch that is checked out"),
            ("pull: octopus", "Unknown pull strategy"), ("push_to_submodules: maybe", "push_to_submodules"),
            ("repository: some/other", "needs a 'token'"),
        ]
    )
    func whatCannotBeMeantIsNamed(_ inputs: String, _ message: String) throws {
        let place = try Place(Self.amend, inputs)
        let done = try place.run()
        #expect(done.status == 1)
        #expect(done.log.contains { $0.contains(message) }, "\(done.log)")
        #expect(try place.subjects() == "first")
        #expect(try place.subjects("other") == "first")
    }

    @Test func pullMergeJoinsBothWays() throws {
        let script = "eval \"$BETWEEN\"\necho new > new.txt; git add -A; git commit -q -m made"
        let place = try Place(script, "branch: main, pull: merge")
        let done = try place.run("--env", "BETWEEN=\(place.theirs())")
        #expect(done.status == 0, "\(done.log)")
        let parents = try place.site.git("log", "-1", "--format=%P", "main", in: place.origin).split(
            separator: " "
        )
        #expect(parents.count == 2)
        #expect(
            try place.site.git("log", "--first-parent", "--format=%s", "main", in: place.origin).hasSuffix(
                "made\nfirst"
            )
        )
        #expect(try place.site.git("log", "-1", "--format=%s", "main^2", in: place.origin) == "theirs")
        #expect(try place.site.git("ls-tree", "--name-only", "main", in: place.origin).contains("theirs.txt"))
    }

    @Test func aBranchThatSharesNoHistoryIsPushedTo() throws {
        let place = try Place(
            "git checkout -q --orphan pages; git rm -rqf .; echo 1 > index.html; git add -A; git commit -q -m page",
            "branch: pages, force: true"
        )
        for name in ["page", "page"] {
            let done = try place.run()
            #expect(done.status == 0, "\(done.log)")
            #expect(try place.subjects("pages") == name)
        }
        #expect(try place.subjects() == "first")
    }

    @Test func theCommitOfTheRunGoesToAnotherBranch() throws {
        let place = try Place("true", "branch: release")
        let done = try place.run()
        #expect(done.status == 0, "\(done.log)")
        #expect(try place.subjects("release") == "first")
    }

    @Test func commitsOfTheUsersOwnGoToNoNewBranch() throws {
        let place = try Place(Self.amend, "branch: new, force: true")
        try place.site.write(["private.txt": "mine"], to: place.repository)
        try place.site.git("add", "-A", in: place.repository)
        try place.site.git("commit", "-q", "-m", "mine alone", in: place.repository)
        try place.site.write(["more.txt": "mine"], to: place.repository)
        try place.site.git("add", "-A", in: place.repository)
        try place.site.git("commit", "-q", "-m", "mine too", in: place.repository)
        let done = try place.run()
        #expect(done.status == 1)
        #expect(done.log.contains { $0.contains("a job pushes its own commits alone") }, "\(done.log)")
        #expect(try !place.site.git("branch", in: place.origin).contains("new"))
    }

    @Test func anotherRepositoryIsPushedToWithATokenForIt() throws {
        let place = try Place(Self.amend, "branch: main, repository: o/mirror, token: given, force: true")
        let mirror = "\(place.site.folder)/o/mirror.git"
        try place.site.git("init", "-q", "--bare", mirror, in: place.site.folder)
        try place.site.git("config", "http.receivepack", "true", in: mirror)
        let server = try GitServer(place.site, folder: place.site.folder, token: "given")
        // The run's own forge; nothing of it is asked for but its name.
        let url = "http://127.0.0.1:\(server.port)/o/r.git"
        try place.site.git("remote", "set-url", "origin", url, in: place.repository)
        let done = try place.run()
        #expect(done.status == 0, "\(done.log)")
        #expect(try place.site.git("log", "--format=%s", "main", in: mirror) == "instead")
        #expect(try place.subjects() == "first")
    }

    /// With a submodule that the job commits in, on a branch or not.
    @Test(
        arguments: [
            ("", true, true, true), (", push_to_submodules: on-demand", true, true, true),
            (", push_to_submodules: check", true, false, false),
            (", push_to_submodules: only", true, false, true),
            (", push_to_submodules: 'no'", true, true, false), ("", false, false, false),
        ]
    )
    func commitsOfSubmodulesGoFirst(
        _ inputs: String,
        _ isOnBranch: Bool,
        _ outerArrives: Bool,
        _ innerArrives: Bool
    ) throws {
        let script = """
            cd inner
            \(isOnBranch ? "git checkout -q -B main" : "true")
            echo new > new.txt; git add -A; git -c user.name=a -c user.email=b commit -q -m inside
            cd ..
            git commit -q -a -m outside
            """
        let place = try Place(script, "branch: main\(inputs)", checkout: "{ submodules: true }")
        let source = "\(place.site.folder)/source"
        try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: true)
        try place.site.git("init", "-q", in: source)
        try place.site.git("commit", "-q", "--allow-empty", "-m", "inner", in: source)
        try place.site.git("clone", "-q", "--bare", source, "inner.git", in: place.site.folder)
        let inner = "\(place.site.folder)/inner.git"
        try place.site.git(
            "-c",
            "protocol.file.allow=always",
            "submodule",
            "add",
            "-q",
            inner,
            "inner",
            in: place.repository
        )
        try place.site.git("commit", "-q", "-a", "-m", "second", in: place.repository)
        try place.site.git("push", "-q", "origin", "main", in: place.repository)
        let done = try place.run()
        #expect(done.status == (outerArrives || inputs.contains("only") ? 0 : 1), "\(done.log)")
        #expect(try place.subjects().hasPrefix("outside") == outerArrives, "\(done.log)")
        let tip = try place.site.git("log", "-1", "--format=%s", "main", in: inner)
        #expect((tip == "inside") == innerArrives, "\(done.log)")
    }
}
