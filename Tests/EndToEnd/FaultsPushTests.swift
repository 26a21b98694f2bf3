import Foundation
import Testing

/// A push by a job into the user's own repository, where its branch is checked out.
struct FaultsPushTests {
    private let steps = """
        - uses: actions/checkout@v4
        - run: |
            git config user.name bot
            git config user.email bot@example.org
            eval "$CHANGE"
            git add -A && git commit -q -m made
        - uses: ad-m/github-push-action@v0.8.0
          with: { github_token: '${{ secrets.GITHUB_TOKEN }}', branch: '${{ github.ref }}' }
        """

    private func repository(_ site: Site) throws -> String {
        let path = try site.repository(steps: steps)
        try site.write(
            ["old.txt": "old\n", "gone.txt": "x\n", "dir/deep.txt": "deep\n", ".gitignore": "*.log\n"],
            to: path
        )
        try site.git("add", "-A", in: path)
        try site.git("commit", "-q", "-m", "second", in: path)
        return path
    }

    @Test func aCleanBranchMovesWithItsFilesAndOthersStay() throws {
        let site = try Site()
        let path = try repository(site)
        try site.write(["mine.txt": "untracked\n", "notes.log": "ignored\n"], to: path)
        let done = try site.push(
            "--env",
            "CHANGE=echo new > old.txt; git rm -q gone.txt; mkdir -p a/b; echo made > a/b/made.txt; chmod +x dir/deep.txt",
            in: path
        )
        #expect(done.status == 0, "\(done.log)")
        #expect(try site.git("log", "-1", "--format=%s %an", in: path) == "made bot")
        #expect(try site.git("status", "--porcelain", in: path) == "?? mine.txt")
        #expect(
            try site.text(of: "\(path)/old.txt") == "new\n"
                && site.text(of: "\(path)/a/b/made.txt") == "made\n"
        )
        #expect(
            !site.exists("\(path)/gone.txt")
                && FileManager.default.isExecutableFile(atPath: "\(path)/dir/deep.txt")
        )
        #expect(
            try site.text(of: "\(path)/mine.txt") == "untracked\n"
                && site.text(of: "\(path)/notes.log") == "ignored\n"
        )
        #expect(try site.git("symbolic-ref", "HEAD", in: path) == "refs/heads/main")
        #expect(try site.git("fsck", "--strict", in: path).isEmpty)
    }

    @Test(arguments: [
        ("a changed file", "echo mine > old.txt", "old.txt"),
        ("a staged file", "echo mine > s.txt; git add s.txt", "s.txt"),
        ("a removed file", "rm dir/deep.txt", "dir/deep.txt"),
        ("an untracked file in the way", "mkdir a; echo mine > a/made.txt", "a/made.txt"),
        ("an ignored file in the way", "echo mine > made.log", "made.log"),
        ("a file in the place of a folder", "echo mine > a", "`a`"),
        ("an ignored folder in the place of a file", "mkdir made.log; echo mine > made.log/x", "made.log"),
        ("a link in the place of a folder", "mv dir ../elsewhere; ln -s ../elsewhere dir", "dir"),
        (
            "a changed file that git was told to take as unchanged",
            "git update-index --assume-unchanged old.txt; echo mine > old.txt", "old.txt"
        ),
        (
            "a changed file that git was told to leave out",
            "git update-index --skip-worktree old.txt; echo mine > old.txt", "old.txt"
        ),
        ("git at work", "touch .git/index.lock", "another process of git"),
    ])
    func aBranchWithWorkInTheWayIsLeftAsItIs(_ name: String, _ work: String, _ word: String) throws {
        let site = try Site()
        let path = try repository(site)
        let shell = try SiteProcess(
            "/usr/bin/env",
            ["bash", "-ec", work],
            in: path,
            environment: site.environment
        ).wait(seconds: 30)
        #expect(shell.status == 0, "\(shell.errors)")
        let head = try site.git("rev-parse", "HEAD", in: path)
        let status = try site.git("--no-optional-locks", "status", "--porcelain", in: path)
        func files() throws -> [String: String] {
            // The index may be refreshed, and objects of the refused commit may be there: they harm nobody.
            try site.contents(of: path).filter {
                !$0.key.hasPrefix(".git/") || $0.key.hasPrefix(".git/refs/heads")
            }
        }
        let before = try files()
        let done = try site.push(
            "--env",
            "CHANGE=mkdir a; echo made > a/made.txt; echo new > old.txt; echo new > dir/deep.txt; echo made > made.log; git add -f made.log",
            in: path
        )
        #expect(done.status == 1, "\(done.log)")
        #expect(done.log.contains { $0.contains("could not push") && $0.contains(word) }, "\(done.log)")
        #expect(try site.git("rev-parse", "HEAD", in: path) == head)
        #expect(try site.git("--no-optional-locks", "status", "--porcelain", in: path) == status)
        #expect(try files() == before)
        #expect(try site.run(in: path)["conclusion"].text == "failure")
    }

    @Test func aBranchThatIsNotCheckedOutMovesAlone() throws {
        let site = try Site()
        let path = try repository(site)
        try site.git("branch", "topic", in: path)
        try site.write(["old.txt": "work in progress\n"], to: path)
        let before = try site.contents(of: path).filter { !$0.key.hasPrefix(".git/") }
        let done = try site.push("--ref", "topic", "--env", "CHANGE=echo new > old.txt", in: path)
        #expect(done.status == 0, "\(done.log)")
        #expect(try site.git("log", "-1", "--format=%s", "topic", in: path) == "made")
        #expect(try site.git("log", "-1", "--format=%s", "main", in: path) == "second")
        #expect(try site.contents(of: path).filter { !$0.key.hasPrefix(".git/") } == before)
    }

    @Test func aPushInTheMiddleOfAMergeIsRefused() throws {
        let site = try Site()
        let path = try repository(site)
        try site.write([".git/MERGE_HEAD": try site.git("rev-parse", "HEAD", in: path) + "\n"], to: path)
        let done = try site.push("--env", "CHANGE=echo new > old.txt", in: path)
        #expect(done.status == 1 && done.log.contains { $0.contains("merge") }, "\(done.log)")
        #expect(try site.text(of: "\(path)/old.txt") == "old\n")
    }

    @Test func aPushInTheMiddleOfARebaseIsRefused() throws {
        let site = try Site()
        let path = try repository(site)
        let main = try site.git("rev-parse", "main", in: path)
        #expect(throws: SiteError.self) {
            try site.git("rebase", "-q", "--exec", "false", "HEAD~1", in: path)
        }
        let done = try site.push("--ref", "main", "--env", "CHANGE=echo new > old.txt", in: path)
        #expect(done.status == 1 && done.log.contains { $0.contains("rebase") }, "\(done.log)")
        #expect(try site.git("rev-parse", "main", in: path) == main)
        try site.git("rebase", "--continue", in: path)
        #expect(try site.git("rev-parse", "HEAD", in: path) == main)
        #expect(try site.git("symbolic-ref", "HEAD", in: path) == "refs/heads/main")
    }

    @Test func aPushInTheMiddleOfASearchIsRefused() throws {
        let site = try Site()
        let path = try repository(site)
        let main = try site.git("rev-parse", "main", in: path)
        try site.git("bisect", "start", "main", "main~1", in: path)
        try site.git("checkout", "-q", "main~1", in: path)
        let done = try site.push("--ref", "main", "--env", "CHANGE=echo new > old.txt", in: path)
        #expect(done.status == 1, "\(done.log)")
        #expect(
            done.log.contains { $0.contains("could not push") && $0.contains("under way") },
            "\(done.log)"
        )
        #expect(try site.git("rev-parse", "main", in: path) == main)
    }

    @Test func aDetachedHeadStaysWhereItIs() throws {
        let site = try Site()
        let path = try repository(site)
        try site.git("checkout", "-q", "--detach", in: path)
        let head = try site.git("rev-parse", "HEAD", in: path)
        try site.write(["old.txt": "work in progress\n"], to: path)
        let before = try site.contents(of: path).filter { !$0.key.hasPrefix(".git/") }
        let done = try site.push("--ref", "main", "--env", "CHANGE=echo new > old.txt", in: path)
        #expect(done.status == 0, "\(done.log)")
        #expect(try site.git("log", "-1", "--format=%s", "main", in: path) == "made")
        #expect(try site.git("rev-parse", "HEAD", in: path) == head)
        #expect(try site.contents(of: path).filter { !$0.key.hasPrefix(".git/") } == before)
    }

    @Test func aBranchOfALinkedWorkingFolderMovesWithTheFilesThere() throws {
        let site = try Site()
        let path = try repository(site)
        let linked = "\(site.folder)/linked"
        try site.git("worktree", "add", "-q", "-b", "topic", linked, in: path)
        try site.write(["old.txt": "work in progress\n"], to: path)
        let before = try site.contents(of: path).filter { !$0.key.hasPrefix(".git/") }
        let done = try site.push("--ref", "topic", "--env", "CHANGE=echo new > old.txt", in: path)
        #expect(done.status == 0, "\(done.log)")
        #expect(try site.text(of: "\(linked)/old.txt") == "new\n")
        #expect(try site.git("status", "--porcelain", in: linked).isEmpty)
        #expect(try site.git("log", "-1", "--format=%s", in: linked) == "made")
        #expect(try site.contents(of: path).filter { !$0.key.hasPrefix(".git/") } == before)
        // And so from the linked one itself, as long as it is clean.
        let own = try site.push("--env", "CHANGE=echo own > old.txt", in: linked)
        #expect(own.status == 0, "\(own.log)")
        #expect(try site.text(of: "\(linked)/old.txt") == "own\n")
        try site.write(["old.txt": "mine\n"], to: linked)
        for folder in [path, linked] {
            let refused = try site.push("--ref", "topic", "--env", "CHANGE=echo other > old.txt", in: folder)
            #expect(refused.status == 1, "\(refused.log)")
            #expect(refused.log.contains { $0.contains("could not push") && $0.contains("old.txt") })
            #expect(try site.text(of: "\(linked)/old.txt") == "mine\n")
        }
    }

    /// A step's own `git push` into the repository that has no origin.
    private func plainPush(_ site: Site) throws -> String {
        let path = try site.repository(
            steps: """
                - uses: actions/checkout@v4
                - run: |
                    git config user.name bot; git config user.email bot@example.org
                    echo new > old.txt; mkdir a; echo made > a/made.txt; git add -A; git commit -q -m made; git push
                """
        )
        try site.write(["old.txt": "old\n"], to: path)
        try site.git("add", "-A", in: path)
        try site.git("commit", "-q", "-m", "second", in: path)
        return path
    }

    @Test func aGitPushOfAStepMovesACleanBranchWithItsFiles() throws {
        let site = try Site()
        let path = try plainPush(site)
        let before = try site.text(of: "\(path)/.git/config")
        let done = try site.push(in: path)
        #expect(done.status == 0, "\(done.log)")
        #expect(try site.git("log", "-1", "--format=%s", in: path) == "made")
        #expect(try site.git("status", "--porcelain", in: path).isEmpty)
        #expect(try site.text(of: "\(path)/a/made.txt") == "made\n")
        #expect(try site.text(of: "\(path)/.git/config") == before)
    }

    @Test(arguments: [("old.txt", "mine\n"), ("a/made.txt", "mine\n")])
    func aGitPushOfAStepIsRefusedWhereWorkIsInTheWay(_ name: String, _ text: String) throws {
        let site = try Site()
        let path = try plainPush(site)
        try site.write([name: text], to: path)
        let done = try site.push(in: path)
        #expect(done.status == 1 && done.log.contains { $0.contains("rejected") }, "\(done.log)")
        #expect(try site.git("log", "-1", "--format=%s", in: path) == "second")
        #expect(try site.text(of: "\(path)/\(name)") == text)
    }

    @Test(arguments: [
        ("pre-receive", "read -r old new ref; echo \"no $ref: $(git log -1 --format=%s $new)\" >&2; exit 1"),
        ("update", "echo \"no $1: $(git log -1 --format=%s $3)\"; exit 1"),
        ("update", "kill -9 $$"),
    ])
    func aRemoteThatRefusesIsToldInItsWords(_ hook: String, _ script: String) throws {
        let site = try Site()
        let path = try repository(site)
        let origin = "\(site.folder)/origin.git"
        try site.git("clone", "-q", "--bare", path, origin, in: site.folder)
        try site.git("remote", "add", "origin", origin, in: path)
        try site.git("fetch", "-q", in: path)
        try site.write(["hooks/\(hook)": "#!/bin/sh\n\(script)\n"], to: origin)
        chmod("\(origin)/hooks/\(hook)", 0o755)
        let refs = try site.git("for-each-ref", in: origin)
        let files = try site.contents(of: path).filter { !$0.key.hasPrefix(".git/") }
        let done = try site.push("--env", "CHANGE=echo new > old.txt", in: path)
        #expect(done.status == 1, "\(done.log)")
        let told = done.log.first { $0.contains("could not push") } ?? ""
        #expect(told.contains("the \(hook) hook declined"), "\(done.log)")
        if script.contains("no ") { #expect(told.contains("no refs/heads/main: made"), "\(told)") }
        #expect(try site.git("for-each-ref", in: origin) == refs)
        #expect(try site.contents(of: path).filter { !$0.key.hasPrefix(".git/") } == files)
        // The commit is not lost with the job's folder.
        #expect(told.contains("kept as `refs/flowrun/unpushed/run-1` in `\(path)`"), "\(told)")
        #expect(try site.git("log", "-1", "--format=%s", "refs/flowrun/unpushed/run-1", in: path) == "made")
    }

    @Test func aRemoteTellsItsHooksOfWhatItTook() throws {
        let site = try Site()
        let path = try repository(site)
        let origin = "\(site.folder)/origin.git"
        try site.git("clone", "-q", "--bare", path, origin, in: site.folder)
        try site.git("remote", "add", "origin", origin, in: path)
        try site.git("fetch", "-q", in: path)
        let script =
            "#!/bin/sh\nread -r old new ref; echo \"$ref $(git log -1 --format=%s $new) $(pwd)\" > told; exit 1\n"
        try site.write(["hooks/post-receive": script], to: origin)
        chmod("\(origin)/hooks/post-receive", 0o755)
        let done = try site.push("--env", "CHANGE=echo new > old.txt", in: path)
        #expect(done.status == 0, "\(done.log)")
        #expect(try site.text(of: "\(origin)/told") == "refs/heads/main made \(origin)\n")
    }
}
