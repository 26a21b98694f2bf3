import Testing

/// How the scripts of `run` steps are started.
struct RunStepTests {
    private let site: Site

    init() throws { site = try Site() }

    @Test func aShellThatIsWrittenOutMayQuoteAndKeepsItsExtension() throws {
        let repository = try site.repository(
            steps: """
                - { shell: 'bash -c "echo before; . {0}"', run: echo sourced }
                - { shell: 'bash -u {0}', run: 'echo "${0##*.}"' }
                - { shell: 'cat {0}', run: plain text }
                - { shell: 'awk "BEGIN {print}" {0}', run: x }
                """
        )
        let run = try site.push(in: repository)
        #expect(run.status == 1, "\(run.everything)")
        #expect(
            run.log.filter { ["before", "sourced", "sh", "plain text"].contains($0) } == [
                "before", "sourced", "sh", "plain text",
            ]
        )
        #expect(run.log.contains { $0.hasPrefix("##[error]Invalid shell option 'awk") })
    }

    @Test func defaultsAreWhatTheyWereBeforeTheFirstStep() throws {
        let repository = try site.repository(
            workflow: """
                on: push
                env: { DIR: one }
                jobs:
                  job:
                    runs-on: ubuntu-latest
                    defaults: { run: { shell: "bash -e {0}", working-directory: "${{ env.DIR }}" } }
                    steps:
                      - { run: 'mkdir one two; echo "DIR=two" >> "$GITHUB_ENV"', working-directory: "" }
                      - run: echo "file ${PWD##*/}"
                      - { run: 'echo "step ${PWD##*/}"', env: { DIR: two } }
                """
        )
        let run = try site.push(in: repository)
        #expect(run.status == 0, "\(run.everything)")
        #expect(run.log.contains("file one") && run.log.contains("step one"), "\(run.log)")
    }

    @Test func defaultsWithoutAValueFailTheJobBeforeItsFirstStep() throws {
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  job:
                    runs-on: ubuntu-latest
                    defaults: { run: { working-directory: "${{ fromJSON(github.ref) }}" } }
                    steps: [ { name: only, run: echo ran } ]
                """
        )
        let run = try site.push(in: repository)
        #expect(run.status == 1, "\(run.everything)")
        #expect(run.steps["Set up job"] == "failure" && run.steps["only"] == "skipped")
    }

    @Test func theNameOfTheActionIsThatOfTheJobsOwnStep() throws {
        let repository = try site.repository([
            "act/action.yml": """
            outputs: { action: { value: "${{ github.action }}" } }
            runs:
              using: composite
              steps:
                - { id: inner, shell: bash, run: 'echo "act $GITHUB_ACTION ${{ github.action }}"' }
                - { uses: ./nested }
            """,
            "nested/action.yml": """
            runs:
              using: composite
              steps: [ { shell: bash, run: 'echo "nested $GITHUB_ACTION"' } ]
            """,
            ".github/workflows/w.yml": """
            on: push
            jobs:
              job:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v4
                  - { id: mine, uses: ./act }
                  - uses: ./act
                  - run: echo "${{ steps.mine.outputs.action }} $GITHUB_ACTION"
            """,
        ])
        let run = try site.push(in: repository)
        #expect(run.status == 0, "\(run.everything)")
        let told = run.log.filter { !$0.hasPrefix("##[") && ($0.contains("act ") || $0.contains("nested ")) }
        #expect(told == ["act mine mine", "nested mine", "act __self __self", "nested __self"], "\(run.log)")
        #expect(run.log.contains("mine __run"))
    }
}
