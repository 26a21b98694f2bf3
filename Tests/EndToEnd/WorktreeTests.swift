import Foundation
import Testing

/// Linked working folders (`git worktree add`): they belong to their repository, and each runs what lies in it.
struct WorktreeTests {
    private let house: DaemonSite
    private var site: Site { house.site }

    init() throws { house = try DaemonSite() }

    private static func workflow(_ name: String) -> String {
        """
        name: \(name)
        on: [push, workflow_dispatch]
        jobs:
          a:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v4
              - run: echo "on ${{ github.ref_name }} of ${{ github.repository }} is $(cat file) ${{ secrets.WORD }}"
        """
    }

    /// A repository with a linked working folder on the branch `side`, which has other files.
    private func repository() throws -> (main: String, linked: String) {
        let main = try site.repository([".github/workflows/w.yml": Self.workflow("Main"), "file": "one"])
        let linked = "\(site.folder)/linked"
        try site.git("worktree", "add", "-q", "-b", "side", linked, in: main)
        try site.write([".github/workflows/w.yml": Self.workflow("Side"), "file": "two"], to: linked)
        try commit("aside", in: linked)
        return (main, linked)
    }

    private func commit(_ message: String, in folder: String) throws {
        try site.git("add", "-A", in: folder)
        try site.git("commit", "-q", "--allow-empty", "-m", message, in: folder)
    }

    private func runs(_ columns: String) throws -> [String] {
        try house.rows("SELECT \(columns) FROM runs ORDER BY id")
    }

    @Test("a run is of the branch and the files where it was asked for, and is the repository's")
    func runsWhereItStands() throws {
        let (main, linked) = try repository()
        let user = site.environment["USER"] ?? NSUserName()
        for command in [["trigger", "push"], ["dispatch", "side"]] {
            let ran = try site.start(command + ["--format", "json"], in: linked).wait()
            #expect(ran.status == 0, "\(ran.everything)")
            #expect(ran.log.contains { $0.hasPrefix("on side of \(user)/repo is two") }, "\(ran.log)")
        }
        let ran = try site.flowrun("dispatch", "main", "--format", "json", in: main)
        #expect(ran.log.contains { $0.hasPrefix("on main of \(user)/repo is one") }, "\(ran.everything)")
        #expect(
            try runs("repository, head_branch, name, run_number") == [
                "\(main)|side|Side|1", "\(main)|side|Side|2", "\(main)|main|Main|3",
            ]
        )
        let listed = try site.flowrun("run", "list", "--json", in: linked)
        #expect(try site.flowrun("run", "list", "--json", in: main).output == listed.output)
        #expect(listed.output.contains(#""head_branch":"side""#), "\(listed.everything)")
    }

    @Test("its files, its uncommitted changes and its flowrun.yaml count")
    func readsItsOwnFiles() throws {
        let (_, linked) = try repository()
        try site.write(
            ["file": "three", "other.yml": Self.workflow("Other")],
            to: linked
        )
        let dirty = try site.flowrun("dispatch", "side", "--worktree", "--format", "json", in: linked)
        #expect(dirty.log.contains { $0.hasPrefix("on side") && $0.contains(" is three") }, "\(dirty.log)")
        let given = try site.flowrun("dispatch", "-W", "other.yml", "other", "--format", "json", in: linked)
        #expect(
            given.status == 0 && given.runs.first?["path"] as? String == "other.yml",
            "\(given.everything)"
        )
        try site.write(["flowrun.yaml": "nonsense: true\n"], to: linked)
        let refused = try site.flowrun("dispatch", "side", in: linked)
        #expect(
            refused.status == 2 && refused.errors.contains("\(linked)/flowrun.yaml"),
            "\(refused.everything)"
        )
    }

    @Test("hooks are installed once, and tell of the working folder that git works in")
    func hooks() throws {
        let (main, linked) = try repository()
        let installed = try site.flowrun("hooks", "install", in: linked)
        #expect(installed.output.contains("\(main)/.git/hooks/post-commit"), "\(installed.everything)")
        #expect(try site.flowrun("hooks", "status", in: main).status == 0)
        #expect(try site.flowrun("repo", "list", in: main).output == "\(main)\n")
        try commit("here", in: main)
        try commit("there", in: linked)
        let told = try house.rows(
            "SELECT repository, json_extract(event, '$.ref'), json_extract(event, '$.sha') FROM events ORDER BY id"
        )
        let (here, there) = try (
            site.git("rev-parse", "HEAD", in: main), site.git("rev-parse", "HEAD", in: linked)
        )
        #expect(told == ["\(main)|refs/heads/main|\(here)", "\(main)|refs/heads/side|\(there)"])
        try site.git("init", "-q", "--bare", "\(site.folder)/origin.git", in: site.folder)
        try site.git("remote", "add", "origin", "\(site.folder)/origin.git", in: main)
        try site.git("push", "-q", "origin", "side", in: linked)
        #expect(try runs("repository, head_branch, conclusion") == ["\(main)|side|success"])
        // What was green in one working folder is so in the other.
        try site.git("push", "-q", "origin", "side:again", in: main)
        #expect(try runs("id").count == 1)
        // A hooks folder of the main working folder is this repository's own.
        try site.git("config", "core.hooksPath", "\(main)/.hooks", in: main)
        #expect(try site.flowrun("hooks", "install", in: linked).status == 0)
        #expect(try site.flowrun("hooks", "uninstall", in: main).status == 0)
    }

    @Test("what was handed over from a working folder that is removed runs all the same")
    func survivesItsRemoval() throws {
        let (main, linked) = try repository()
        let added = try site.flowrun("repo", "add", linked, in: site.folder)
        #expect(added.output == "added \(main)\n", "\(added.everything)")
        let secret = try site.flowrun("secret", "set", "WORD", in: linked, input: "hidden")
        try #require(secret.status == 0, "\(secret.everything)")
        #expect(try site.flowrun("secret", "list", in: main).output.contains("WORD"))
        let run = try house.detach("side", in: linked)
        try site.git("worktree", "remove", linked, in: main)
        try house.up()
        #expect(try house.ended(run)["conclusion"] as? String == "success")
        let log = try house.log(run)
        #expect(log.contains("on side of") && log.contains("is two ***"), "\(log)")
        #expect(try site.flowrun("repo", "remove", main, in: site.folder).output == "removed \(main)\n")
    }

    @Test("those of a bare repository are filed under it")
    func ofABareRepository() throws {
        let (main, _) = try repository()
        let bare = "\(site.folder)/project.git"
        let linked = "\(site.folder)/beside"
        try site.git("clone", "-q", "--bare", main, bare, in: site.folder)
        try site.git("remote", "remove", "origin", in: bare)
        try site.git("worktree", "add", "-q", linked, "side", in: bare)
        let installed = try site.flowrun("hooks", "install", in: linked)
        #expect(installed.output.contains("\(bare)/hooks/post-commit"), "\(installed.everything)")
        let ran = try site.flowrun("trigger", "push", "--format", "json", in: linked)
        #expect(ran.status == 0, "\(ran.everything)")
        #expect(try runs("repository, head_branch") == ["\(bare)|side"])
        #expect(try site.flowrun("run", "list", in: bare).output.contains("aside"))
    }

    @Test("what was filed under a linked working folder before is found")
    func findsWhatWasFiledBefore() throws {
        let (main, linked) = try repository()
        try #require(try site.flowrun("secret", "set", "WORD", in: main, input: "mine").status == 0)
        try #require(try site.flowrun("dispatch", "side", in: linked).status == 0)
        let change = "UPDATE %@ SET repository = '\(linked)'"
        let python = """
            import sqlite3, sys
            store = sqlite3.connect(sys.argv[1])
            for table in ("runs", "run_numbers"): store.execute(sys.argv[2].replace("%@", table))
            store.execute("INSERT INTO repositories VALUES (?, 1)", [sys.argv[3]])
            store.commit()
            """
        let done = try SiteProcess(
            "/usr/bin/env",
            ["python3", "-c", python, "\(site.state)/store/flowrun.db", change, linked],
            in: site.folder,
            environment: site.environment
        ).wait()
        try #require(done.status == 0, "\(done.everything)")
        try house.up()
        #expect(try site.flowrun("repo", "list", in: site.folder).output == "\(main)\n")
        #expect(try site.flowrun("run", "list", in: main).output.contains("Side"))
        let again = try site.flowrun("dispatch", "main", "--format", "json", in: main)
        #expect(again.runs.first?["run_number"] as? Int == 2, "\(again.everything)")
    }
}
