import Foundation
import Testing

/// What becomes of a commit that a job pushes.
struct PushTests {
    /// Steps that commit a file and push it with the built-in action.
    private let steps = """
        - uses: actions/checkout@v4
        - run: |
            git config user.name bot
            git config user.email bot@example.org
            echo "$GITHUB_RUN_ID" > ${FILE:-made.txt}
            git add -A && git commit -q -m made
            $BETWEEN
        - uses: ad-m/github-push-action@v0.8.0
          with: { github_token: '${{ secrets.GITHUB_TOKEN }}', branch: '${{ github.ref }}' }
        """

    private func withOrigin(_ site: Site) throws -> (repository: String, origin: String) {
        let repository = try site.repository(steps: steps)
        let origin = "\(site.folder)/origin.git"
        try site.git("clone", "-q", "--bare", repository, origin, in: site.folder)
        try site.git("remote", "add", "origin", origin, in: repository)
        try site.git("fetch", "-q", in: repository)
        return (repository, origin)
    }

    @Test func aCleanCheckedOutBranchMovesWithItsFiles() throws {
        let site = try Site()
        let repository = try site.repository(steps: steps)
        let done = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(done.status == 0, "\(done.log)")
        #expect(FileManager.default.fileExists(atPath: "\(repository)/made.txt"))
        #expect(try site.git("status", "--porcelain", in: repository).isEmpty)
        #expect(try site.git("log", "-1", "--format=%s", in: repository) == "made")
    }

    @Test func aDirtyCheckedOutBranchIsLeftAlone() throws {
        let site = try Site()
        let repository = try site.repository(steps: steps)
        let start = try site.git("rev-parse", "HEAD", in: repository)
        try site.write([".github/workflows/w.yml": "name: changed, not committed\n"], to: repository)
        let done = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(done.status == 1)
        #expect(done.log.contains { $0.contains("w.yml") && $0.contains("could not push") }, "\(done.log)")
        #expect(try site.git("rev-parse", "HEAD", in: repository) == start)
        let kept = try String(contentsOfFile: "\(repository)/.github/workflows/w.yml", encoding: .utf8)
        #expect(kept == "name: changed, not committed\n")
    }

    @Test func theOriginThatMovedOnGetsTheCommitOnTop() throws {
        let site = try Site()
        let (repository, origin) = try withOrigin(site)
        let other = "\(site.folder)/other"
        let script =
            "git clone -q \(origin) \(other) && cd \(other) && echo x > theirs.txt && git add -A && git commit -q -m theirs && git push -q"
        let done = try site.flowrun(
            "trigger",
            "push",
            "--format",
            "json",
            "--env",
            "BETWEEN=eval \(script)",
            in: repository
        )
        #expect(done.status == 0, "\(done.log)")
        #expect(try site.git("log", "--format=%s", "main", in: origin) == "made\ntheirs\nfirst")
        let tip = try site.git("rev-parse", "main", in: origin)
        #expect(try site.git("rev-parse", "refs/remotes/origin/main", in: repository) == tip)
    }

    @Test func aConflictIsNamedAndTheCommitIsKept() throws {
        let site = try Site()
        let (repository, origin) = try withOrigin(site)
        let other = "\(site.folder)/other"
        let script =
            "git clone -q \(origin) \(other) && cd \(other) && echo x > made.txt && git add -A && git commit -q -m theirs && git push -q"
        let done = try site.flowrun(
            "trigger",
            "push",
            "--format",
            "json",
            "--env",
            "BETWEEN=eval \(script)",
            in: repository
        )
        #expect(done.status == 1)
        #expect(
            done.log.contains { $0.contains("made.txt") && $0.contains("refs/flowrun/unpushed/") },
            "\(done.log)"
        )
        #expect(try site.git("log", "--format=%s", "main", in: origin) == "theirs\nfirst")
        let kept = try site.git("for-each-ref", "refs/flowrun/unpushed", in: origin)
        #expect(kept.contains("refs/flowrun/unpushed/run-1"))
    }

    @Test func commitsOfTheUsersOwnAreNotPublished() throws {
        let site = try Site()
        let (repository, origin) = try withOrigin(site)
        try site.write(["private.txt": "not for everybody"], to: repository)
        try site.git("add", "-A", in: repository)
        try site.git("commit", "-q", "-m", "mine alone", in: repository)
        let done = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(done.status == 1)
        #expect(done.log.contains { $0.contains("git push") && $0.contains("is not on main") }, "\(done.log)")
        #expect(try site.git("log", "--format=%s", "main", in: origin) == "first")
    }
}
