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

    /// A commit and tags that a job makes, pushed with these inputs.
    private func pushTags(
        _ site: Site,
        _ inputs: String,
        _ more: String = "true"
    ) throws -> (done: SiteResult, repository: String, origin: String) {
        let repository = try site.repository(
            steps: """
                - uses: actions/checkout@v4
                  with: { fetch-depth: 0 }
                - run: |
                    git config user.name bot
                    git config user.email bot@example.org
                    echo made > made.txt && git add -A && git commit -q -m made
                    git tag -a -m 'Annotated ü' v1.0
                    git tag -a -m 'of a tag' twice v1.0 2>/dev/null
                    git tag plain
                    \(more)
                - uses: ad-m/github-push-action@v1
                  with: { branch: '${{ github.ref }}'\(inputs) }
                """
        )
        let origin = "\(site.folder)/origin.git"
        try site.git("clone", "-q", "--bare", repository, origin, in: site.folder)
        try site.git("remote", "add", "origin", origin, in: repository)
        try site.git("fetch", "-q", in: repository)
        try site.git("tag", "-a", "-m", "own", "users-own", in: repository)
        let done = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        return (done, repository, origin)
    }

    @Test(
        arguments: [
            ("", "twice v1.0", "made"), (", tags: true", "plain twice v1.0", "made"),
            (", push_only_tags: true", "plain twice v1.0", "first"),
        ]
    )
    func tagsGoAlong(_ inputs: String, _ tags: String, _ tip: String) throws {
        let site = try Site()
        let (done, repository, origin) = try pushTags(site, inputs)
        #expect(done.status == 0, "\(done.log)")
        let found = try site.git("tag", in: origin).split(whereSeparator: \.isNewline).joined(separator: " ")
        #expect(found == tags)
        #expect(try site.git("cat-file", "-t", "v1.0", in: origin) == "tag")
        #expect(try site.git("log", "-1", "--format=%s", "v1.0", in: origin) == "made")
        #expect(try site.git("fsck", "--strict", in: origin).isEmpty)
        let subject = try site.git("log", "-1", "--format=%s", "main", in: origin)
        #expect(
            subject == (tip == "made" ? "made" : try site.git("log", "-1", "--format=%s", in: repository))
        )
    }

    @Test func aTagThatIsThereIsNotMovedAndNothingIsPushed() throws {
        let site = try Site()
        let more = "git -C '\(site.folder)/origin.git' tag v1.0 main"
        let (done, _, origin) = try pushTags(site, ", tags: true", more)
        #expect(done.status == 1)
        #expect(
            done.log.contains { $0.contains("refs/tags/v1.0") && $0.contains("is not moved") },
            "\(done.log)"
        )
        #expect(try site.git("log", "-1", "--format=%s", "main", in: origin) != "made")
        #expect(try site.git("tag", in: origin) == "v1.0")
    }

    @Test func aPushThatOnlyForwardsFailsWhereTheOriginMovedOn() throws {
        let site = try Site()
        let other = "\(site.folder)/other"
        let more =
            "git clone -q '\(site.folder)/origin.git' \(other) && cd \(other) && echo x > y && git add y "
            + "&& git -c user.name=a -c user.email=b commit -q -m theirs && git push -q"
        let (done, _, origin) = try pushTags(site, ", pull: ff-only", more)
        #expect(done.status == 1, "\(done.log)")
        #expect(try site.git("log", "-1", "--format=%s", "main", in: origin) == "theirs")
        #expect(try site.git("tag", in: origin).isEmpty)
    }
}
