import Foundation
import Testing

/// Reusable workflows: what the conformance cases do not ask.
struct CallTests {
    private static let folder = ".github/workflows"

    private func job(_ steps: String, keys: String = "") -> String {
        "{ runs-on: ubuntu-latest, \(keys)steps: [ \(steps) ] }"
    }

    /// The conclusion of each job of the newest run, by its name.
    private func conclusions(_ site: Site, in repository: String) throws -> [String: String] {
        let jobs = try site.run(in: repository)["jobs"].list
        return Dictionary(jobs.map { ($0["name"].text, $0["conclusion"].text) }, uniquingKeysWith: { $1 })
    }

    @Test func callsNestAndTheirOutputsComeBackUp() throws {
        let site = try Site()
        let say = "- run: 'echo \"job $GITHUB_JOB ${{ job.workflow_file_path }} ${{ job.workflow_ref }}\"'"
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  top: { name: Top, uses: ./.github/workflows/one.yml, with: { n: 3 } }
                  end:
                    needs: top
                    runs-on: ubuntu-latest
                    steps: [ { run: 'echo "end ${{ needs.top.outputs.out }} ${{ needs.top.result }}"' } ]
                """,
            [
                "\(Self.folder)/one.yml": """
                on: { workflow_call: { inputs: { n: { type: number } }, outputs: { out: { value: '<${{ jobs.mid.outputs.out }}>' } } } }
                jobs: { mid: { uses: $/.github/workflows/two.yml, with: { n: '${{ inputs.n }}' } } }
                """,
                "\(Self.folder)/two.yml": """
                on: { workflow_call: { inputs: { n: { type: number } }, outputs: { out: { value: '${{ jobs.leaf.outputs.v }}' } } } }
                jobs:
                  leaf:
                    name: Leaf ${{ inputs.n }}
                    runs-on: ubuntu-latest
                    outputs: { v: 'made of ${{ steps.s.outputs.v }}' }
                    steps:
                      - { id: s, run: 'echo "v=${{ inputs.n }}" >> "$GITHUB_OUTPUT"' }
                      \(say)
                """,
            ]
        )
        let run = try site.push(in: repository)
        #expect(run.status == 0, "\(run.everything)")
        #expect(run.log.contains("end <made of 3> success"))
        let path = ".github/workflows/two.yml"
        let told = try #require(run.log.first { $0.hasPrefix("job leaf \(path) ") })
        #expect(told.hasSuffix("/\(path)@refs/heads/main"), "\(told)")
        let jobs = try site.run(in: repository)["jobs"].list
        #expect(jobs.map { $0["key"].text } == ["top.mid.leaf", "end"])
        #expect(jobs.map { $0["name"].text } == ["Top / mid / Leaf 3", "end"])
    }

    @Test func aWorkflowOfAnotherRepositoryHasItsOwnNeighbours() throws {
        let site = try Site()
        let other = try site.repository(
            [
                "\(Self.folder)/outer.yml": """
                on: workflow_call
                jobs: { in: { uses: ./.github/workflows/inner.yml } }
                """,
                "\(Self.folder)/inner.yml": """
                on: workflow_call
                jobs: { x: \(job("{ uses: $/act }, { run: 'echo \"${{ job.workflow_repository }} ${{ job.workflow_sha }} ${{ github.job_workflow_sha }} ${{ job.workflow_ref }} of ${{ github.repository }}\"' }")) }
                """,
                "act/action.yml":
                    "runs: { using: composite, steps: [ { shell: bash, run: echo from its own action } ] }\n",
            ],
            named: "hub/team/flows"
        )
        try site.git("tag", "v1", in: other)
        let commit = try site.git("rev-parse", "HEAD", in: other)
        // What the tag does not have is not what is called.
        try site.write(["\(Self.folder)/inner.yml": "on: workflow_call\njobs: {}\n"], to: other)
        try site.git("commit", "-qam", "break it", in: other)
        let source = ["--actions-source", "file://\(site.folder)/hub/{owner}/{repo}"]
        let repository = try site.repository(
            workflow: "on: push\njobs: { c: { uses: team/flows/.github/workflows/outer.yml@v1 } }\n"
        )
        let run = try site.push(source[0], source[1], in: repository)
        #expect(run.status == 0, "\(run.everything)")
        #expect(run.log.contains("from its own action"))
        let name = "team/flows"
        let told = "\(name) \(commit) \(commit) \(name)/.github/workflows/inner.yml@v1 of "
        #expect(run.log.contains { $0.hasPrefix(told) && !$0.hasSuffix(name) }, "\(run.log)")
        #expect(try conclusions(site, in: repository) == ["c / in / x": "success"])
        try site.write(
            [
                "\(Self.folder)/ci.yml":
                    "on: push\njobs:\n  c:\n    uses: team/flows/.github/workflows/outer.yml@main\n"
            ],
            to: repository
        )
        let broken = try site.push("--worktree", source[0], source[1], in: repository)
        #expect(broken.status == 2, "\(broken.everything)")
        let place = "team/flows/.github/workflows/inner.yml@main:2:"
        #expect(broken.errors.contains(place), "\(broken.everything)")
        let absent = try site.push("--worktree", "--actions-source", "file:///none", in: repository)
        #expect(absent.status == 2, "\(absent.everything)")
        #expect(absent.errors.contains(".github/workflows/ci.yml:4:11: error: unable to resolve"))
    }

    @Test func aMatrixOfCallsMergesItsOutputs() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  c:
                    strategy: { max-parallel: 1, matrix: { on: [a, b], at: [1] } }
                    uses: ./.github/workflows/one.yml
                    with: { on: '${{ matrix.on }}' }
                  end: { needs: c, \(job("{ run: 'echo \"${{ needs.c.outputs.a }} ${{ needs.c.outputs.b }}\"' }").dropFirst(2))
                """,
            [
                "\(Self.folder)/one.yml": """
                on:
                  workflow_call:
                    inputs: { on: { type: string } }
                    outputs: { a: { value: '${{ jobs.x.outputs.a }}' }, b: { value: '${{ jobs.x.outputs.b }}' } }
                jobs:
                  x:
                    runs-on: ubuntu-latest
                    outputs: { a: '${{ steps.s.outputs.a }}', b: '${{ steps.s.outputs.b }}' }
                    steps: [ { id: s, run: 'echo "${{ inputs.on }}=from ${{ inputs.on }}" >> "$GITHUB_OUTPUT"' } ]
                """
            ]
        )
        // One place for all of them: a call that waited in it would wait for ever.
        let run = try site.push("--max-parallel", "1", in: repository)
        #expect(run.status == 0, "\(run.everything)")
        #expect(run.log.contains("from a from b"), "\(run.log)")
        #expect(
            try conclusions(site, in: repository) == [
                "c (a, 1) / x": "success", "c (b, 1) / x": "success", "end": "success",
            ]
        )
    }

    @Test func aFailureFarDownCancelsTheOtherRowsOfItsMatrix() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  c:
                    strategy: { matrix: { bad: [true, false] } }
                    uses: ./.github/workflows/one.yml
                    with: { bad: '${{ matrix.bad }}' }
                  beside: \(job("{ run: echo beside }"))
                  after: { needs: c, \(job("{ run: echo never }").dropFirst(2))
                  cares: { needs: c, if: "failure()", \(job("{ run: 'echo cares ${{ needs.c.result }}' }").dropFirst(2))
                """,
            [
                "\(Self.folder)/one.yml": """
                on: { workflow_call: { inputs: { bad: { type: boolean } } } }
                jobs: { in: { uses: ./.github/workflows/two.yml, with: { bad: '${{ inputs.bad }}' } } }
                """,
                "\(Self.folder)/two.yml": """
                on: { workflow_call: { inputs: { bad: { type: boolean } } } }
                jobs:
                  x:
                    runs-on: ubuntu-latest
                    steps:
                      - { if: inputs.bad, run: 'until test -e "$SIDE/up"; do sleep 0.02; done; exit 1' }
                      - { run: 'touch "$SIDE/up"; sleep 60' }
                  y: { needs: x, \(job("{ run: echo never }").dropFirst(2))
                """,
            ]
        )
        let run = try site.push("--max-parallel", "4", "--env", "SIDE=\(site.folder)", in: repository)
        #expect(run.status == 1, "\(run.everything)")
        #expect(run.log.contains("cares failure") && !run.log.contains("never"))
        #expect(
            try conclusions(site, in: repository) == [
                "c (true) / in / x": "failure", "c (true) / in / y": "skipped",
                "c (false) / in / x": "cancelled", "c (false) / in / y": "cancelled",
                "beside": "success", "after": "skipped", "cares": "success",
            ]
        )
    }

    @Test func anInterruptReachesWhatIsCalled() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  c: { uses: ./.github/workflows/one.yml }
                  after: { needs: c, \(job("{ run: echo never }").dropFirst(2))
                  always: { needs: c, if: always(), \(job("{ run: 'echo always ${{ needs.c.result }}' }").dropFirst(2))
                """,
            [
                "\(Self.folder)/one.yml": """
                on: workflow_call
                jobs:
                  x: \(job("{ run: 'echo up; exec sleep 60' }, { if: cancelled(), run: echo tidies }"))
                  y: { needs: x, \(job("{ run: echo never }").dropFirst(2))
                  z: { needs: x, if: cancelled(), \(job("{ run: echo below }").dropFirst(2))
                """
            ]
        )
        let running = try site.start(["trigger", "push", "--format", "json"], in: repository)
        try running.waitFor("\"line\":\"up\"")
        running.signal(SIGINT)
        let run = try running.wait(seconds: 60)
        #expect(run.status == 130, "\(run.everything)")
        #expect(run.log.contains("tidies") && run.log.contains("below"), "\(run.log)")
        #expect(run.log.contains("always cancelled") && !run.log.contains("never"), "\(run.log)")
        #expect(
            try conclusions(site, in: repository) == [
                "c / x": "cancelled", "c / y": "cancelled", "c / z": "success", "after": "cancelled",
                "always": "success",
            ]
        )
        #expect(site.leftovers().isEmpty)
    }

    @Test func anInterruptEndsTheLoadingOfWhatIsCalled() throws {
        let site = try Site()
        let server = try SilentServer(site)
        let repository = try site.repository(
            workflow: "on: push\njobs: { c: { uses: some/flows/.github/workflows/x.yml@v1 } }\n"
        )
        let running = try site.start(
            ["trigger", "push", "--actions-source", "https://127.0.0.1:\(server.port)/{owner}/{repo}"],
            in: repository
        )
        try server.process.waitFor("asked")
        let start = ContinuousClock.now
        running.signal(SIGINT)
        let done = try running.wait(seconds: 60)
        #expect(done.status == 130, "\(done.everything)")
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(done.errors.contains("interrupted before anything was started"), "\(done.everything)")
        #expect(try site.flowrun("run", "list", in: repository).errors.contains("no runs"))
    }

    @Test func secretsGoDownAsTheyAreHandedOn() throws {
        let site = try Site()
        let show =
            "{ run: 'echo \"${{ inputs.at }} a=${#A} b=${#B} e=${#E} t=${T:0:4}\"; "
            + "printf \"hidden-%s\\n\" value-a' }"
        let pairs = [("A", "A"), ("B", "B"), ("E", "E"), ("T", "GITHUB_TOKEN")].map { name, secret in
            "\(name): '${{ secrets.\(secret) }}'"
        }
        let keys = "environment: prod, env: { \(pairs.joined(separator: ", ")) }, "
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  none: { uses: ./.github/workflows/one.yml, with: { at: none } }
                  all: { uses: ./.github/workflows/one.yml, with: { at: all }, secrets: inherit }
                  nested: { uses: ./.github/workflows/two.yml, secrets: { B: '${{ secrets.A }}' } }
                """,
            [
                "\(Self.folder)/one.yml": """
                on: { workflow_call: { inputs: { at: { type: string } }, secrets: { B: { required: false } } } }
                jobs: { x: \(job(show, keys: keys)) }
                """,
                "\(Self.folder)/two.yml": """
                on: { workflow_call: { secrets: { B: { required: true } } } }
                jobs:
                  handed: { uses: ./.github/workflows/one.yml, with: { at: handed }, secrets: inherit }
                  kept: { uses: ./.github/workflows/one.yml, with: { at: kept } }
                """,
            ]
        )
        for (name, value, more) in [
            ("A", "hidden-value-a", []), ("B", "hidden-b", []), ("E", "hidden-of-prod", ["--env", "prod"]),
        ] {
            let set = try site.start(["secret", "set", name] + more, in: repository, input: value).wait()
            #expect(set.status == 0, "\(set.everything)")
        }
        let run = try site.push(in: repository)
        #expect(run.status == 0, "\(run.everything)")
        #expect(
            run.log.filter { $0.contains(" t=") }.sorted() == [
                "all a=14 b=8 e=14 t=frs_", "handed a=0 b=14 e=14 t=frs_", "kept a=0 b=0 e=14 t=frs_",
                "none a=0 b=0 e=14 t=frs_",
            ],
            "\(run.log)"
        )
        #expect(run.log.filter { $0 == "***" }.count == 4, "a secret that a job may not read is hidden in it")
        #expect(!run.everything.contains("hidden-value-a"))
    }

    @Test func aCallAloneInItsGroupWaitsForTheOtherAndNeverForItsOwnRun() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: push
                concurrency: whole
                jobs:
                  a: { uses: ./.github/workflows/one.yml, with: { group: shared } }
                  b: { uses: ./.github/workflows/one.yml, with: { group: shared } }
                  c:
                    concurrency: mine
                    uses: ./.github/workflows/one.yml
                    with: { group: MINE }
                  d: { uses: ./.github/workflows/one.yml, with: { group: whole } }
                """,
            [
                "\(Self.folder)/one.yml": """
                on: { workflow_call: { inputs: { group: { type: string } } } }
                concurrency: '${{ inputs.group }}'
                jobs: { x: \(job("{ run: 'mkdir \"$SIDE/alone\"; sleep 0.3; rmdir \"$SIDE/alone\"' }")) }
                """
            ]
        )
        let run = try site.push("--env", "SIDE=\(site.folder)", "--max-parallel", "4", in: repository)
        #expect(run.status == 1, "\(run.everything)")
        #expect(
            try conclusions(site, in: repository) == [
                "a / x": "success", "b / x": "success", "c": "failure", "d": "failure",
            ]
        )
        let jobs = try site.run(in: repository)["jobs"].list
        #expect(
            jobs.first { $0["name"].text == "c" }?["reason"].text == "\(Self.folder)/one.yml:2:14: "
                + "the called workflow waits for the concurrency group that its own run holds"
        )
    }

    @Test func whatACallGivesIsCheckedWhenItIsKnown() throws {
        let site = try Site()
        let makes = "{ id: s, run: 'echo v=true >> \"$GITHUB_OUTPUT\"' }"
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  first: \(job(makes, keys: "outputs: { v: '${{ steps.s.outputs.v }}' }, "))
                  text:
                    needs: first
                    uses: ./.github/workflows/one.yml
                    with: { flag: '${{ needs.first.outputs.v }}' }
                  read:
                    needs: first
                    uses: ./.github/workflows/one.yml
                    with: { flag: '${{ fromJSON(needs.first.outputs.v) }}' }
                """,
            [
                "\(Self.folder)/one.yml": """
                on: { workflow_call: { inputs: { flag: { type: boolean } } } }
                jobs: { x: \(job("{ if: inputs.flag, run: echo flagged }")) }
                """
            ]
        )
        let run = try site.push(in: repository)
        #expect(run.status == 1, "\(run.everything)")
        #expect(run.log.contains("flagged"))
        let jobs = try site.run(in: repository)["jobs"].list
        #expect(
            jobs.first { $0["name"].text == "text" }?["reason"].text
                == "\(Self.folder)/ci.yml:7:19: the input 'flag' of './.github/workflows/one.yml' is a boolean, "
                + "not 'true'; fromJSON makes a boolean of a text"
        )
    }

    @Test func aCircleOfCallsStartsNothing() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  first: \(job("{ run: echo ran }"))
                  c: { uses: ./.github/workflows/one.yml }
                """,
            [
                "\(Self.folder)/one.yml":
                    "on: workflow_call\njobs: { c: { uses: ./.github/workflows/two.yml } }\n",
                "\(Self.folder)/two.yml":
                    "on: workflow_call\njobs: { c: { uses: ./.github/workflows/one.yml } }\n",
            ]
        )
        let run = try site.push(in: repository)
        #expect(run.status == 2, "\(run.everything)")
        let fault = "two.yml:2:20: error: './.github/workflows/one.yml' calls itself"
        #expect(run.errors.contains(fault), "\(run.errors)")
        let line = "    2 | jobs: { c: { uses: ./.github/workflows/one.yml } }"
        #expect(run.errors.contains(line), "\(run.errors)")
        #expect(!run.log.contains("ran"))
    }

    @Test func aDryRunShowsTheJobsThatAreCalled() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  first: \(job("{ run: echo first }"))
                  c:
                    needs: first
                    strategy: { matrix: { on: [a, b] } }
                    uses: ./.github/workflows/one.yml
                    with: { on: '${{ matrix.on }}' }
                  off: { if: false, uses: ./.github/workflows/one.yml }
                """,
            [
                "\(Self.folder)/one.yml": """
                on: { workflow_call: { inputs: { on: { type: string } } } }
                jobs:
                  x: { name: 'X ${{ inputs.on }}', \(job("{ run: echo x }").dropFirst(2))
                  y: { needs: x, if: inputs.on == 'b', \(job("{ run: echo y }").dropFirst(2))
                """
            ]
        )
        let plan = try site.flowrun("trigger", "push", "--dry-run", in: repository)
        #expect(plan.status == 0, "\(plan.everything)")
        #expect(
            plan.output == """
                .github/workflows/ci.yml  (.github/workflows/ci.yml)
                  first  on ubuntu-latest
                  off  skipped: its condition is false
                  c (a) / X a  on ubuntu-latest after first
                  c (a) / y  on ubuntu-latest after c.x  skipped: its condition is false
                  c (b) / X b  on ubuntu-latest after first
                  c (b) / y  on ubuntu-latest after c.x

                """
        )
        let one = try site.flowrun("trigger", "push", "--job", "off", "--format", "json", in: repository)
        #expect(one.status == 0, "\(one.everything)")
        #expect(try conclusions(site, in: repository) == ["off": "skipped"])
    }

    @Test func filesGivenInPlaceOfTheCommitsAreCalledToo() throws {
        let site = try Site()
        let called = "on: workflow_call\njobs: { x: \(job("{ run: echo committed }")) }\n"
        let repository = try site.repository(
            workflow: "on: push\njobs: { c: { uses: ./.github/workflows/one.yml } }\n",
            ["\(Self.folder)/one.yml": called]
        )
        let edited = called.replacing("committed", with: "edited")
        try site.write(["\(Self.folder)/one.yml": edited], to: repository)
        #expect(try site.push(in: repository).log.contains("committed"))
        #expect(try site.push("-W", Self.folder, in: repository).log.contains("edited"))
        #expect(try site.push("--worktree", in: repository).log.contains("edited"))
    }
}
