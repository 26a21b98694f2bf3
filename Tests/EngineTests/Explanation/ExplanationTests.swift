import Events
import Expressions
import Store
import Testing
import Workflows

@testable import Engine

/// What is known of jobs and steps before any has run.
struct ExplanationTests {
    private static let facts = RunFacts(
        runID: 0,
        runNumber: 0,
        runAttempt: 1,
        event: Event(
            name: "push",
            payload: ["head_commit": ["message": "fix"]],
            ref: "refs/heads/main",
            sha: "1",
            actor: "ann"
        ),
        sha: "1",
        ref: "refs/heads/main",
        repository: RepositoryFacts(
            path: "/r",
            fullName: "o/r",
            defaultBranch: "main",
            origin: "/r",
            serverURL: "https://github.com",
            apiURL: "https://api.github.com"
        ),
        workflowName: "W",
        workflowPath: "w.yml",
        inputs: ["deep": true],
        vars: ["ROWS": "[1,2]"]
    )

    /// - Parameter jobs: The text under `jobs:`, and what stands above it.
    private static func explain(
        _ jobs: String,
        above: String = "",
        matrix: [(key: String, value: String)] = [],
        called: [String: String] = [:]
    ) throws -> [JobExplanation] {
        let indented = jobs.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
        let reading = WorkflowReader.read("on: push\n\(above)\njobs:\n\(indented)\n", file: "w.yml")
        let workflow = try #require(reading.value, "\(reading.diagnostics.map(\.message))")
        var explainer = JobExplainer(
            facts: facts,
            workflow: workflow,
            jobs: workflow.jobs,
            selection: matrix
        ) { environment in
            (
                ["KEY": "s3cret"].merging(environment == "prod" ? ["PROD_KEY": "pr0d"] : [:]) { $1 },
                ["MODE": .string(environment ?? "none")]
            )
        } called: { uses in
            called[uses].flatMap { WorkflowReader.read($0, file: uses).value }
        }
        return try explainer.explain()
    }

    private static let rest = "runs-on: x, steps: [{run: a}]"

    /// `id verdict`, and what decided or what it depends on.
    private static func told(_ id: String, _ condition: ConditionExplanation, _ verdict: Verdict) -> String {
        let why = verdict == .unknown ? condition.reasons.joined(separator: ", ") : condition.deciding.text
        return "\(id) \(verdict.rawValue): \(why)"
    }

    @Test(arguments: [
        ("a: {\(rest)}", ["a runs: success()"]),
        ("a: {if: github.ref == 'x', \(rest)}", ["a skipped: github.ref == 'x'"]),
        (
            "a: {if: inputs.deep && github.event.head_commit.message == 'fix', \(rest)}",
            ["a runs: inputs.deep && github.event.head_commit.message == 'fix'"]
        ),
        ("a: {if: github.run_number == 7, \(rest)}", ["a unknown: the run's number"]),
        ("a: {if: github.run_number == 7 && false, \(rest)}", ["a skipped: false"]),
        (
            "a: {if: \"fromJSON('(')\", \(rest)}\nb: {needs: a, \(rest)}",
            [
                "a fails: success() && fromJSON('(')", "b skipped: success()",
            ]
        ),
        ("a: {\(rest)}\nb: {needs: a, \(rest)}", ["a runs: success()", "b likely_runs: success()"]),
        (
            "a: {if: false, \(rest)}\nb: {needs: a, \(rest)}\nc: {needs: b, \(rest)}",
            ["a skipped: false", "b skipped: success()", "c skipped: success()"]
        ),
        (
            // A skipped grandparent counts, whatever its child does.
            "a: {if: false, \(rest)}\nb: {needs: a, if: always(), \(rest)}\nc: {needs: b, \(rest)}",
            ["a skipped: false", "b runs: always()", "c skipped: success()"]
        ),
        (
            "a: {if: false, \(rest)}\nb: {\(rest)}\nc: {needs: [a, b], if: success('b'), \(rest)}",
            ["a skipped: false", "b runs: success()", "c likely_runs: success('b')"]
        ),
        (
            "a: {\(rest)}\nb: {needs: a, if: failure(), \(rest)}",
            [
                "a runs: success()", "b likely_skipped: failure()",
            ]
        ),
        (
            "a: {\(rest)}\nb: {needs: a, if: failure(), \(rest)}\nc: {needs: [a, b], \(rest)}",
            ["a runs: success()", "b likely_skipped: failure()", "c likely_skipped: success()"]
        ),
        (
            "a: {\(rest)}\nb: {needs: a, if: needs.a.outputs.x == '1', \(rest)}\nc: {needs: b, \(rest)}",
            ["a runs: success()", "b unknown: the outputs of job `a`", "c unknown: the success of `b`"]
        ),
        (
            "a: {\(rest)}\nb: {needs: a, if: \"always() && contains(needs.*.result, 'failure')\", \(rest)}",
            ["a runs: success()", "b likely_skipped: contains(needs.*.result, 'failure')"]
        ),
        (
            "a: {if: false, \(rest)}\nb: {needs: a, if: \"always() && needs.a.result == 'skipped'\", \(rest)}",
            ["a skipped: false", "b runs: needs.a.result == 'skipped'"]
        ),
        (
            "a: {if: false, \(rest)}\nb: {needs: a, if: always() && needs.a.outputs.x, \(rest)}",
            ["a skipped: false", "b skipped: needs.a.outputs.x"]
        ),
        ("a: {if: cancelled(), \(rest)}", ["a skipped: cancelled()"]),
        (
            "a: {strategy: {matrix: {x: '${{ fromJSON(''[]'') }}'}}, \(rest)}\nb: {needs: a, \(rest)}",
            [
                "a fails: success()", "b skipped: success()",
            ]
        ),
    ])
    func jobsAreDecidedByWhatIsKnownBeforeThem(jobs: String, lines: [String]) throws {
        #expect(try Self.explain(jobs).map { Self.told($0.id, $0.condition, $0.verdict) } == lines)
    }

    @Test func whatBreaksAChainIsNamed() throws {
        let jobs = try Self.explain(
            "a: {if: false, \(Self.rest)}\nb: {needs: a, if: always(), \(Self.rest)}\nc: {needs: b, \(Self.rest)}"
        )
        #expect(jobs.map(\.unsuccessful) == [[], ["a"], ["a"]])
    }

    private static func steps(_ steps: String, above: String = "") throws -> [String] {
        let job =
            "a:\n  runs-on: x\n  steps:\n"
            + steps.split(separator: "\n").map { "    \($0)" }
            .joined(separator: "\n")
        let rows = try explain(job, above: above).flatMap(\.rows)
        return try rows.flatMap(\.steps).map { told($0.name, try #require($0.condition), $0.verdict) }
    }

    @Test(arguments: [
        ("- run: a\n- run: b", ["Run a runs: success()", "Run b likely_runs: success()"]),
        // A step that is skipped leaves nothing open.
        ("- {run: a, if: false}\n- run: b", ["Run a skipped: false", "Run b runs: success()"]),
        (
            "- run: a\n- {run: b, if: failure()}\n- {run: c, if: always()}",
            [
                "Run a runs: success()", "Run b likely_skipped: failure()", "Run c runs: always()",
            ]
        ),
        ("- {run: a, if: failure()}", ["Run a skipped: failure()"]),
        (
            "- {run: a, if: \"fromJSON('(')\"}\n- run: b\n- {run: c, if: failure()}",
            [
                "Run a fails: success() && fromJSON('(')", "Run b skipped: success()",
                "Run c runs: failure()",
            ]
        ),
        (
            "- {id: x, run: a}\n- {run: b, if: steps.x.outcome == 'success'}\n- {run: c, if: steps.x.outputs.y}",
            [
                "Run a runs: success()", "Run b likely_runs: steps.x.outcome == 'success'",
                "Run c unknown: the outputs of step `x`",
            ]
        ),
        (
            "- {id: x, run: a, if: false}\n- {run: b, if: steps.x.outcome == 'skipped'}",
            ["Run a skipped: false", "Run b runs: steps.x.outcome == 'skipped'"]
        ),
        (
            "- {run: a, if: steps.later.outcome == 'success'}\n- {id: later, run: b}",
            [
                "Run a skipped: steps.later.outcome == 'success'", "Run b runs: success()",
            ]
        ),
        ("- {run: a, if: \"hashFiles('x') != ''\"}", ["Run a unknown: the files of the workspace"]),
        (
            "- run: a\n- {run: b, if: job.status == 'success'}",
            [
                "Run a runs: success()", "Run b likely_runs: job.status == 'success'",
            ]
        ),
        ("- {run: a, if: runner.os == 'Plan9'}", ["Run a skipped: runner.os == 'Plan9'"]),
        ("- {run: a, if: vars.MODE == 'none'}", ["Run a runs: vars.MODE == 'none'"]),
        ("- {run: a, if: github.action == '__run'}", ["Run a runs: github.action == '__run'"]),
    ])
    func stepsAreDecidedByWhatIsKnownBeforeThem(steps: String, lines: [String]) throws {
        #expect(try Self.steps(steps) == lines)
    }

    @Test(arguments: [
        // Known until a step has run, which may set any variable.
        ("- {run: a, if: env.FAST == '1'}", ["Run a runs: env.FAST == '1'"]),
        (
            "- run: a\n- {run: b, if: env.FAST == '1'}",
            [
                "Run a runs: success()", "Run b likely_runs: env.FAST == '1'",
            ]
        ),
        // What nobody defines is there to be set by a step.
        (
            "- run: a\n- {run: b, if: env.FOUND == '1'}",
            [
                "Run a runs: success()", "Run b unknown: the variables that steps before it set",
            ]
        ),
        // A step's own are its own.
        (
            "- run: a\n- {run: b, env: {FAST: '0'}, if: \"env.FAST == '1' && always()\"}",
            [
                "Run a runs: success()", "Run b skipped: env.FAST == '1'",
            ]
        ),
        ("- {run: a, env: {N: '${{ github.run_id }}'}, if: env.N}", ["Run a unknown: the run's id"]),
        ("- {run: a, if: env.TOKEN != ''}", ["Run a runs: env.TOKEN != ''"]),
        ("- {run: a, if: env.NONE != ''}", ["Run a skipped: env.NONE != ''"]),
    ])
    func variablesAreKnownUntilAStepMayHaveSetThem(steps: String, lines: [String]) throws {
        let env = "env: {FAST: '1', TOKEN: '${{ secrets.KEY }}', NONE: '${{ secrets.NONE }}'}"
        #expect(try Self.steps(steps, above: env) == lines)
    }

    @Test func secretsAreNeverShown() throws {
        let jobs = try Self.explain(
            """
            a:
              runs-on: x
              environment: prod
              env: {TOKEN: 'Bearer ${{ secrets.PROD_KEY }}'}
              steps:
                - {name: 'with ${{ env.TOKEN }}', run: a, if: env.TOKEN == 'no' || toJSON(env) == ''}
                - {run: 'echo ${{ secrets.KEY }}', if: vars.MODE == 'prod'}
            """
        )
        let steps = jobs.flatMap(\.rows).flatMap(\.steps)
        #expect(steps.map(\.verdict) == [.skipped, .runs])
        #expect(steps.map(\.name) == ["with ${{ env.TOKEN }}", "Run echo ${{ secrets.KEY }}"])
        let shown = steps.compactMap(\.condition?.trace).flatMap { [$0] + $0.details }
        #expect(shown.filter { $0.text == "env.TOKEN" }.map(\.shownValue) == ["***"])
        #expect(!shown.contains { $0.shownValue.contains("pr0d") || $0.shownValue.contains("s3cret") })
    }

    @Test func rowsOfAMatrixAreToldApart() throws {
        let job =
            "a: {strategy: {matrix: {n: '${{ fromJSON(vars.ROWS) }}', os: [l, m]}}, runs-on: x, "
            + "steps: [{run: 'a ${{ matrix.n }}', if: \"matrix.n == 2 && strategy.job-index == 3\"}]}"
        let rows = try Self.explain(job).flatMap(\.rows)
        #expect(rows.map(\.name) == ["a (1, l)", "a (1, m)", "a (2, l)", "a (2, m)"])
        #expect(rows.flatMap(\.steps).map(\.verdict) == [.skipped, .skipped, .skipped, .runs])
        #expect(rows.flatMap(\.steps).map(\.name) == ["Run a 1", "Run a 1", "Run a 2", "Run a 2"])
        let chosen = try Self.explain(job, matrix: [("os", "m")]).flatMap(\.rows)
        #expect(chosen.map(\.name) == ["a (1, m)", "a (2, m)"])
    }

    @Test func rowsThatAnotherJobMakesAreUnknown() throws {
        let jobs = try Self.explain(
            """
            a: {runs-on: x, steps: [{run: a}]}
            b:
              needs: a
              strategy: {matrix: '${{ fromJSON(needs.a.outputs.rows) }}'}
              runs-on: x
              steps: [{run: 'b ${{ matrix.n }}', if: matrix.n == 1}]
            """
        )
        #expect(jobs.map(\.unknownRows) == [[], ["the outputs of job `a`"]])
        let step = try #require(jobs.last?.rows.first?.steps.first)
        #expect(step.name == "Run b ${{ matrix.n }}")
        #expect(step.verdict == .unknown)
        #expect(step.condition?.reasons == ["the outputs of job `a`"])
    }

    @Test func stepsInParallelDoNotSeeEachOther() throws {
        let steps = try Self.explain(
            """
            a:
              runs-on: x
              steps:
                - parallel:
                    - {id: p, run: a}
                    - {id: q, run: b, if: steps.p.outcome == 'success'}
                    - {run: c, if: steps.q.outcome == 'skipped'}
                - {run: d, if: steps.p.outcome == 'success' && steps.q.outcome == 'skipped'}
            """
        ).flatMap(\.rows).flatMap(\.steps)
        #expect(steps.map(\.verdict) == [.runs, .likelyRuns])
        #expect(steps.first?.condition == nil)
        #expect(steps.first?.steps.map(\.verdict) == [.runs, .skipped, .runs])
    }

    @Test func stepsThatWaitHaveNoCondition() throws {
        let steps = try Self.explain(
            """
            a:
              runs-on: x
              steps:
                - {id: p, run: a, background: true}
                - {run: b, if: steps.p.outcome == 'success'}
                - wait: p
                - {run: c, if: failure()}
            """
        ).flatMap(\.rows).flatMap(\.steps)
        #expect(steps.map(\.verdict) == [.runs, .unknown, .runs, .likelySkipped])
        #expect(steps.map { $0.condition == nil } == [false, false, true, false])
    }

    @Test func aCalledWorkflowIsNamed() throws {
        let jobs = try Self.explain("a: {uses: o/r/.github/workflows/w.yml@v1}")
        #expect(jobs.map(\.calls) == ["o/r/.github/workflows/w.yml@v1"])
        #expect(jobs.flatMap(\.rows).map(\.steps.count) == [0])
    }

    private static let called = """
        on:
          workflow_call:
            inputs: { level: { type: number, default: 1 }, name: { type: string } }
        jobs:
          one: { runs-on: x, if: inputs.level > 1, steps: [ { run: a }, { run: b, if: env.K == '' , env: { K: '${{ secrets.KEY }}' } } ] }
          two: { needs: one, runs-on: x, steps: [ { run: c } ] }
        """

    @Test func theJobsOfACalledWorkflowAreExplainedForEachCall() throws {
        let jobs = try Self.explain(
            """
            a:
              strategy: {matrix: {n: [1, 2]}}
              uses: ./w.yml
              with: {level: '${{ matrix.n }}'}
            b:
              needs: a
              uses: ./w.yml
              with: {level: '${{ fromJSON(needs.a.outputs.x) }}'}
            """,
            called: ["./w.yml": Self.called]
        )
        #expect(
            jobs[0].rows.map { $0.jobs.map(\.verdict) } == [[.skipped, .skipped], [.runs, .likelyRuns]]
        )
        #expect(jobs[1].rows.map { $0.jobs.map(\.verdict) } == [[.unknown, .unknown]])
        #expect(jobs[1].rows.flatMap(\.jobs)[0].condition.reasons == ["the outputs of job `a`"])
        let steps = jobs[0].rows[1].jobs[0].rows.flatMap(\.steps)
        #expect(
            steps.map(\.verdict) == [.runs, .unknown],
            "secrets that are not handed on are not known here"
        )
    }

    @Test func inputsThatACalledWorkflowRefusesFailTheCall() throws {
        let jobs = try Self.explain(
            "a: {uses: ./w.yml, with: {level: '${{ github.ref }}'}}",
            called: ["./w.yml": Self.called]
        )
        #expect(jobs[0].verdict == .fails && jobs[0].fault?.contains("is a number, not") == true)
    }
}
