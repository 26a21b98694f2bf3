import Foundation
import Testing

/// Commands that only look: `workflow`, `lint`, `eval`, `doctor`, `init`, and what `--help` says.
struct CommandsWorkflowTests {
    @Test func workflowsAreListedWithTriggersAndNextFires() throws {
        let site = try Site()
        let repository = try site.repository([
            ".github/workflows/a.yml": """
            name: Nightly
            on:
              push: { branches: [main] }
              schedule: [ { cron: '30 2 * * *', timezone: Europe/Berlin }, { cron: '0 0 1 * *' } ]
            jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: echo } ] } }
            """,
            ".github/workflows/broken.yml": "on: push\njobs: 7\n",
        ])
        let done = try site.flowrun("workflow", "list", "--json", in: repository)
        let list = try JSON(done.output).list
        let nightly = try #require(list.first { $0["name"].text == "Nightly" })
        #expect(nightly.keys == ["name", "path", "state", "on", "schedules"])
        #expect(nightly["path"].text == ".github/workflows/a.yml" && nightly["state"].text == "active")
        #expect(nightly["on"].texts == ["push", "schedule"])
        let (berlin, first) = (nightly["schedules"][0], nightly["schedules"][1])
        #expect(berlin["cron"].text == "30 2 * * *" && berlin["timezone"].text == "Europe/Berlin")
        let times = berlin["next"].texts
        #expect(times.count >= 3 && times == times.sorted())
        #expect(times.allSatisfy { $0.hasSuffix("T01:30:00Z") || $0.hasSuffix("T00:30:00Z") }, "\(times)")
        #expect(first["timezone"].text == "UTC")
        #expect(first["next"].texts.allSatisfy { $0.hasSuffix("-01T00:00:00Z") })
        #expect(list.contains { $0["path"].text.hasSuffix("broken.yml") && $0["state"].text == "invalid" })
        let table = try site.flowrun("workflow", "list", in: repository).output
        #expect(table.contains("Nightly") && table.contains("push, schedule") && table.contains("invalid"))
        let next = try #require(list.flatMap { $0["schedules"].list.flatMap { $0["next"].texts } }.min())
        #expect(table.contains(" \(next)\n"), "\(table)")
        let view = try site.flowrun("workflow", "view", "nightly", in: repository).output
        #expect(view.contains("on schedule  '30 2 * * *' Europe/Berlin  '0 0 1 * *'\n"), "\(view)")
        #expect(view.components(separatedBy: " 02:30 Europe/Berlin (20").count == 4, "\(view)")
        #expect(view.components(separatedBy: "-01T00:00:00Z\n").count == 4, "\(view)")
    }

    @Test func aWorkflowIsShownWithInputsJobsAndText() throws {
        let site = try Site()
        let text = """
            name: Ship
            on:
              push: { branches: [main, 'rel/**'], paths-ignore: [docs/**] }
              workflow_dispatch:
                inputs: { place: { description: Where to, required: true, type: string } }
            jobs:
              build: { runs-on: ubuntu-latest, steps: [ { name: Compile, run: make } ] }
              test: { needs: build, runs-on: ubuntu-latest, steps: [ { run: make test } ] }
            """
        let repository = try site.repository(workflow: text)
        let view = try site.flowrun("workflow", "view", "ship", in: repository).output
        for part in [
            "Ship  (.github/workflows/ci.yml)", "branches: main, rel/**", "paths-ignore: docs/**",
            "-f place=",
            "required", "Where to", "job build", "Compile", "needs build", "Run make test",
        ] {
            #expect(view.contains(part), "\(part) in\n\(view)")
        }
        #expect(try site.flowrun("workflow", "view", "ship", "--yaml", in: repository).output.contains(text))
        #expect(try site.flowrun("workflow", "view", "nope", in: repository).status == 2)
    }

    /// Three faults of different kinds: an unknown key, an unknown need, an expression that does not parse.
    private let faulty = """
        on: push
        jobs:
          one:
            runs-on: ubuntu-latest
            step:
              - run: echo
            steps:
              - run: echo ${{ github.sha
          two:
            needs: [three]
            runs-on: ubuntu-latest
            steps: [ { run: echo } ]
        """

    @Test func lintTellsAllFaultsAtOnceWithTheirPlaces() throws {
        let site = try Site()
        let repository = try site.repository(workflow: faulty)
        let done = try site.flowrun("lint", in: repository)
        #expect(done.status == 1)
        let heads = done.output.split(separator: "\n").filter { $0.contains(": error: ") }.map(String.init)
        for line in [5, 8, 10] {
            #expect(
                heads.contains { $0.hasPrefix(".github/workflows/ci.yml:\(line):") },
                "line \(line) in\n\(done.output)"
            )
        }
        #expect(heads.allSatisfy { $0.wholeMatch(of: /.*\[[a-z-]+\]/) != nil }, "\(heads)")
        #expect(
            heads.contains { $0.contains("did you mean `steps`?") || $0.contains("did you mean 'steps'?") }
        )
        #expect(done.output.contains("^"))
    }

    @Test func lintSpeaksJSONAndGitHubsCommands() throws {
        let site = try Site()
        let repository = try site.repository(workflow: faulty)
        let json = try site.flowrun("lint", "--format", "json", in: repository)
        #expect(json.status == 1)
        let objects = try json.objects()
        #expect(Set(objects.map { $0["line"].int }).isSuperset(of: [5, 8, 10]))
        for object in objects {
            #expect(object.keys.isSuperset(of: ["file", "line", "column", "severity", "code", "message"]))
        }
        let github = try site.flowrun("lint", "--format", "github", in: repository)
        #expect(github.status == 1)
        let line = try #require(github.output.split(separator: "\n").first { $0.contains("line=5,") })
        let start = "::error file=.github/workflows/ci.yml,line=5,col=5,endColumn=9,title=unknown-key::"
        #expect(line.hasPrefix(start), "\(line)")
    }

    @Test func lintsExitStatusSaysWhetherThereAreFaults() throws {
        let site = try Site()
        let fine = "on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: echo } ] } }\n"
        let repository = try site.repository(
            workflow: fine,
            ["bad.yml": "on: [\n", "docs/x.md": "no workflow"]
        )
        #expect(try site.flowrun("lint", in: repository).everything == "status 0\n")
        #expect(try site.flowrun("lint", "-", in: repository, input: fine).status == 0)
        let piped = try site.flowrun("lint", "-", in: repository, input: "on: push\n")
        #expect(piped.status == 1 && piped.output.hasPrefix("<stdin>:"), "\(piped.everything)")
        #expect(try site.flowrun("lint", "bad.yml", in: repository).status == 1)
        let absent = try site.flowrun("lint", "absent.yml", in: repository)
        #expect(absent.status == 2 && absent.errors.contains("absent.yml"))
        #expect(try site.flowrun("lint", "--format", "xml", in: repository).status == 64)
        let empty = try site.flowrun("lint", in: site.folder)
        #expect(empty.status == 2 && empty.errors.contains(".github/workflows"))
    }

    @Test func lintNamesAnExpressionThatPutsOutsideTextIntoAScript() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    steps:
                      - run: echo "${{ github.event.head_commit.message }}"
                """
        )
        let done = try site.flowrun("lint", in: repository)
        #expect(done.output.contains("ci.yml:6:"), "\(done.everything)")
    }

    @Test func expressionsAreEvaluatedInGivenContexts() throws {
        let site = try Site()
        try site.write(
            ["c.json": #"{"github": {"ref": "refs/heads/main"}, "vars": {"N": 3}}"#, "l.json": "[]"],
            to: site.folder
        )
        let path = "\(site.folder)/c.json"
        for (expression, value) in [
            ("github.ref == 'refs/heads/main' && vars.n", "3"), ("toJSON(vars)", #""{\n  \"N\": 3\n}""#),
            ("github.none", "null"), ("fromJSON('[1, \"a\"]')", #"[1,"a"]"#),
        ] {
            let done = try site.flowrun("eval", "--context", path, expression, in: site.folder)
            #expect(done.output == value + "\n", "\(expression): \(done.everything)")
        }
        for (status, expression) in [
            ("cancelled", "cancelled()"), ("failure", "failure()"), ("success", "success()"),
            ("failure", "always() && !success()"),
        ] {
            let done = try site.flowrun("eval", "--status", status, expression, in: site.folder)
            #expect(done.output == "true\n")
        }
        for wrong in ["github.ref", "nothing()", "'open", ""] {
            let done = try site.flowrun("eval", wrong, in: site.folder)
            #expect(wrong.isEmpty ? done.status == 0 : done.status == 2, "\(wrong): \(done.everything)")
        }
        #expect(
            try site.flowrun("eval", "--context", "\(site.folder)/l.json", "1", in: site.folder).status == 2
        )
        #expect(try site.flowrun("eval", "--context", "\(site.folder)/no", "1", in: site.folder).status == 2)
    }

    @Test func doctorNamesWhatIsThereAndWhatIsNot() throws {
        let site = try Site()
        let done = try site.flowrun("doctor", "--json", in: site.folder)
        let checks = try JSON(done.output).list
        let git = try #require(checks.first { $0["name"].text == "git" })
        #expect(git["isThere"] == .boolean(true) || git["is_there"] == .boolean(true), "\(git)")
        let text = try site.flowrun("doctor", in: site.folder)
        #expect(checks.allSatisfy { text.output.contains($0["name"].text) })
        let bare = try site.flowrun("doctor", in: site.folder, environment: ["PATH": "/nonexistent"])
        #expect(bare.status == 1 && bare.output.contains("✗"), "\(bare.everything)")
    }

    @Test func initWritesOverNothing() throws {
        let site = try Site()
        try site.write(["full/mine.txt": "mine"], to: site.folder)
        let full = try site.flowrun("init", "full", in: site.folder)
        #expect(full.status == 2 && full.errors.contains("not empty"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(site.folder)/full") == ["mine.txt"])
        try site.write(["new.git/mine.txt": "mine"], to: site.folder)
        let taken = try site.flowrun("init", "new", in: site.folder)
        #expect(taken.status == 2 && !site.exists("\(site.folder)/new"))
        #expect(try site.flowrun("init", "x", "--template", "other", in: site.folder).status == 64)
    }

    @Test func theMinimalProjectIsACleanRepositoryWithAnOrigin() throws {
        let site = try Site()
        let made = try site.flowrun("init", "mini", in: site.folder)
        #expect(made.status == 0 && made.output.contains("flowrun trigger push"), "\(made.everything)")
        let path = "\(site.folder)/mini"
        #expect(try site.git("status", "--porcelain", in: path).isEmpty)
        #expect(try site.git("rev-parse", "HEAD", in: path) == site.git("rev-parse", "origin/main", in: path))
        #expect(
            try site.git("rev-parse", "main", in: "\(path).git") == site.git("rev-parse", "HEAD", in: path)
        )
        let before = try site.contents(of: path)
        let done = try site.push(in: path)
        #expect(done.status == 0, "\(done.everything)")
        #expect(try site.contents(of: path) == before)
        #expect(try site.flowrun("lint", in: path).status == 0)
    }

    @Test func everyCommandsHelpHasExamples() throws {
        let site = try Site()
        // The old names are not listed.
        var open: [[String]] = [[], ["cml", "publish"], ["cml", "send-comment"]]
        var count = 0
        while let command = open.popLast() {
            let help = try site.start(command + ["--help"], in: site.folder).wait()
            #expect(help.status == 0 && help.output.contains("USAGE: flowrun"))
            count += 1
            if !command.isEmpty {
                #expect(help.output.contains("EXAMPLES"), "flowrun \(command.joined(separator: " "))")
            }
            // The names of commands stand at two spaces, below headings that end so.
            var isList = false
            for line in help.output.split(separator: "\n") {
                if !line.hasPrefix(" ") { isList = line.hasSuffix("SUBCOMMANDS:") }
                guard isList, let name = line.prefixMatch(of: /\x20\x20([a-z]+)\b/)?.1 else { continue }
                open.append(command + [String(name)])
            }
        }
        #expect(count > 25)
    }

    @Test func aWrongCommandLineIsTold64() throws {
        let site = try Site()
        let repository = try site.repository(steps: "- run: echo hi")
        for arguments in [
            ["nonsense"], ["trigger"], ["trigger", "push", "--colour"],
            ["trigger", "push", "--format", "xml"],
            ["trigger", "push", "--max-parallel", "0"], ["trigger", "push", "--matrix", "os"],
            ["trigger", "push", "--worktree", "--ref", "main"], ["run", "view", "x"], ["secret", "set"],
            ["trigger", "push", "--var", "=x"], ["trigger", "push", "--label", "gpu"],
        ] {
            let done = try site.start(arguments, in: repository).wait()
            #expect(done.status == 64 && !done.errors.isEmpty, "\(arguments): \(done.everything)")
        }
        #expect(try site.flowrun("run", "list", in: repository).errors.contains("no runs"))
    }
}
