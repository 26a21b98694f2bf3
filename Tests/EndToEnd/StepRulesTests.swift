import Foundation
import Testing

/// Rules of GitHub's for steps that the conformance cases do not ask.
struct StepRulesTests {
    @Test(arguments: [
        "- { id: t, if: fromJSON(github.ref), run: echo ran, continue-on-error: true }",
        "- { id: t, env: { X: \"${{ fromJSON('{') }}\" }, run: echo ran, continue-on-error: true }",
    ])
    func aStepThatCannotStartIsNotTolerated(step: String) throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                \(step)
                - run: echo goes on
                - { if: failure(), run: 'echo "${{ steps.t.outcome }} ${{ steps.t.conclusion }}"' }
                """
        )
        let run = try site.push(in: repository)
        #expect(run.status == 1, "\(run.everything)")
        #expect(run.log.contains("failure failure"))
        #expect(!run.log.contains("ran") && !run.log.contains("goes on"))
    }

    @Test func continueOnErrorSeesWhatTheStepHasSaid() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - id: soft
                  run: echo "forgive=yes" >> "$GITHUB_OUTPUT"; exit 1
                  continue-on-error: ${{ steps.soft.outputs.forgive == 'yes' && steps.soft.outcome == null }}
                - run: echo "${{ steps.soft.outcome }} ${{ steps.soft.conclusion }}"
                """
        )
        let run = try site.push(in: repository)
        #expect(run.status == 0, "\(run.everything)")
        #expect(run.log.contains("failure success"))
    }

    @Test func aToleranceThatCannotBeEvaluatedIsNoneAndLosesNoOutputs() throws {
        let site = try Site()
        let repository = try site.repository([
            "act/action.yml": """
            name: act
            outputs: { said: { value: "${{ steps.a.outputs.v }} ${{ steps.a.conclusion }}" } }
            runs:
              using: composite
              steps:
                - { id: a, shell: bash, run: 'echo "v=1" >> "$GITHUB_OUTPUT"; exit 1', continue-on-error: "${{ fromJSON(github.ref) }}" }
            """,
            ".github/workflows/w.yml": """
            on: push
            jobs:
              job:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v4
                  - { id: c, uses: ./act, continue-on-error: true }
                  - run: echo "${{ steps.c.outputs.said }} ${{ steps.c.outcome }}"
            """,
        ])
        let run = try site.push(in: repository)
        #expect(run.status == 0, "\(run.everything)")
        #expect(run.log.contains("1 failure failure"), "\(run.log)")
    }

    @Test func aTimeLimitThatCannotBeEvaluatedIsNone() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - { run: echo ran, timeout-minutes: "${{ github.nothing }}" }
                - run: echo job is ${{ job.status }}
                """
        )
        let run = try site.push(in: repository)
        #expect(run.status == 0, "\(run.everything)")
        #expect(run.log.contains("ran") && run.log.contains("job is success"))
        #expect(run.log.contains { $0.hasPrefix("##[error]") && $0.contains("timeout-minutes") })
    }

    @Test func aNameIsOneLine() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - { name: "\\n first ${{ github.ref_name }}\\nsecond", run: echo a }
                - { run: "\\n\\n  echo b\\necho c" }
                """
        )
        let run = try site.push(in: repository)
        #expect(run.status == 0, "\(run.everything)")
        #expect(run.steps["first main"] == "success" && run.steps["Run echo b"] == "success", "\(run.steps)")
    }

    @Test func outputsWithoutAValueFailTheJobAndLeaveNothing() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    outputs: { good: x, bad: "${{ fromJSON('{') }}" }
                    steps: [ { run: 'touch left; v=later-masked; echo "$v-value"; echo "::add-mask::$v-value"' } ]
                  b: { needs: a, if: always(), runs-on: ubuntu-latest, steps: [ { run: 'echo "[${{ needs.a.outputs.good }}] ${{ needs.a.result }}"' } ] }
                """
        )
        let run = try site.push(in: repository)
        #expect(run.status == 1, "\(run.everything)")
        #expect(run.log.contains("##[error]Fail to evaluate job outputs") && run.log.contains("[] failure"))
        #expect(site.abandonedWork.isEmpty, "\(site.abandonedWork)")
        #expect(!site.holds("later-masked-value", under: "\(site.state)/runs"))
    }

    @Test(arguments: [(524_288, "success", 524_288), (524_289, "failure", 0)])
    func aJobHandsOnOneMebibyte(characters: Int, result: String, handedOn: Int) throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    outputs: { v: "${{ steps.s.outputs.v }}" }
                    steps: [ { id: s, run: 'printf "v=%0\(characters)d" 0 >> "$GITHUB_OUTPUT"' } ]
                  b:
                    needs: a
                    if: always()
                    runs-on: ubuntu-latest
                    steps:
                      - shell: wc -c {0}
                        run: ${{ needs.a.outputs.v }}
                      - run: echo "a ${{ needs.a.result }}"
                """
        )
        let run = try site.push(in: repository)
        #expect(
            run.log.contains("a \(result)") && run.log.contains { $0.hasPrefix("\(handedOn) /") },
            "\(run.log)"
        )
        #expect(run.log.contains("##[error]Job outputs exceed 1,048,576 bytes") == (result == "failure"))
    }

    @Test func allJobsOfARunHandOnFiftyMebibytesTogether() throws {
        let site = try Site()
        let numbers = (1...51).map(String.init).joined(separator: ", ")
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  gives:
                    runs-on: ubuntu-latest
                    strategy: { max-parallel: 1, fail-fast: false, matrix: { n: [\(numbers)] } }
                    outputs: { v: "${{ steps.s.outputs.v }}" }
                    steps: [ { id: s, run: 'printf "v=%0524288d" 0 >> "$GITHUB_OUTPUT"' } ]
                """
        )
        let run = try site.push(in: repository)
        let message = "The outputs of the run's jobs exceed 52,428,800 bytes together"
        #expect(run.status == 1)
        #expect(run.log.filter { $0 == "##[error]\(message)" }.count == 1)
        let jobs = run.runs.first?["jobs"] as? [[String: Any]] ?? []
        #expect(
            jobs.filter { $0["conclusion"] as? String == "failure" }.map { $0["name"] as? String }
                == ["gives (51)"]
        )
    }

    @Test func theInputsOfAnActionAreReadAsTheActionsOwn() throws {
        let site = try Site()
        let own = "${{ github.action_repository }}@${{ github.action_ref }}"
        try site.action(
            "acme/inner",
            [
                "action.yml": """
                name: inner
                inputs: { given: {}, own: { default: "\(own)" } }
                runs:
                  using: composite
                  steps: [ { shell: bash, run: 'echo "${{ inputs.given }} own ${{ inputs.own }}"' } ]
                """
            ]
        )
        try site.action(
            "acme/outer",
            [
                "action.yml": """
                name: outer
                inputs: { own: { default: "\(own)" } }
                runs:
                  using: composite
                  steps:
                    - { uses: acme/inner@v1, with: { given: "in ${{ env.SEEN }} \(own)" }, env: { SEEN: "\(own)" } }
                    - { shell: bash, run: 'echo "outer own ${{ inputs.own }}"' }
                    - { uses: ./local }
                """
            ]
        )
        let local = """
            name: local
            inputs: { own: { default: "\(own)" } }
            runs:
              using: composite
              steps: [ { shell: bash, run: 'echo "local own ${{ inputs.own }}"' } ]
            """
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    steps:
                      - uses: actions/checkout@v4
                      - { uses: acme/inner@v1, with: { given: "job \(own)" } }
                      - uses: acme/outer@v1
                      - run: 'echo "variables [${GITHUB_ACTION_REPOSITORY?}] [${GITHUB_ACTION_REF?}]"'
                """,
            ["local/action.yml": local]
        )
        let run = try site.pushWithActions(in: repository)
        #expect(run.status == 0, "\(run.everything)")
        let expected = [
            "job acme/inner@v1 own acme/inner@v1", "in acme/outer@v1 acme/inner@v1 own acme/inner@v1",
            "outer own acme/outer@v1", "local own @", "variables [] []",
        ]
        #expect(run.log.filter(expected.contains) == expected, "\(run.log)")
    }

    @Test func secretsComeInTheOrderOfTheirNamesWithTheTokenFirst() throws {
        let site = try Site()
        let repository = try site.repository(steps: "- run: echo '${{ toJSON(secrets) }}'")
        let run = try site.flowrun(
            "trigger",
            "push",
            "--format",
            "json",
            "--secret",
            "ZEBRA=first-value",
            "--secret",
            "APPLE=second-value",
            in: repository
        )
        let expected = ["{", #"  "github_token": "***","#, #"  "APPLE": "***","#, #"  "ZEBRA": "***""#, "}"]
        #expect(run.log.contains(expected), "\(run.log)")
    }

    @Test func aContainerIsWantedOnlyWhereItsImageComesToSomething() throws {
        let site = try Site()
        func workflow(_ key: String) -> String {
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    \(key)\n"
                + "    steps: [ { run: 'echo \"ran [${{ job.services.db.id }}]\"' } ]\n"
        }
        let image = "${{ github.event_name == 'fork' && 'postgres:17' || '' }}"
        let repository = try site.repository(workflow: workflow("services: { db: { image: \"\(image)\" } }"))
        let file = "\(repository)/.github/workflows/ci.yml"
        #expect(FileManager.default.fileExists(atPath: file))
        for key in [
            "services: { db: { image: \"\(image)\", env: { P: '${{ secrets.P }}' } } }",
            "services: ${{ fromJSON('{\"db\":{\"image\":\"\"}}') }}", "container: \(image)",
            "container: { image: \"docker://\(image)\" }",
        ] {
            try workflow(key).write(toFile: file, atomically: true, encoding: .utf8)
            let run = try site.push("--worktree", in: repository)
            #expect(run.status == 0 && run.log.contains("ran []"), "\(key): \(run.everything)")
        }
        for key in [
            "services: { db: { image: \"${{ 'redis:7' && github.event_name }}\" } }",
            "container: ${{ github.event_name }}",
        ] {
            try workflow(key).write(toFile: file, atomically: true, encoding: .utf8)
            let run = try site.push("--worktree", in: repository)
            #expect(run.status == 1 && run.steps["Set up job"] == "failure", "\(key): \(run.everything)")
            #expect(run.log.contains { $0.contains("needs the image 'push'") })
        }
        for key in ["services: { db: { image: redis } }", "services: { db: redis }", "container: debian"] {
            try workflow(key).write(toFile: file, atomically: true, encoding: .utf8)
            let run = try site.push("--worktree", in: repository)
            #expect(run.status == 2 && run.errors.contains("containers (job 'a') cannot be run"), "\(key)")
        }
    }

    @Test func theAddressOfAnEnvironmentIsTakenAtTheEnd() throws {
        let site = try Site()
        func job(_ url: String) -> String {
            """
              runs-on: ubuntu-latest
              environment: { name: prod, url: "https://\(url)" }
              outputs: { o: "${{ steps.s.outputs.v }}" }
              steps: [ { id: s, run: 'echo v=42 >> "$GITHUB_OUTPUT"; echo "::add-mask::hidden-path"' } ]
            """
            .split(separator: "\n").map { "  \($0)\n" }.joined()
        }
        let after = "needs: bad, if: always(), runs-on: ubuntu-latest"
        let repository = try site.repository(
            workflow: "on: push\njobs:\n  good:\n" + job("${{ steps.s.outputs.v }}.example/${{ job.status }}")
                + "  secret:\n" + job("example/hidden-path") + "  bad:\n" + job("${{ fromJSON('{') }}")
                + "  after: { \(after), steps: [ { run: 'echo ${{ needs.bad.result }} ${{ needs.bad.outputs.o }}' } ] }\n"
        )
        let run = try site.push(in: repository)
        #expect(run.status == 1, "\(run.everything)")
        #expect(run.log.contains("Evaluated environment url: https://42.example/success"))
        let warning = "##[warning]Skip setting environment url as environment 'prod' may contain secret."
        #expect(run.log.contains(warning) && run.log.contains("##[error]Failed to evaluate environment url"))
        #expect(run.log.contains("failure 42"), "the outputs are there all the same")
        let jobs = try site.run(1, in: repository)["jobs"].list
        #expect(jobs.filter { $0["conclusion"].text == "failure" }.map { $0["name"].text } == ["bad"])
    }

    @Test func aNameThatIsGivenAValueAgainKeepsItsPlaceAndItsLetters() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - id: s
                  run: |
                    echo "::set-output name=Old::0"; echo "::set-output name=B::1"; echo "::set-output name=b::2"
                    printf '%s\\n' UPPER=1 other=1 upper=2 old=3 >> "$GITHUB_OUTPUT"
                    printf '%s\\n' E=1 F=1 E=2 >> "$GITHUB_ENV"
                - run: |
                    cat << 'EOF' | tr -d ' \\n'
                    ${{ toJSON(steps.s.outputs) }} ${{ toJSON(env) }}
                    EOF
                """
        )
        let run = try site.push(in: repository)
        #expect(run.status == 0, "\(run.everything)")
        let told = #"{"Old":"3","B":"2","UPPER":"2","other":"1"}{"E":"2","F":"1"}"#
        #expect(run.log.contains(told), "\(run.log)")
    }

    @Test func aScriptCanNameItsFilesByTheContext() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - { id: s, run: 'echo "v=1" >> "${{ github.output }}"; echo "E=2" >> "${{ github.env }}"' }
                - run: echo "${{ steps.s.outputs.v }}$E"; [ "${{ github.path }}" = "$GITHUB_PATH" ]
                """
        )
        let run = try site.push(in: repository)
        #expect(run.status == 0, "\(run.everything)")
        #expect(run.log.contains("12"))
    }

    @Test func withoutAMatrixTheContextIsNull() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  job:
                    runs-on: ubuntu-latest
                    strategy: { max-parallel: 3 }
                    steps: [ { run: 'echo "${{ toJSON(matrix) }} [${{ matrix.os }}] ${{ strategy.max-parallel }}"' } ]
                """
        )
        let run = try site.push(in: repository)
        #expect(run.status == 0, "\(run.everything)")
        #expect(run.log.contains("null [] 1"))
    }

    @Test(arguments: [["-s", "ACTIONS_STEP_DEBUG=true"], ["--var", "ACTIONS_STEP_DEBUG=True"]])
    func aSecretOrVariableShowsDebugLines(options: [String]) throws {
        let site = try Site()
        let repository = try site.repository(
            steps: #"- run: 'echo "::debug::low voice"; echo "[$RUNNER_DEBUG]"'"#
        )
        let run = try site.start(["trigger", "push", "--format", "json"] + options, in: repository).wait()
        #expect(run.status == 0, "\(run.everything)")
        #expect(run.log.contains("[1]") && run.log.contains { $0.contains("low voice") })
        let both = ["-s", "ACTIONS_STEP_DEBUG=false", "--var", "ACTIONS_STEP_DEBUG=true"]
        let quiet = try site.start(["trigger", "push", "--format", "json"] + both, in: repository).wait()
        #expect(quiet.log.contains("[]"), "the secret wins")
    }

    @Test func debuggingShowsHowConditionsCameOut() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - { name: taken, if: "github.event_name == 'push' && env.X == 'y'", env: { X: y }, run: echo taken }
                - { name: passed, if: "contains(github.ref, 'tags') || env.K == 'hush'", env: { K: '${{ secrets.S }}' }, run: echo no }
                """
        )
        let run = try site.flowrun(
            "trigger",
            "push",
            "--debug",
            "-s",
            "S=quiet-secret",
            "--format",
            "json",
            in: repository
        )
        #expect(run.status == 0, "\(run.everything)")
        for line in [
            "Evaluating: success() && github.event_name == 'push' && env.X == 'y'",
            "  github.event_name => 'push'", "  env.X => 'y'", "Result: true",
            "  github.ref => 'refs/heads/main'", "Result: false",
        ] { #expect(run.log.contains("##[debug]" + line), "\(run.log)") }
        #expect(!run.everything.contains("quiet-secret"))
        #expect(try !site.flowrun("run", "logs", in: repository).output.contains("quiet-secret"))
        #expect(try site.push(in: repository).log.allSatisfy { !$0.hasPrefix("##[debug]Evaluating") })
    }

    /// As GitHub's runner has it, which empties both before a script runs and evaluates the step's `env` before that.
    @Test func aScriptOfARemoteActionIsNoActionOfARepository() throws {
        let site = try Site()
        _ = try site.action(
            "acme/says",
            [
                "action.yml": """
                runs:
                  using: composite
                  steps:
                    - shell: bash
                      env: { GIVEN: '${{ github.action_repository }}@${{ github.action_ref }}' }
                      run: echo "[$GIVEN][${{ github.action_repository }}][${GITHUB_ACTION_REPOSITORY-}${GITHUB_ACTION_REF-}]"

                """
            ]
        )
        let repository = try site.repository(steps: "- uses: acme/says@v1")
        let done = try site.pushWithActions(in: repository)
        #expect(done.status == 0, "\(done.everything)")
        #expect(done.log.contains("[acme/says@v1][][]"), "\(done.log)")
    }

    /// As GitHub's parser has it: a strategy without any row is that of a job without a matrix.
    @Test func aMatrixWhoseRowsAreAllExcludedRunsItsJobOnce() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    strategy: { matrix: { v: [1, 2], exclude: [{ v: 1 }, { v: 2 }] } }
                    steps:
                      - run: echo '${{ toJSON(matrix) }} ${{ strategy.job-total }} ${{ strategy.max-parallel }} [${{ matrix.v }}]'
                """
        )
        let done = try site.push(in: repository)
        #expect(done.status == 0 && done.log.contains("null 1 1 []"), "\(done.everything)")
        #expect(try site.run(in: repository)["jobs"].list.map { $0["name"].text } == ["a"])
    }
}
