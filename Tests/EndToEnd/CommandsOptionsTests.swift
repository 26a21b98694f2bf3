import Foundation
import Testing

/// The options of every command that runs something, and the configuration files that stand in for them.
struct CommandsOptionsTests {
    private let matrix = """
        name: Grid
        on: [push, workflow_dispatch]
        jobs:
          lint: { runs-on: ubuntu-latest, steps: [ { run: echo lint } ] }
          test:
            needs: lint
            runs-on: [self-hosted, linux]
            strategy: { matrix: { python: ['3.11', '3.12'], os: [a, b] } }
            steps: [ { run: 'echo "ran ${{ matrix.python }} ${{ matrix.os }}"' } ]
          never: { if: false, runs-on: ubuntu-latest, steps: [ { run: exit 1 } ] }
          last: { needs: test, if: "needs.test.result == 'success'", runs-on: ubuntu-latest, steps: [ { run: echo last } ] }
        """

    @Test func aDryRunPrintsOneLineForEachWorkflow() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: matrix,
            [
                ".github/workflows/more.yml":
                    "name: More\non: push\njobs: { m: { runs-on: ubuntu-latest, steps: [ { run: echo } ] } }\n"
            ]
        )
        let plans = try site.push("-n", in: repository).objects()
        #expect(plans.count == 2 && plans.allSatisfy { $0["event"].text == "plan" })
        let grid = try #require(plans.first { $0["workflow"]["name"].text == "Grid" })
        #expect(grid["workflow"]["path"].text == ".github/workflows/ci.yml")
        let jobs = grid["jobs"].list
        for job in jobs {
            #expect(job.keys == ["key", "name", "needs", "runs_on", "target", "matrix", "condition"])
            #expect(job["target"].text == "host")
        }
        #expect(
            jobs.map { $0["name"].text } == [
                "lint", "never", "test (3.11, a)", "test (3.11, b)", "test (3.12, a)", "test (3.12, b)",
                "last",
            ]
        )
        #expect(jobs[2]["needs"].texts == ["lint"] && jobs[2]["runs_on"].texts == ["self-hosted", "linux"])
        #expect(jobs[2]["matrix"]["python"].text == "3.11" && jobs[2]["matrix"]["os"].text == "a")
        #expect(jobs[0]["condition"].text == "true" && jobs[1]["condition"].text == "false")
        #expect(jobs[6]["condition"].text == "unknown")
        #expect(try site.flowrun("run", "list", in: repository).errors.contains("no runs"))
        let text = try site.flowrun("dispatch", "grid", "-n", in: repository)
        #expect(text.status == 0 && text.output.contains("Grid") && text.output.contains("test (3.12, b)"))
    }

    @Test func aDryRunLeavesOpenWhatAFailureWouldStart() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  build: { runs-on: ubuntu-latest, steps: [ { run: 'true' } ] }
                  mourn: { needs: build, if: failure(), runs-on: ubuntu-latest, steps: [ { run: 'true' } ] }
                  other: { needs: build, if: "!success()", runs-on: ubuntu-latest, steps: [ { run: 'true' } ] }
                  always: { needs: build, if: always(), runs-on: ubuntu-latest, steps: [ { run: 'true' } ] }
                  never: { needs: build, if: failure() && false, runs-on: ubuntu-latest, steps: [ { run: 'true' } ] }
                  first: { if: failure(), runs-on: ubuntu-latest, steps: [ { run: 'true' } ] }
                """
        )
        let jobs = try #require(site.push("-n", in: repository).objects().first)["jobs"].list
        let conditions = Dictionary(uniqueKeysWithValues: jobs.map { ($0["key"].text, $0["condition"].text) })
        #expect(
            conditions == [
                "build": "true", "mourn": "unknown", "other": "unknown", "always": "true", "never": "false",
                "first": "false",
            ]
        )
    }

    @Test func aPushOfAnotherCommitRunsThatCommitsWorkflows() throws {
        let site = try Site()
        let job = "jobs: { j: { runs-on: ubuntu-latest, steps: [ { run: echo ran } ] } }\n"
        let repository = try site.repository([".github/workflows/old.yml": "name: Old\non: push\n" + job])
        try site.git("checkout", "-q", "-b", "topic", in: repository)
        try site.write([".github/workflows/new.yml": "name: New\non: push\n" + job], to: repository)
        try site.git("add", "-A", in: repository)
        try site.git("commit", "-q", "-m", "new", in: repository)
        let after = try site.git("rev-parse", "HEAD", in: repository)
        try site.git("checkout", "-q", "main", in: repository)
        let done = try site.flowrun(
            "trigger",
            "push",
            "--payload",
            "-",
            "--format",
            "json",
            in: repository,
            input: "{\"after\": \"\(after)\", \"ref\": \"refs/heads/topic\"}"
        )
        #expect(done.runs.compactMap { $0["name"] as? String }.sorted() == ["New", "Old"], "\(done.errors)")
        #expect(done.runs.allSatisfy { $0["head_sha"] as? String == after })
    }

    @Test func onlyChosenJobsAndWhatTheyNeedRun() throws {
        let site = try Site()
        let repository = try site.repository(workflow: matrix)
        let one = try site.push("-j", "lint", in: repository)
        #expect(one.status == 0 && one.log.contains("lint") && !one.log.contains("last"))
        #expect((one.runs.first?["jobs"] as? [Any])?.count == 1)
        let some = try site.push("-j", "test", "--matrix", "python=3.12", "--matrix", "os=b", in: repository)
        #expect(some.log.contains("ran 3.12 b") && some.log.contains("lint"), "\(some.everything)")
        #expect(some.log.filter { $0.hasPrefix("ran ") }.count == 1)
    }

    @Test func aBranchATagOrACommitRunsAsItWas() throws {
        let site = try Site()
        let text = """
            on: { push: { branches: ['**'], tags: ['**'] } }
            jobs:
              a:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v4
                  - run: echo "$(cat which) $GITHUB_REF $GITHUB_REF_TYPE ${{ github.ref_name }} $GITHUB_SHA"
            """
        let repository = try site.repository(workflow: text, ["which": "main"])
        let first = try site.git("rev-parse", "HEAD", in: repository)
        try site.git("tag", "v1", in: repository)
        try site.git("tag", "-a", "v1-annotated", "-m", "one", in: repository)
        try site.git("switch", "-q", "-c", "topic/x", in: repository)
        try site.write(["which": "topic"], to: repository)
        try site.git("commit", "-q", "-am", "topic", in: repository)
        let second = try site.git("rev-parse", "HEAD", in: repository)
        try site.git("switch", "-q", "main", in: repository)
        let before = try site.contents(of: repository)
        for (ref, line) in [
            ("topic/x", "topic refs/heads/topic/x branch topic/x \(second)"),
            ("refs/heads/topic/x", "topic refs/heads/topic/x branch topic/x \(second)"),
            ("v1", "main refs/tags/v1 tag v1 \(first)"),
            ("v1-annotated", "main refs/tags/v1-annotated tag v1-annotated \(first)"),
        ] {
            let done = try site.push("--ref", ref, in: repository)
            #expect(done.log.contains(line), "\(ref): \(done.log)")
        }
        let unknown = try site.push("--ref", "nowhere", in: repository)
        #expect(unknown.status == 2 && unknown.errors.contains("nowhere"))
        #expect(try site.contents(of: repository) == before)
    }

    @Test func aWorkflowFileOutsideTheCommitRunsWhenNamed() throws {
        let site = try Site()
        let repository = try site.repository(workflow: "on: push\njobs: 7\n")
        let text =
            "name: Mine\non: push\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: echo from W } ] } }\n"
        try site.write(["mine.yml": text, "folder/b.yaml": text, "folder/readme": "no"], to: site.folder)
        for path in ["\(site.folder)/mine.yml", "\(site.folder)/folder", "../mine.yml"] {
            let done = try site.push("-W", path, in: repository)
            #expect(done.status == 0 && done.log.contains("from W"), "\(path): \(done.everything)")
        }
        let absent = try site.push("-W", "nothing.yml", in: repository)
        #expect(absent.status == 2 && absent.errors.contains("nothing.yml"))
    }

    @Test func aLabelWithoutAPlaceIsAnErrorBeforeAnythingStarts() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: "on: push\njobs: { a: { runs-on: gpu, steps: [ { run: echo on gpu } ] } }\n"
        )
        let none = try site.push(in: repository)
        #expect(none.status != 0 && none.everything.contains("gpu"), "\(none.everything)")
        let host = try site.push("--label", "gpu=host", in: repository)
        #expect(host.status == 0 && host.log.contains("on gpu"))
        for target in ["container:x", "moon"] {
            let done = try site.push("--label", "gpu=\(target)", in: repository)
            #expect(done.status == 2 && done.errors.contains("gpu"), "\(done.everything)")
        }
    }

    @Test func theRepositorysSettingsStandInForOptions() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow:
                "on: push\njobs: { a: { runs-on: gpu, steps: [ { run: 'echo \"[${{ vars.PLACE }}]\"' } ] } }\n",
            [
                "ci/other.yml":
                    "on: push\njobs: { b: { runs-on: gpu, steps: [ { run: 'echo \"other [${{ vars.PLACE }}]\"' } ] } }\n"
            ]
        )
        try site.flowrun("variable", "set", "PLACE", "staging", "--set", "stage", in: repository)
        try site.flowrun("variable", "set", "PLACE", "default", in: repository)
        try site.write(
            [
                "flowrun.yaml":
                    "secrets: stage\nworkflows: ci\nlabels: { gpu: host }\nformat: json\nmax-parallel: 2\ncascade: false\nbuilt-in-actions: auto\nlocked: false\noffline: false\nactions-source: ['https://github.com/{owner}/{repo}']\n"
            ],
            to: repository
        )
        let done = try site.flowrun("trigger", "push", in: repository)
        #expect(done.log.contains("other [staging]"), "\(done.everything)")
        let over = try site.flowrun(
            "trigger",
            "push",
            "--secrets",
            "default",
            "-W",
            ".github/workflows",
            in: repository
        )
        #expect(over.log.contains("[default]"), "\(over.everything)")
    }

    @Test func theRepositorysSettingsGoBeforeTheUsers() throws {
        let site = try Site()
        let repository = try site.repository(steps: "- run: echo hi")
        try site.write([".config/flowrun/config.yaml": "format: json\n"], to: "\(site.folder)/home")
        #expect(try site.flowrun("trigger", "push", in: repository).runs.count == 1)
        try site.write(["flowrun.yaml": "format: plain\n"], to: repository)
        let plain = try site.flowrun("trigger", "push", in: repository)
        #expect(plain.output.contains("job | hi"))
    }

    @Test(arguments: [
        ("colour: red\n", "flowrun.yaml:1:1: error:", "colour"),
        ("format: json\nmax-parallel: 0\n", "flowrun.yaml:2:15: error:", "max-parallel"),
        ("format: xml\n", "flowrun.yaml:1:9: error:", "plain"),
        ("labels: gpu\n", "flowrun.yaml:1:9: error:", "labels"),
        ("- a\n", "flowrun.yaml:1:1: error:", "mapping"),
        ("secrets: [a\n", "flowrun.yaml:2:1: error:", "["),
        ("labels: { gpu: [host] }\n", "flowrun.yaml:1:16: error:", "gpu"),
        ("labels: { gpu: moon }\n", "flowrun.yaml:1:16: error:", "moon"),
    ])
    func faultsOfTheSettingsHaveTheirPlace(_ text: String, _ place: String, _ word: String) throws {
        let site = try Site()
        let repository = try site.repository(steps: "- run: echo hi")
        try site.write(["flowrun.yaml": text], to: repository)
        let done = try site.flowrun("trigger", "push", in: repository)
        #expect(done.status == 2 && done.output.isEmpty, "\(done.everything)")
        #expect(done.errors.contains(place) && done.errors.contains(word), "\(done.everything)")
    }

    @Test func theWorkingTreeRunsAsItIsAndStaysAsItWas() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow:
                "on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: echo committed } ] } }\n",
            [
                ".gitignore": "*.log\nignored/\n", "a.txt": "old\n", "gone.txt": "x\n",
                "tool": "#!/bin/sh\necho tool runs\n",
            ]
        )
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(repository)/tool")
        try site.write(
            [
                ".github/workflows/ci.yml": """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    steps:
                      - uses: actions/checkout@v4
                      - run: |
                          cat a.txt staged.txt "new folder/untracked.txt"; ./tool
                          ls; test ! -e gone.txt; test ! -e some.log; test ! -e ignored
                          readlink link; echo spoiled > a.txt; rm staged.txt
                """,
                "a.txt": "changed\n", "staged.txt": "staged\n", "new folder/untracked.txt": "untracked\n",
                "some.log": "no\n", "ignored/x": "no\n",
            ],
            to: repository
        )
        try FileManager.default.createSymbolicLink(
            atPath: "\(repository)/link",
            withDestinationPath: "../outside"
        )
        try site.git("add", "staged.txt", in: repository)
        try FileManager.default.removeItem(atPath: "\(repository)/gone.txt")
        let status = try site.git("status", "--porcelain", in: repository)
        let before = try site.contents(of: repository)
        let done = try site.push("--worktree", in: repository)
        #expect(done.status == 0, "\(done.everything)")
        for line in ["changed", "staged", "untracked", "tool runs", "../outside"] {
            #expect(done.log.contains(line), "\(line)")
        }
        #expect(try site.contents(of: repository) == before)
        #expect(try site.git("status", "--porcelain", in: repository) == status)
        let snapshots = "\(site.state)/snapshots"
        let left =
            site.exists(snapshots) ? try FileManager.default.contentsOfDirectory(atPath: snapshots) : []
        #expect(left.isEmpty)
    }

    @Test func followersRunUnlessTheUserWantsNone() throws {
        let site = try Site()
        let repository = try site.repository([
            ".github/workflows/first.yml":
                "name: First\non: push\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: echo first } ] } }\n",
            ".github/workflows/second.yml":
                "name: Second\non: { workflow_run: { workflows: [First], types: [completed] } }\njobs: { b: { runs-on: ubuntu-latest, steps: [ { run: 'echo \"after ${{ github.event.workflow_run.conclusion }}\"' } ] } }\n",
        ])
        let both = try site.push(in: repository)
        #expect(both.runs.count == 2 && both.log.contains("after success"), "\(both.everything)")
        #expect(try site.run(2, in: repository)["parent_run_id"].int == 1)
        #expect(try site.push("--no-cascade", in: repository).runs.count == 1)
    }
}
