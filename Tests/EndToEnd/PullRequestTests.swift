import Foundation
import Testing

/// `flowrun trigger pull_request` between branches of this machine.
struct PullRequestTests {
    private let site: Site
    private let repository: String

    init() throws {
        site = try Site()
        repository = try site.repository([
            ".github/workflows/w.yml": """
            on: { pull_request: { branches: [main], paths: [side] }, pull_request_target: {} }
            jobs:
              a:
                runs-on: ubuntu-latest
                steps:
                  - { uses: actions/checkout@v4, with: { fetch-depth: 0 } }
                  - name: tell
                    run: echo "told $GITHUB_REF $GITHUB_BASE_REF $GITHUB_HEAD_REF $(cat main side | tr '\\n' ' ')"
                  - run: echo "parents $(git log -1 --format=%P | wc -w) $GITHUB_SHA ${{ github.event.pull_request.merge_commit_sha }}"
            """,
            "main": "main 1\n", "side": "",
        ])
        try site.git("checkout", "-q", "-b", "feature", in: repository)
        try commit(["side": "side 1\n"], "feature")
        try site.git("checkout", "-q", "main", in: repository)
        try commit(["main": "main 2\n"], "on main")
    }

    private func commit(_ files: [String: String], _ message: String) throws {
        try site.write(files, to: repository)
        try site.git("commit", "-qam", message, in: repository)
    }

    @Test("it runs on a merge of the head into the base, and no branch has it")
    func merges() throws {
        let before = try site.git("for-each-ref", "refs/heads", in: repository)
        let ran = try site.flowrun(
            "trigger",
            "pull_request",
            "--base",
            "main",
            "--head",
            "feature",
            "--format",
            "json",
            in: repository
        )
        #expect(ran.status == 0, "\(ran.everything)")
        #expect(ran.log.contains("told refs/pull/1/merge main feature main 2 side 1 "), "\(ran.log)")
        let line = try #require(ran.log.first { $0.hasPrefix("parents 2 ") }, "\(ran.log)")
        let words = line.split(separator: " ")
        #expect(words[2] == words[3])
        #expect(try site.git("for-each-ref", "refs/heads", in: repository) == before)
        #expect(try site.git("status", "--porcelain", in: repository).isEmpty)
        // The same branches make the same commit.
        let again = try site.flowrun(
            "trigger",
            "pull_request",
            "--head",
            "feature",
            "--format",
            "json",
            in: repository
        )
        #expect(again.log.contains(line), "\(again.log)")
    }

    @Test("J9: of a fork's pull request a person's run has the secrets that it was given, and no stored ones")
    func forked() throws {
        let workflow = """
            on: pull_request
            jobs:
              a:
                runs-on: ubuntu-latest
                steps: [ { env: { A: '${{ secrets.STORED }}', B: '${{ secrets.GIVEN }}' }, run: 'echo "told ${#A} ${#B}"' } ]
            """
        try site.git("checkout", "-q", "feature", in: repository)
        try commit([".github/workflows/w.yml": workflow], "of the fork")
        try site.git("checkout", "-q", "main", in: repository)
        try site.flowrun("secret", "set", "STORED", in: repository, input: "stored-4711")
        func told(_ payload: String) throws -> [String] {
            let ran = try site.flowrun(
                "trigger",
                "pull_request",
                "--head",
                "feature",
                "-s",
                "GIVEN=given",
                "--payload",
                "-",
                "--format",
                "json",
                in: repository,
                input: payload
            )
            #expect(ran.status == 0, "\(ran.everything)")
            return ran.log.filter { $0.hasPrefix("told ") }
        }
        #expect(try told("{}") == ["told 11 5"])
        #expect(try told(#"{"pull_request": {"head": {"repo": {"full_name": "eve/repo"}}}}"#) == ["told 0 5"])
    }

    @Test(
        "J9: who follows a fork's run has secrets, and does not check out its commit",
        arguments: [false, true]
    )
    func followed(_ isOfFork: Bool) throws {
        let follower = """
            on: { workflow_run: { workflows: [PR], types: [completed] } }
            jobs:
              a:
                runs-on: ubuntu-latest
                steps: [ { uses: actions/checkout@v4, with: { ref: '${{ github.event.workflow_run.head_sha }}' } }, { run: echo has it } ]
            """
        let workflow =
            "name: PR\non: pull_request\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: 'true' } ] } }\n"
        try site.write(
            [".github/workflows/w.yml": workflow, ".github/workflows/f.yml": follower],
            to: repository
        )
        try site.git("add", "-A", in: repository)
        try site.git("commit", "-qm", "followed", in: repository)
        try site.git("checkout", "-q", "feature", in: repository)
        try site.git("merge", "-q", "main", in: repository)
        try commit(["side": "of the fork\n"], "of the fork")
        try site.git("checkout", "-q", "main", in: repository)
        let payload = isOfFork ? #"{"pull_request": {"head": {"repo": {"full_name": "eve/repo"}}}}"# : "{}"
        let ran = try site.start(
            ["trigger", "pull_request", "--head", "feature", "--payload", "-", "--format", "json"],
            in: repository,
            input: payload
        ).wait()
        #expect(ran.runs.count == 2, "\(ran.everything)")
        #expect(ran.log.contains("has it") != isOfFork, "\(ran.log)")
        #expect(ran.log.contains { $0.contains("Refusing to check out fork") } == isOfFork, "\(ran.log)")
    }

    @Test("pull_request_target runs on the base")
    func target() throws {
        let ran = try site.flowrun(
            "trigger",
            "pull_request_target",
            "--head",
            "feature",
            "--format",
            "json",
            in: repository
        )
        #expect(ran.log.contains("told refs/heads/main main feature main 2 "), "\(ran.everything)")
    }

    @Test("a branch that is not there is an error", arguments: ["--head", "--base"])
    func unknownBranch(_ option: String) throws {
        let ran = try site.flowrun("trigger", "pull_request", option, "nope", in: repository)
        #expect(ran.status == 2 && ran.errors.contains("has no branch `nope`"), "\(ran.everything)")
    }

    @Test("branches that do not merge start nothing, and the files are named")
    func conflicts() throws {
        try site.git("checkout", "-q", "feature", in: repository)
        try commit(["main": "other\n"], "conflict")
        let ran = try site.flowrun("trigger", "pull_request", in: repository)
        #expect(ran.status == 2 && ran.errors.contains("there are conflicts in main"), "\(ran.everything)")
    }
}
