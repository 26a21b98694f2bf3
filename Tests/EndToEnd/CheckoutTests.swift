import Foundation
import Testing

/// `actions/checkout` as flowrun serves it, against real repositories.
struct CheckoutTests {
    /// A repository with files in folders and a workflow of these steps.
    private func repository(_ site: Site, steps: String) throws -> String {
        let repository = try site.repository(steps: steps)
        try site.write(
            ["a/one.txt": "1\n", "a/b/two.txt": "2\n", "c/three.txt": "3\n", "readme.md": "read\n"],
            to: repository
        )
        try site.git("add", "-A", in: repository)
        try site.git("commit", "-q", "-m", "files", in: repository)
        return repository
    }

    @Test(
        arguments: [
            ("sparse-checkout: a/b", "a/b/two.txt a/one.txt readme.md"),
            ("sparse-checkout: '*.md', sparse-checkout-cone-mode: false", "readme.md"),
            ("filter: 'blob:none'", "a/b/two.txt a/one.txt c/three.txt readme.md"),
        ]
    )
    func aSparseCheckoutHasTheFilesThatWereAskedFor(_ inputs: String, _ files: String) throws {
        let site = try Site()
        let repository = try repository(
            site,
            steps: """
                - uses: actions/checkout@v5
                  with: { \(inputs) }
                - run: |
                    echo "has:" $(find * -type f | sort)
                    [ -z "$(git status --porcelain)" ]
                """
        )
        let done = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(done.status == 0, "\(done.log)")
        #expect(done.log.contains("has: \(files)"), "\(done.log)")
    }

    @Test func branchesTagsAndPullRequestsAreFoundAndOutputsSayWhat() throws {
        let site = try Site()
        let repository = try repository(
            site,
            steps: """
                - { id: run, uses: actions/checkout@v5 }
                - { id: topic, uses: actions/checkout@v5, with: { ref: topic, path: topic } }
                - { id: tag, uses: actions/checkout@v5, with: { ref: v1, path: tag } }
                - { id: pull, uses: actions/checkout@v5, with: { ref: refs/pull/7/merge, path: pull } }
                - { id: commit, uses: actions/checkout@v5, with: { ref: '${{ github.sha }}', path: commit } }
                - run: |
                    echo "run ${{ steps.run.outputs.ref }} ${{ steps.run.outputs.commit == github.sha }}"
                    echo "topic ${{ steps.topic.outputs.ref }} $(git -C topic log -1 --format=%s) $(git -C topic branch --show-current)"
                    echo "tag ${{ steps.tag.outputs.ref }} $(git -C tag log -1 --format=%s)"
                    echo "pull ${{ steps.pull.outputs.ref }} $(git -C pull log -1 --format=%s)"
                    echo "commit '${{ steps.commit.outputs.ref }}' ${{ steps.commit.outputs.commit == github.sha }}"
                """
        )
        try site.git("tag", "v1", "HEAD~1", in: repository)
        try site.git("checkout", "-q", "-b", "topic", in: repository)
        try site.git("commit", "-q", "--allow-empty", "-m", "on-topic", in: repository)
        try site.git("update-ref", "refs/pull/7/merge", "HEAD", in: repository)
        try site.git("checkout", "-q", "main", in: repository)
        let done = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(done.status == 0, "\(done.log)")
        for line in [
            "run refs/heads/main true", "topic topic on-topic topic", "tag v1 first",
            "pull refs/pull/7/merge on-topic", "commit '' true",
        ] {
            #expect(done.log.contains(line), "\(line) is not in \(done.log)")
        }
    }

    @Test func cleanDecidesOverWhatAStepMade() throws {
        let site = try Site()
        let repository = try repository(
            site,
            steps: """
                - run: echo before > before.txt
                - uses: actions/checkout@v5
                - run: |
                    ls before.txt 2>/dev/null || echo "gone at first"
                    echo made > made.txt; echo changed > readme.md
                - uses: actions/checkout@v5
                  with: { clean: false }
                - run: echo "kept $(cat made.txt) $(cat readme.md)"
                - uses: actions/checkout@v5
                - run: ls made.txt 2>/dev/null || echo "gone at last"
                """
        )
        let done = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(done.status == 0, "\(done.log)")
        for line in ["gone at first", "kept made read", "gone at last"] {
            #expect(done.log.contains(line), "\(line) is not in \(done.log)")
        }
    }

    @Test func anotherRepositoryComesFromTheActionSources() throws {
        let site = try Site()
        let repository = try repository(
            site,
            steps: """
                - { id: other, uses: actions/checkout@v5, with: { repository: them/theirs, path: deep/theirs } }
                - run: echo "other ${{ steps.other.outputs.ref }} $(cat deep/theirs/x.txt)"
                """
        )
        _ = try site.repository(["x.txt": "theirs\n"], named: "sources/them/theirs")
        try site.write(
            ["flowrun.yaml": "actions-source: ['\(site.folder)/sources/{owner}/{repo}']\n"],
            to: repository
        )
        let done = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(done.status == 0, "\(done.log) \(done.errors)")
        #expect(done.log.contains("other refs/heads/main theirs"), "\(done.log)")
    }

    @Test(arguments: ["true", "recursive"])
    func submodulesAreFilledAsDeepAsAskedFor(_ value: String) throws {
        let site = try Site()
        try site.git("config", "--global", "protocol.file.allow", "always", in: site.folder)
        _ = try site.repository(["inner.txt": "inner\n"], named: "inner")
        let outer = try site.repository(["outer.txt": "outer\n"], named: "outer")
        try site.git("submodule", "--quiet", "add", "../inner", "inner", in: outer)
        try site.git("commit", "-q", "-m", "inner", in: outer)
        let repository = try repository(
            site,
            steps: """
                - uses: actions/checkout@v5
                  with: { submodules: \(value) }
                - run: |
                    echo "outer $(cat parts/outer/outer.txt)"
                    echo "inner $(cat parts/outer/inner/inner.txt 2>/dev/null || echo none)"
                    [ -z "$(git status --porcelain)" ]
                """
        )
        try site.git("submodule", "--quiet", "add", "../outer", "parts/outer", in: repository)
        try site.git("commit", "-q", "-m", "outer", in: repository)
        let done = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(done.status == 0, "\(done.log)")
        #expect(done.log.contains("outer outer"), "\(done.log)")
        #expect(done.log.contains(value == "true" ? "inner none" : "inner inner"), "\(done.log)")
    }

    @Test(
        .enabled(if: largeFilesProgram != nil, "git-lfs is not on this machine")
    )
    func largeFilesComeThroughGitLFS() throws {
        let site = try Site()
        let repository = try repository(
            site,
            steps: """
                - uses: actions/checkout@v5
                - run: echo "without $(head -c 7 big.bin)"
                - uses: actions/checkout@v5
                  with: { lfs: true }
                - run: echo "with $(cat big.bin)"
                """
        )
        try site.git("lfs", "install", "--local", in: repository)
        try site.git("lfs", "track", "*.bin", in: repository)
        try site.write(["big.bin": "large\n"], to: repository)
        try site.git("add", "-A", in: repository)
        try site.git("commit", "-q", "-m", "large", in: repository)
        let done = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(done.status == 0, "\(done.log)")
        #expect(done.log.contains("without version"), "\(done.log)")
        #expect(done.log.contains("with large"), "\(done.log)")
    }

    private static var largeFilesProgram: String? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/git-lfs" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    @Test(
        arguments: [
            ("path: ../out", "is not under"), ("path: link/out", "is not under"),
            ("repository: nonsense", "Expected format {owner}/{repo}"),
            ("submodules: some", "must be true, false or recursive"),
            ("ref: nowhere", "no branch, tag or commit"),
            ("unknown: x", "does not honour the input 'unknown'"),
        ]
    )
    func whatCannotBeIsRefusedByName(_ inputs: String, _ reason: String) throws {
        let site = try Site()
        let repository = try repository(
            site,
            steps: """
                - run: ln -s \(site.folder) link
                - uses: actions/checkout@v5
                  with: { \(inputs) }
                """
        )
        let done = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(done.status == 1)
        #expect(done.log.contains { $0.contains(reason) }, "\(done.log)")
    }

    @Test(arguments: [false, true])
    func aForksPullRequestIsRefusedWhereTheSecretsAre(_ isAllowed: Bool) throws {
        let site = try Site()
        let repository = try repository(
            site,
            steps: """
                - uses: actions/checkout@v5
                  with: { ref: refs/pull/7/merge, allow-unsafe-pr-checkout: \(isAllowed) }
                """
        )
        let text = try String(contentsOfFile: "\(repository)/.github/workflows/w.yml", encoding: .utf8)
        try site.write(
            [
                ".github/workflows/w.yml": text.replacing(
                    "on: [push, workflow_dispatch]",
                    with: "on: pull_request_target"
                )
            ],
            to: repository
        )
        try site.git("commit", "-q", "-a", "-m", "target", in: repository)
        try site.git("update-ref", "refs/pull/7/merge", "HEAD", in: repository)
        try site.write(
            [
                "../event.json":
                    #"{"action": "opened", "pull_request": {"head": {"repo": {"full_name": "fork/repo"}}}}"#
            ],
            to: repository
        )
        let done = try site.flowrun(
            "trigger",
            "pull_request_target",
            "--payload",
            "\(site.folder)/event.json",
            "--format",
            "json",
            in: repository
        )
        #expect(done.status == (isAllowed ? 0 : 1), "\(done.log) \(done.errors)")
        #expect(
            done.log.contains { $0.contains("Refusing to check out fork pull request code") } == !isAllowed
        )
    }
}
