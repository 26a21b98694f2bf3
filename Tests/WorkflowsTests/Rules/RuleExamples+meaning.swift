extension RuleExample {
    static let meaning: [RuleExample] = [
        RuleExample(
            code: "constant-condition",
            why: "Shown with `--all`: many switch a step off so, and mean it.",
            bad: """
                - { if: false, run: make }
                """,
            good: """
                - { if: github.ref_type == 'tag', run: make }
                """
        ),
        RuleExample(
            code: "cron-dst",
            why:
                "In spring the hour after 2 o'clock is missing, in autumn one comes twice. Shown with `--all`.",
            bad: """
                on: { schedule: [ { cron: '30 2 * * *', timezone: Europe/Berlin } ] }
                jobs: { train: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """,
            good: """
                on: { schedule: [ { cron: '30 4 * * *', timezone: Europe/Berlin } ] }
                jobs: { train: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """
        ),
        RuleExample(
            code: "cron-interval",
            why: "GitHub runs a schedule every five minutes at most, whatever it asks for.",
            bad: """
                on: { schedule: [ { cron: '*/2 * * * *' } ] }
                jobs: { train: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """,
            good: """
                on: { schedule: [ { cron: '*/10 * * * *' } ] }
                jobs: { train: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """
        ),
        RuleExample(
            code: "cron-never",
            why: "The line is read without complaint, and then nothing ever runs.",
            bad: """
                on: { schedule: [ { cron: '0 0 31 2,4 *' } ] }
                jobs: { train: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """,
            good: """
                on: { schedule: [ { cron: '0 0 29 2 *' } ] }
                jobs: { train: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """
        ),
        RuleExample(
            code: "deprecated-command",
            why: "`--fix` rewrites a line that does nothing else.",
            bad: """
                - run: echo "::set-output name=rows::100"
                """,
            good: """
                - run: echo "rows=100" >> "$GITHUB_OUTPUT"
                """
        ),
        RuleExample(
            code: "missing-input",
            why: "Known for popular actions, and for those of the repository itself.",
            bad: """
                - uses: actions/cache@v4
                  with: { path: data }
                """,
            good: """
                - uses: actions/cache@v4
                  with: { path: data, key: data }
                """
        ),
        RuleExample(
            code: "missing-timeout",
            why:
                "A training that hangs keeps its machine for six hours, or for days on one of your own. Shown with `--all`.",
            bad: """
                - run: python train.py
                """,
            good: """
                runs-on: ubuntu-latest
                timeout-minutes: 30
                steps: [ { run: python train.py } ]
                """
        ),
        RuleExample(
            code: "no-steps",
            why: "GitHub takes it, and the job does nothing.",
            bad: """
                runs-on: ubuntu-latest
                steps: []
                """,
            good: """
                runs-on: ubuntu-latest
                steps: [ { run: make } ]
                """
        ),
        RuleExample(
            code: "no-workflows",
            why: "`workflow_run` waits for workflows by name.",
            bad: """
                on: { workflow_run: { types: [completed] } }
                jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """,
            good: """
                on: { workflow_run: { workflows: [Training], types: [completed] } }
                jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """
        ),
        RuleExample(
            code: "shell",
            why: "Any other shell is a command line in which `{0}` stands for the script.",
            bad: """
                - { shell: perl, run: print 1 }
                """,
            good: """
                - { shell: 'perl {0}', run: print 1 }
                """
        ),
        RuleExample(
            code: "timeout-fraction",
            why: "The runner counts whole minutes.",
            bad: """
                - { run: make, timeout-minutes: 0.5 }
                """,
            good: """
                - { run: make, timeout-minutes: 1 }
                """
        ),
        RuleExample(
            code: "type-mismatch",
            why:
                "Objects where a text is meant, booleans compared with the text 'true', texts where a key needs a number.",
            bad: """
                on: { workflow_dispatch: { inputs: { full: { type: boolean } } } }
                jobs:
                  train:
                    runs-on: ubuntu-latest
                    if: inputs.full == 'true'
                    timeout-minutes: ${{ vars.MINUTES }}
                    steps: [ { run: 'echo ${{ github.event.inputs }}' } ]
                """,
            good: """
                on: { workflow_dispatch: { inputs: { full: { type: boolean } } } }
                jobs:
                  train:
                    runs-on: ubuntu-latest
                    if: inputs.full
                    timeout-minutes: ${{ fromJSON(vars.MINUTES) }}
                    steps: [ { run: "echo '${{ github.event.inputs.full }}'" } ]
                """
        ),
        RuleExample(
            code: "unknown-input",
            why: "Known for popular actions, and for those of the repository itself. `--fix` mends slips.",
            bad: """
                - uses: actions/setup-python@v5
                  with: { python-verison: '3.11' }
                """,
            good: """
                - uses: actions/setup-python@v5
                  with: { python-version: '3.11' }
                """
        ),
        RuleExample(
            code: "unknown-property",
            why: "GitHub takes it for null, so that a condition is silently false, or a text empty.",
            bad: """
                - { id: data, uses: ./read }
                - if: steps.data.outputs.row > 0
                  run: echo ${{ steps.date.outputs.rows }} ${{ github.evnt.action }} ${{ matrix.os }}
                """,
            good: """
                - { id: data, uses: ./read }
                - if: steps.data.outputs.rows > 0
                  run: echo ${{ steps.data.outputs.rows }} ${{ github.event.action }}
                """,
            others: [
                "read/action.yml":
                    "name: read\noutputs: { rows: { value: x } }\nruns: { using: composite, steps: [] }\n"
            ]
        ),
        RuleExample(
            code: "unsound-condition",
            why: "`--fix` takes the braces away where that leaves a condition.",
            bad: """
                - if: ${{ github.ref_type == 'tag' }} && success()
                  run: make
                """,
            good: """
                - if: github.ref_type == 'tag' && success()
                  run: make
                """
        ),
        RuleExample(
            code: "unsound-contains",
            why: "`refs/heads/mai` and `f` are in that text too.",
            bad: """
                - if: contains('refs/heads/main refs/heads/dev', github.ref)
                  run: make
                """,
            good: """
                - if: contains(fromJSON('["refs/heads/main", "refs/heads/dev"]'), github.ref)
                  run: make
                """
        ),
        RuleExample(
            code: "unsound-ternary",
            why: "`&&` and `||` give operands, not truth: an empty middle never is the result.",
            bad: """
                - run: make ${{ github.ref_type == 'tag' && '' || '--draft' }}
                """,
            good: """
                - run: make ${{ github.ref_type != 'tag' && '--draft' || '' }}
                """
        ),
    ]
}
