import Foundation
import Testing

/// `flowrun hooks`: what git tells, and what comes of it.
struct HooksTests {
    private let house: DaemonSite
    private var site: Site { house.site }

    init() throws { house = try DaemonSite() }

    private static let workflow = """
        on: push
        jobs:
          a:
            runs-on: ubuntu-latest
            env: { MESSAGE: '${{ github.event.head_commit.message }}' }
            steps:
              - name: tell
                run: |
                  echo "moved: ${{ github.ref }} ${{ github.event.created }} ${{ github.event.forced }} $MESSAGE"
              - uses: actions/checkout@v4
              - run: test ! -e broken
        """

    private func repository() throws -> String {
        try site.repository([".github/workflows/w.yml": Self.workflow, "file": "one"])
    }

    private func commit(_ files: [String: String], _ message: String, in repository: String) throws {
        try site.write(files, to: repository)
        try site.git("add", "-A", in: repository)
        try site.git("commit", "-q", "-m", message, in: repository)
    }

    private func events() throws -> [String] {
        try house.rows("SELECT name, source, status, json_extract(event, '$.ref') FROM events ORDER BY id")
    }

    private func executable(_ path: String, _ text: String, mode: Int = 0o755) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    // MARK: Files

    @Test("hooks that were there still run, and are put back byte for byte")
    func keepsOthers() throws {
        let repository = try repository()
        let hook = "\(repository)/.git/hooks/post-commit"
        let text = "#!/bin/sh\necho mine >> '\(site.folder)/mine'\nexit 1\n"
        try executable(hook, text, mode: 0o750)
        let installed = try site.flowrun("hooks", "install", in: repository)
        #expect(installed.status == 0, "\(installed.everything)")
        #expect(try site.flowrun("hooks", "install", in: repository).status == 0)
        let status = try site.flowrun("hooks", "status", in: repository)
        #expect(
            status.status == 0 && status.output.contains("after the hook that was there"),
            "\(status.everything)"
        )
        try commit(["file": "two"], "second", in: repository)
        #expect(try String(contentsOfFile: "\(site.folder)/mine", encoding: .utf8) == "mine\n")
        #expect(try events() == ["push|hook|pending|refs/heads/main"])
        #expect(try site.flowrun("repo", "list", in: repository).output == "\(repository)\n")
        #expect(try site.flowrun("hooks", "uninstall", in: repository).status == 0)
        #expect(try String(contentsOfFile: hook, encoding: .utf8) == text)
        let mode = try FileManager.default.attributesOfItem(atPath: hook)[.posixPermissions] as? Int
        #expect(mode == 0o750)
        let left = try FileManager.default.contentsOfDirectory(atPath: "\(repository)/.git/hooks")
        #expect(!left.contains { $0.contains("flowrun") || $0 == "pre-push" || $0 == "post-merge" })
        #expect(try site.flowrun("hooks", "uninstall", in: repository).status == 2)
        #expect(try site.flowrun("hooks", "status", in: repository).status == 1)
    }

    @Test("a hook that leads nowhere yet is somebody's, and a failed install leaves the one that was there")
    func losesNone() throws {
        let repository = try repository()
        let hooks = "\(repository)/.git/hooks"
        try FileManager.default.createSymbolicLink(
            atPath: "\(hooks)/post-commit",
            withDestinationPath: "../../tools/not-yet"
        )
        #expect(try site.flowrun("hooks", "install", in: repository).status == 0)
        #expect(try site.flowrun("hooks", "uninstall", in: repository).status == 0)
        let target = try FileManager.default.destinationOfSymbolicLink(atPath: "\(hooks)/post-commit")
        #expect(target == "../../tools/not-yet")
        // Ours cannot be written.
        try FileManager.default.removeItem(atPath: "\(hooks)/post-commit")
        try executable("\(hooks)/post-commit", "#!/bin/sh\n")
        try FileManager.default.createDirectory(
            atPath: "\(hooks)/post-commit.new",
            withIntermediateDirectories: false
        )
        #expect(try site.flowrun("hooks", "install", in: repository).status == 3)
        #expect(try String(contentsOfFile: "\(hooks)/post-commit", encoding: .utf8) == "#!/bin/sh\n")
        // Cut short after the other was moved.
        try FileManager.default.removeItem(atPath: "\(hooks)/post-commit.new")
        try FileManager.default.moveItem(
            atPath: "\(hooks)/post-commit",
            toPath: "\(hooks)/post-commit.before-flowrun"
        )
        #expect(try site.flowrun("hooks", "uninstall", in: repository).status == 0)
        #expect(try String(contentsOfFile: "\(hooks)/post-commit", encoding: .utf8) == "#!/bin/sh\n")
    }

    @Test("core.hooksPath is followed within the repository, and refused outside of it")
    func followsHooksPath() throws {
        let repository = try repository()
        try site.git("config", "core.hooksPath", ".githooks", in: repository)
        let installed = try site.flowrun("hooks", "install", in: repository)
        #expect(installed.output.contains("\(repository)/.githooks/pre-push"), "\(installed.everything)")
        try commit(["file": "two"], "second", in: repository)
        #expect(try events().count == 1)
        try site.git("config", "core.hooksPath", "\(site.folder)/everybody", in: repository)
        let refused = try site.flowrun("hooks", "install", in: repository)
        #expect(refused.status == 2 && refused.errors.contains("outside of this repository"))
        #expect(!FileManager.default.fileExists(atPath: "\(site.folder)/everybody"))
    }

    @Test("a program that is gone keeps nobody from working")
    func survivesItsProgram() throws {
        let repository = try repository()
        try site.flowrun("hooks", "install", in: repository)
        for name in ["post-commit", "pre-push", "post-merge"] {
            let path = "\(repository)/.git/hooks/\(name)"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try executable(path, text.replacing(Site.binary, with: "/nowhere/flowrun"))
        }
        try commit(["file": "two"], "second", in: repository)
        try site.git("clone", "-q", "--bare", repository, "\(site.folder)/other.git", in: site.folder)
        try site.git("push", "-q", "\(site.folder)/other.git", "main:copy", in: repository)
        #expect(try site.flowrun("hooks", "status", in: repository).output.contains("is gone"))
    }

    // MARK: Commits

    @Test("commits, amended ones and merges are pushes of their branch, run by the daemon")
    func commits() throws {
        let repository = try repository()
        try site.flowrun("hooks", "install", in: repository)
        let waiting = try SiteProcess(
            "/usr/bin/env",
            ["git", "commit", "-q", "--allow-empty", "-m", "waits $(touch \(site.folder)/canary)"],
            in: repository,
            environment: site.environment
        ).wait()
        #expect(
            waiting.status == 0 && waiting.errors.contains("no daemon works now"),
            "\(waiting.everything)"
        )
        try house.up()
        try house.ended("1")
        #expect(try house.log("1").contains("moved: refs/heads/main false false waits $(touch"))
        #expect(!FileManager.default.fileExists(atPath: "\(site.folder)/canary"))
        try site.git("commit", "-q", "--amend", "--allow-empty", "-m", "amended", in: repository)
        try house.ended("2")
        #expect(try house.log("2").contains("moved: refs/heads/main false true amended"))
        try site.git("checkout", "-q", "-b", "side", in: repository)
        try commit(["file": "side"], "on the side", in: repository)
        try house.ended("3")
        #expect(try house.log("3").contains("moved: refs/heads/side"))
        try site.git("checkout", "-q", "main", in: repository)
        try site.git("merge", "-q", "--no-ff", "-m", "merged", "side", in: repository)
        try house.ended("4")
        #expect(try house.log("4").contains("moved: refs/heads/main false false merged"))
        // A detached HEAD is nobody's branch.
        try site.git("checkout", "-q", "--detach", in: repository)
        try site.git("commit", "-q", "--allow-empty", "-m", "nowhere", in: repository)
        try site.git("checkout", "-q", "main", in: repository)
        try site.git("commit", "-q", "--allow-empty", "-m", "nothing [skip ci]", in: repository)
        try Wait.until("all events are dealt with") {
            try house.rows("SELECT COUNT(*) FROM events WHERE status = 'pending'") == ["0"]
        }
        #expect(try house.rows("SELECT COUNT(*) FROM runs") == ["4"])
    }

    @Test("with --now the workflows run in the foreground")
    func runsHere() throws {
        let repository = try repository()
        try site.flowrun("hooks", "install", "--now", in: repository)
        try commit(["file": "two"], "second", in: repository)
        #expect(try house.rows("SELECT conclusion FROM runs") == ["success"])
        #expect(try house.rows("SELECT COUNT(*) FROM events") == ["0"])
    }

    // MARK: Pushes

    @Test("a push that would fail is refused, and what is green already does not run again")
    func guardsPushes() throws {
        let repository = try repository()
        try site.git("init", "-q", "--bare", "\(site.folder)/origin.git", in: site.folder)
        try site.git("remote", "add", "origin", "\(site.folder)/origin.git", in: repository)
        try site.flowrun("hooks", "install", in: repository)
        try site.git("push", "-q", "origin", "main", in: repository)
        #expect(try house.rows("SELECT conclusion FROM runs") == ["success"])
        // The same files under another branch's name.
        try site.git("push", "-q", "origin", "main:copy", in: repository)
        #expect(try house.rows("SELECT COUNT(*) FROM runs") == ["1"])
        try commit(["broken": ""], "broken", in: repository)
        let pushed = try SiteProcess(
            "/usr/bin/env",
            ["git", "push", "-q", "origin", "main"],
            in: repository,
            environment: site.environment
        ).wait()
        #expect(pushed.status != 0 && pushed.everything.contains("broken"), "\(pushed.everything)")
        let origin = "\(site.folder)/origin.git"
        #expect(try site.git("log", "-1", "--format=%s", "main", in: origin) == "first")
        try site.git("push", "-q", "--no-verify", "origin", "main", in: repository)
        #expect(try site.git("log", "-1", "--format=%s", "main", in: origin) == "broken")
        // A branch that goes runs nothing.
        let runs = try house.rows("SELECT COUNT(*) FROM runs")
        try site.git("push", "-q", "origin", ":copy", in: repository)
        #expect(try house.rows("SELECT COUNT(*) FROM runs") == runs)
    }

    @Test("G16: a bare repository hands over what it receives, with or without a daemon")
    func receives() throws {
        let repository = try repository()
        let bare = "\(site.folder)/team.git"
        try site.git("clone", "-q", "--bare", repository, bare, in: site.folder)
        let installed = try site.flowrun("hooks", "install", in: bare)
        #expect(installed.output == "\(bare)/hooks/post-receive\n", "\(installed.everything)")
        try site.git("remote", "add", "origin", bare, in: repository)
        try commit(["file": "two"], "second", in: repository)
        try site.git("tag", "v1", in: repository)
        try site.git(
            "push",
            "-q",
            "origin",
            "main",
            "v1",
            "main:refs/heads/new",
            "main:refs/notes/x",
            in: repository
        )
        let told = try events().sorted()
        #expect(
            told == [
                "create|hook|pending|refs/heads/new", "create|hook|pending|refs/tags/v1",
                "push|hook|pending|refs/heads/main", "push|hook|pending|refs/heads/new",
                "push|hook|pending|refs/tags/v1",
            ]
        )
        try house.up()
        try Wait.until("three runs have ended") {
            try house.rows("SELECT COUNT(*) FROM runs WHERE conclusion = 'success'") == ["3"]
        }
        for tag in ["t1", "t2", "t3", "t4"] { try site.git("tag", tag, in: repository) }
        try site.git("push", "-q", "origin", "--tags", in: repository)
        let many = try house.rows("SELECT DISTINCT reason FROM events WHERE status = 'refused'")
        #expect(many == ["more than 3 tags were pushed at once"])
    }

    @Test("G18: a push of a thousand refs is quick, and bounded")
    func manyRefs() throws {
        let repository = try repository()
        let bare = "\(site.folder)/team.git"
        try site.git("clone", "-q", "--bare", repository, bare, in: site.folder)
        try site.flowrun("hooks", "install", in: bare)
        try site.git("remote", "add", "origin", bare, in: repository)
        let tip = try site.git("rev-parse", "HEAD", in: repository)
        let refs = (1...1000).map { "create refs/heads/b\($0) \(tip)\n" }.joined()
        let made = try SiteProcess(
            "/usr/bin/env",
            ["git", "update-ref", "--stdin"],
            in: repository,
            environment: site.environment,
            input: refs
        ).wait()
        try #require(made.status == 0)
        try site.git("push", "-q", "origin", "--all", in: repository)
        let counts = try house.rows("SELECT status, COUNT(*) FROM events GROUP BY 1 ORDER BY 1")
        #expect(counts == ["pending|100", "refused|950"])
    }

    @Test(
        "what a job pushes or commits starts nothing by itself, whatever environment it gives git",
        arguments: ["", "env -i PATH=\"$PATH\" ", "exec env -i PATH=\"$PATH\" "]
    )
    func ignoresJobs(before git: String) throws {
        let repository = try site.repository([
            ".github/workflows/w.yml": """
            on: push
            jobs:
              a:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v4
                  - run: |
                      git config user.name bot && git config user.email bot@example.org
                      git commit -q --allow-empty -m 'by a job' && \(git)git push -q origin HEAD:main
            """
        ])
        let bare = "\(site.folder)/team.git"
        try site.git("clone", "-q", "--bare", repository, bare, in: site.folder)
        try site.git("remote", "add", "origin", bare, in: repository)
        try site.flowrun("hooks", "install", in: bare)
        let ran = try site.flowrun("trigger", "push", in: repository)
        #expect(ran.status == 0, "\(ran.everything)")
        #expect(try site.git("log", "-1", "--format=%s", "main", in: bare) == "by a job")
        #expect(try events().isEmpty)
    }
}
