import Foundation
import Testing

/// `flowrun why` against real repositories.
@Suite struct WhyTests {
    private static let paths = """
        name: Train
        on:
          push:
            branches-ignore: ['wip/**']
            tags: ['v*']
            paths: ['src/**', '!**/*.md']
          pull_request:
          workflow_dispatch:
            inputs:
              target: {type: choice, options: [staging, production], default: staging}
              dry: {type: boolean, default: true}
        jobs:
          lint:
            if: github.event_name == 'pull_request'
            runs-on: ubuntu-latest
            steps: [{run: make lint}]
          train:
            runs-on: ubuntu-latest
            strategy: {matrix: {model: [tree, forest]}}
            steps:
              - run: make train
              - name: Publish
                if: matrix.model == 'tree' && github.ref == 'refs/heads/main'
                run: make publish
              - if: failure()
                run: make noise
          deploy:
            needs: [lint, train]
            runs-on: ubuntu-latest
            steps: [{run: make deploy}]
          release:
            needs: train
            if: inputs.target == 'production' && !inputs.dry
            runs-on: ubuntu-latest
            steps: [{run: make release}]

        """

    /// A repository whose last commit changes these files.
    private func repository(
        _ site: Site,
        changing files: [String] = ["docs/a.md", "src/train.py"],
        message: String = "second"
    ) throws -> String {
        let path = try site.repository([".github/workflows/train.yml": Self.paths, "README": ""])
        try site.write(Dictionary(uniqueKeysWithValues: files.map { ($0, "x\n") }), to: path)
        try site.git("add", "-A", in: path)
        try site.git("commit", "-q", "-m", message, in: path)
        return path
    }

    @Test func everyWorkflowJobAndStepIsTold() throws {
        let site = try Site()
        let done = try site.flowrun("why", "push", in: try repository(site))
        #expect(done.errors == "")
        #expect(done.status == 0)
        #expect(
            done.output == """
                runs     .github/workflows/train.yml  `main` passes `branches-ignore`, as no pattern matches it; `src/train.py` passes `paths` by `src/**` (line 6)
                  skipped  lint     `github.event_name == 'pull_request'` is false
                             github.event_name  'push'
                  runs     train    it waits for nothing
                             for train (tree):
                    runs     Run make train  no step before it can fail
                    runs     Publish         `matrix.model == 'tree' && github.ref == 'refs/heads/main'` is true, if the steps before it succeed
                               matrix.model == 'tree'           true
                               matrix.model                     'tree'
                               github.ref == 'refs/heads/main'  true
                               github.ref                       'refs/heads/main'
                    skipped  Run make noise  `failure()` is false, unless a step before it fails
                             for train (forest):
                    runs     Run make train  no step before it can fail
                    skipped  Publish         `matrix.model == 'tree'` is false
                               if: matrix.model == 'tree' && github.ref == 'refs/heads/main'
                               matrix.model  'forest'
                    skipped  Run make noise  `failure()` is false, unless a step before it fails
                  skipped  deploy   `success()` is false, as `lint` does not succeed
                  skipped  release  `inputs.target == 'production'` is false
                             if: inputs.target == 'production' && !inputs.dry
                             inputs.target  null

                """
        )
    }

    /// The one line of the workflow itself.
    private func verdict(_ done: SiteResult) -> String {
        let line = done.output.split(separator: "\n").first.map(String.init) ?? ""
        return line.replacing("  .github/workflows/train.yml  ", with: " ")
    }

    @Test func theFilesThatNoPatternTookAreTold() throws {
        let site = try Site()
        let path = try repository(site, changing: ["docs/a.txt", "src/notes.md"])
        #expect(
            try site.flowrun("why", "push", in: path).output == """
                skipped  .github/workflows/train.yml  `paths` matches none of the 2 changed files
                           `docs/a.txt` does not pass `paths`, as no pattern matches it
                           `src/notes.md` does not pass `paths` by `!**/*.md` (line 6)

                """
        )
    }

    @Test func branchesTagsAndActivitiesAreTold() throws {
        let site = try Site()
        let path = try repository(site)
        try site.git("branch", "wip/x", in: path)
        try site.git("tag", "v1", in: path)
        try site.git("tag", "nightly", in: path)
        #expect(
            verdict(try site.flowrun("why", "push", "--ref", "wip/x", in: path))
                == "skipped `branches-ignore` refuses `wip/x` by its pattern `wip/**` (line 4)"
        )
        #expect(
            verdict(try site.flowrun("why", "push", "--ref", "v1", in: path))
                == "runs    `v1` passes `tags` by `v*` (line 5)"
        )
        #expect(
            verdict(try site.flowrun("why", "push", "--ref", "nightly", in: path))
                == "skipped no pattern of `tags` matches `nightly`"
        )
        #expect(
            verdict(try site.flowrun("why", "pull_request", in: path))
                == "runs    activity `opened` is among its default types"
        )
        let labeled = try site.flowrun(
            "why",
            "pull_request",
            "--payload",
            "-",
            in: path,
            input: #"{"action": "labeled"}"#
        )
        #expect(
            verdict(labeled)
                == "skipped activity `labeled` is not among its default types `opened`, `synchronize` and `reopened`"
        )
        #expect(
            verdict(try site.flowrun("why", "issues", in: path))
                == "skipped its `on` does not name `issues` but `push`, `pull_request` and `workflow_dispatch`"
        )
    }

    @Test func aSkipTokenIsTold() throws {
        let site = try Site()
        let path = try repository(site, message: "wording [skip ci]")
        #expect(
            verdict(try site.flowrun("why", "push", in: path))
                == "skipped the head commit's message holds `[skip ci]`"
        )
    }

    @Test func inputsOfADispatchDecide() throws {
        let site = try Site()
        let path = try repository(site)
        let done = try site.flowrun(
            "why",
            "workflow_dispatch",
            "train",
            "-f",
            "target=production",
            "-f",
            "dry=false",
            "--job",
            "release",
            in: path
        )
        #expect(done.status == 0)
        #expect(
            done.output.contains(
                """
                  runs     release  `inputs.target == 'production' && !inputs.dry` is true, if `train` succeeds
                             inputs.target == 'production'  true
                             inputs.target                  'production'
                             !inputs.dry                    true
                             inputs.dry                     false
                """
            ),
            "\(done.output)"
        )
        #expect(!done.output.contains("deploy"))
        let wrong = try site.flowrun("why", "workflow_dispatch", "train", "-f", "target=moon", in: path)
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("has no option `moon`"))
    }

    @Test func wrongUsageIsToldAsSuch() throws {
        let site = try Site()
        let path = try repository(site)
        for arguments in [["why", "workflow_dispatch"], ["why", "push", "-f", "a=b"], ["why"]] {
            #expect(try site.start(arguments, in: path).wait().status == 64, "\(arguments)")
        }
        let unknown = try site.flowrun("why", "push", "nothing", in: path)
        #expect(unknown.status == 2)
        #expect(unknown.errors.contains("there is no workflow `nothing`"))
    }

    @Test func aBrokenWorkflowIsToldAsTriggerTellsIt() throws {
        let site = try Site()
        let path = try site.repository([".github/workflows/w.yml": "on: push\njobs: {a: {step: []}}\n"])
        let why = try site.flowrun("why", "push", in: path)
        let trigger = try site.flowrun("trigger", "push", in: path)
        #expect(why.status == 2)
        #expect(why.errors == trigger.errors)
        #expect(why.errors.contains("did you mean 'steps'?"))
    }

    @Test func programsReadALineForEachWorkflow() throws {
        let site = try Site()
        let path = try repository(site)
        let done = try site.flowrun("why", "push", "train", "--format", "json", in: path)
        let line = try #require(
            try JSONSerialization.jsonObject(with: Data(done.output.utf8)) as? [String: Any]
        )
        #expect(line["event"] as? String == "why")
        #expect(line["verdict"] as? String == "runs")
        let filters = try #require(line["filters"] as? [[String: Any]])
        #expect(filters.last?["subject"] as? String == "src/train.py")
        #expect(filters.last?["pattern"] as? String == "src/**")
        #expect(filters.last?["line"] as? Int == 6)
        let jobs = try #require(line["jobs"] as? [[String: Any]])
        #expect(jobs.map { $0["key"] as? String } == ["lint", "train", "deploy", "release"])
        #expect(jobs.map { $0["verdict"] as? String } == ["skipped", "runs", "skipped", "skipped"])
        let rows = try #require(jobs[1]["rows"] as? [[String: Any]])
        #expect(rows.map { $0["matrix"] as? [String: String] } == [["model": "tree"], ["model": "forest"]])
        let steps = try #require(rows[0]["steps"] as? [[String: Any]])
        #expect(
            steps.map { $0["verdict"] as? String } == ["runs", "likely_runs", "likely_skipped"]
        )
        let condition = try #require(jobs[0]["condition"] as? [String: Any])
        #expect(condition["decided_by"] as? String == "github.event_name == 'pull_request'")
        let parts = try #require(condition["parts"] as? [[String: Any]])
        #expect(
            parts.contains {
                $0["expression"] as? String == "github.event_name" && $0["value"] as? String == "push"
            }
        )
    }

    /// Every file under a folder, with what is in it.
    private func contents(_ folder: String) throws -> [String: Data] {
        guard let walk = FileManager.default.enumerator(atPath: folder) else { return [:] }
        var found: [String: Data] = [:]
        for case let name as String in walk {
            found[name] = FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data()
        }
        return found
    }

    @Test func nothingIsWrittenAnywhere() throws {
        let site = try Site()
        let path = try repository(site)
        // Without a state there is none afterwards.
        try site.flowrun("why", "push", in: path)
        #expect(!FileManager.default.fileExists(atPath: site.state))
        try site.flowrun("variable", "set", "MODE", "fast", in: path)
        try site.flowrun("secret", "set", "KEY", in: path, input: "s3cret")
        try site.write(["src/new.py": "x"], to: path)
        let (state, repository) = (try contents(site.state), try contents(path))
        #expect(!state.isEmpty)
        for arguments in [
            ["why", "push"], ["why", "push", "--worktree"], ["why", "pull_request", "--format", "json"],
        ] {
            #expect(try site.start(arguments, in: path).wait().status == 0)
            #expect(try contents(site.state) == state, "\(arguments)")
            #expect(try contents(path) == repository, "\(arguments)")
        }
        let untracked = try site.flowrun("why", "push", "--worktree", in: path)
        #expect(verdict(untracked).contains("`src/new.py` passes `paths` by `src/**`"))
    }

    @Test func storedSettingsDecideAndSecretsAreNotShown() throws {
        let site = try Site()
        let path = try site.repository([
            ".github/workflows/w.yml": """
            on: push
            jobs:
              a:
                if: vars.MODE == 'fast'
                runs-on: ubuntu-latest
                env: {KEY: '${{ secrets.KEY }}'}
                steps: [{run: a, if: "startsWith(env.KEY, 's3')"}]

            """
        ])
        try site.flowrun("variable", "set", "MODE", "fast", in: path)
        try site.flowrun("secret", "set", "KEY", in: path, input: "s3cret")
        let done = try site.flowrun("why", "push", in: path)
        #expect(
            done.output.hasSuffix(
                """
                  runs     a  `vars.MODE == 'fast'` is true
                             vars.MODE  'fast'
                    runs     Run a  `startsWith(env.KEY, 's3')` is true
                               env.KEY  ***

                """
            ),
            "\(done.output)"
        )
        let line = try site.flowrun("why", "push", "--format", "json", in: path).output
        #expect(line.contains(#"{"expression":"env.KEY","secret":true}"#))
        #expect(!line.contains("s3cret"))
    }

    @Test func jobsOfCalledWorkflowsAreToldBelowTheirCaller() throws {
        let site = try Site()
        let repository = try site.repository([
            ".github/workflows/build.yml": """
            on: { workflow_call: { inputs: { fast: { type: boolean } } } }
            jobs:
              compile: { runs-on: ubuntu-latest, steps: [ { run: make } ] }
              slow: { needs: compile, if: '!inputs.fast', runs-on: ubuntu-latest, steps: [ { run: make check } ] }

            """,
            ".github/workflows/w.yml": """
            on: push
            jobs:
              quick: { uses: ./.github/workflows/build.yml, with: { fast: true } }
              far: { uses: o/r/.github/workflows/x.yml@v1 }

            """,
        ])
        let told = try site.flowrun("why", "push", "w", in: repository)
        #expect(told.status == 0, "\(told.everything)")
        let expected = """
            runs     .github/workflows/w.yml  its `on` names `push` (line 1), without a filter
              runs     quick  it waits for nothing
                         calls ./.github/workflows/build.yml
                runs     compile  it waits for nothing
                  runs     Run make  no step before it can fail
                skipped  slow     `!inputs.fast` is false
                           inputs.fast  true
              runs     far    it waits for nothing
                         calls o/r/.github/workflows/x.yml@v1

            """
        #expect(told.output == expected, "\(told.output)")
        let json = try site.flowrun("why", "push", "w", "--format", "json", in: repository).objects()
        let quick = try #require(json.first)["jobs"][0]
        #expect(quick["rows"][0]["jobs"].list.map { $0["verdict"].text } == ["runs", "skipped"])
        #expect(site.files(in: "cache").isEmpty, "nothing is fetched")
    }
}
