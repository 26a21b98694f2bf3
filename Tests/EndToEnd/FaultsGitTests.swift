import Foundation
import Testing

/// Repositories that are made to mislead who checks them out, and pushes of very many refs.
struct FaultsGitTests {
    /// Where the submodule is, so that its files or its repository would come to lie among the hooks of git.
    enum Shape: String, CaseIterable, Sendable {
        /// `a` is a link to `.git`, and the submodule is in `A/modules/x`: one folder, where case does not count.
        case byCase
        /// One tree has both the link `a` and a folder `a` with the submodule in it.
        case twice
        /// The submodule lies in `.git/hooks`.
        case inside
        /// Its name leads out of where git keeps submodules.
        case byName
    }

    @Test("G13: no hook of a repository's making runs", arguments: Shape.allCases)
    func noHookOfARepositorysMakingRuns(_ shape: Shape) throws {
        let site = try Site()
        try site.git("config", "--global", "protocol.file.allow", "always", in: site.folder)
        let canary = "\(site.folder)/PWNED"
        let hook = "#!/bin/sh\ntouch \(canary)\n"
        // It lies where each shape would have it found.
        let files = ["post-checkout", "hooks/post-checkout", "y/hooks/post-checkout"]
        let part = try site.repository(
            Dictionary(uniqueKeysWithValues: files.map { ($0, hook) }),
            named: "part"
        )
        for file in files { try site.git("update-index", "--chmod=+x", file, in: part) }
        try site.git("commit", "-q", "--amend", "-m", "hooks", in: part)
        let repository = try site.repository(
            steps: """
                - uses: actions/checkout@v4
                  with: { submodules: recursive }
                - { if: always(), run: 'git checkout -q -f HEAD || true; git submodule foreach "git checkout -q -f HEAD" || true' }
                - { if: always(), run: 'test ! -e .git/hooks/post-checkout -a ! -e ../x -a ! -e ../../x && echo clean' }
                """
        )
        try commit(shape, of: try site.git("rev-parse", "HEAD", in: part), in: repository, site)
        let done = try site.push(in: repository)
        #expect(done.log.contains("clean"), "\(done.everything)")
        #expect(!site.exists(canary), "\(done.everything)")
        // Where names that differ by case are two, there is nothing wrong with it.
        if shape == .byCase { #expect(done.status == 0, "\(done.everything)") }
    }

    /// Makes the newest commit of `main` one of that shape, by objects that git itself would not write.
    private func commit(_ shape: Shape, of part: String, in repository: String, _ site: Site) throws {
        let script = """
            import subprocess, sys
            shape, part = sys.argv[1:]
            def git(*words, data=None):
                done = subprocess.run(("git",) + words, input=data, capture_output=True, check=True)
                return done.stdout.decode().strip()
            def blob(text): return git("hash-object", "-w", "--stdin", data=text.encode())
            def tree(*entries):
                raw = b"".join(("%s %s" % (mode, name)).encode() + b"\\0" + bytes.fromhex(id) for mode, name, id in entries)
                return git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", data=raw)
            path = {"byCase": "A/modules/x", "twice": "a/modules/x", "inside": ".git/hooks", "byName": "sub"}[shape]
            name = "../../x" if shape == "byName" else path
            settings = '[submodule "%s"]\\n\\tpath = %s\\n\\turl = ../part\\n' % (name, path)
            names = path.split("/")
            node = ("160000", names.pop(), part)
            while names: node = ("40000", names.pop(), tree(node))
            entries = [("40000", ".github", git("rev-parse", "HEAD:.github")), ("100644", ".gitmodules", blob(settings)), node]
            if shape in ("byCase", "twice"): entries.append(("120000", "a", blob(".git")))
            made = tree(*sorted(entries, key=lambda each: each[1] + ("/" if each[0] == "40000" else "")))
            git("update-ref", "refs/heads/main", git("commit-tree", "-p", "HEAD", "-m", "trap", made))
            """
        let made = try SiteProcess(
            "/usr/bin/env",
            ["python3", "-c", script, shape.rawValue, part],
            in: repository,
            environment: site.environment
        ).wait()
        try #require(made.status == 0, "\(made.errors)")
    }

    @Test("G18: the hook takes ten thousand refs in no time, and bounds what comes of them")
    func theHookTakesTenThousandRefs() throws {
        let house = try DaemonSite()
        let site = house.site
        let repository = try site.repository(steps: "- run: 'true'")
        let bare = "\(site.folder)/team.git"
        try site.git("clone", "-q", "--bare", repository, bare, in: site.folder)
        try site.flowrun("hooks", "install", in: bare)
        let tip = try site.git("rev-parse", "HEAD", in: repository)
        let lines = (1...10_000).map { "\(String(repeating: "0", count: 40)) \(tip) refs/heads/b\($0)\n" }
        try site.write(["lines": lines.joined()], to: site.folder)
        // As git calls it; what is counted is its own time and not that of others at the same moment.
        let done = try SiteProcess(
            "/bin/bash",
            ["-c", "TIMEFORMAT='%U %S'; time hooks/post-receive < ../lines"],
            in: bare,
            environment: site.environment
        ).wait(seconds: 60)
        #expect(done.status == 0, "\(done.everything)")
        let times = done.errors.split(separator: "\n").last?.split(separator: " ").compactMap { Double($0) }
        #expect(try #require(times).reduce(0, +) < 2, "\(done.errors)")
        let counts = try house.rows("SELECT status, count(*) FROM events GROUP BY 1 ORDER BY 1")
        #expect(counts == ["pending|100", "refused|9950"])
        #expect(
            try house.rows("SELECT DISTINCT reason FROM events WHERE status = 'refused'")
                == ["more than 50 refs were pushed at once"]
        )
    }
}
