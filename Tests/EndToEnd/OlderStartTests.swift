import Foundation
import Testing

/// Runs that start where the user's branch stands while the origin, by flowrun's own pushes, is further on.
struct OlderStartTests {
    /// Steps that commit a file, named and filled by the run's number, and push it.
    private func steps(file: String) -> String {
        """
        - uses: actions/checkout@v4
        - run: |
            git config user.name bot
            git config user.email bot@example.org
            echo "$GITHUB_RUN_NUMBER" > \(file)
            git add -A && git commit -q -m "made $GITHUB_RUN_NUMBER"
        - uses: ad-m/github-push-action@v0.8.0
          with: { github_token: '${{ secrets.GITHUB_TOKEN }}', branch: '${{ github.ref }}' }
        """
    }

    private func twice(_ site: Site, file: String) throws -> (origin: String, second: SiteResult) {
        let repository = try site.repository(steps: steps(file: file))
        let origin = "\(site.folder)/origin.git"
        try site.git("clone", "-q", "--bare", repository, origin, in: site.folder)
        try site.git("remote", "add", "origin", origin, in: repository)
        try site.git("fetch", "-q", in: repository)
        let start = try site.git("rev-parse", "HEAD", in: repository)
        let first = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(first.status == 0, "\(first.log)")
        let second = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(try site.git("rev-parse", "HEAD", in: repository) == start)
        #expect(try site.git("status", "--porcelain", in: repository).isEmpty)
        return (origin, second)
    }

    @Test func whatGoesTogetherIsPutOnTop() throws {
        let site = try Site()
        let (origin, second) = try twice(site, file: "made-$GITHUB_RUN_NUMBER.txt")
        #expect(second.status == 0, "\(second.log)")
        #expect(try site.git("log", "--format=%s", "main", in: origin) == "made 2\nmade 1\nfirst")
    }

    @Test func whatDoesNotIsKeptAndTheFirstRunsWorkStays() throws {
        let site = try Site()
        let (origin, second) = try twice(site, file: "made.txt")
        #expect(second.status == 1)
        #expect(second.log.contains { $0.contains("could not push") && $0.contains("`made.txt`") })
        #expect(try site.git("log", "--format=%s", "main", in: origin) == "made 1\nfirst")
        let kept = try site.git("show", "refs/flowrun/unpushed/run-2:made.txt", in: origin)
        #expect(kept == "2")
    }
}
