extension RuleExample {
    static let faults: [RuleExample] = [
        RuleExample(
            code: "activity-type",
            why: "",
            bad: """
                on: { pull_request: { types: [opend] } }
                jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """,
            good: """
                on: { pull_request: { types: [opened] } }
                jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """
        ),
        RuleExample(
            code: "call-cycle",
            why: "",
            bad: """
                uses: ./a.yml
                """,
            good: """
                uses: ./b.yml
                """,
            others: [
                "a.yml": "on: workflow_call\njobs: { a: { uses: ./a.yml } }\n",
                "b.yml":
                    "on: workflow_call\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }\n",
            ]
        ),
        RuleExample(
            code: "call-depth",
            why: "",
            bad: """
                uses: ./1.yml
                """,
            good: """
                uses: ./9.yml
                """,
            others: [
                "1.yml": "on: workflow_call\njobs: { a: { uses: ./2.yml } }\n",
                "2.yml": "on: workflow_call\njobs: { a: { uses: ./3.yml } }\n",
                "3.yml": "on: workflow_call\njobs: { a: { uses: ./4.yml } }\n",
                "4.yml": "on: workflow_call\njobs: { a: { uses: ./5.yml } }\n",
                "5.yml": "on: workflow_call\njobs: { a: { uses: ./6.yml } }\n",
                "6.yml": "on: workflow_call\njobs: { a: { uses: ./7.yml } }\n",
                "7.yml": "on: workflow_call\njobs: { a: { uses: ./8.yml } }\n",
                "8.yml": "on: workflow_call\njobs: { a: { uses: ./9.yml } }\n",
                "9.yml": "on: workflow_call\njobs: { a: { uses: ./10.yml } }\n",
                "10.yml":
                    "on: workflow_call\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }\n",
            ]
        ),
        RuleExample(
            code: "call-input",
            why: "",
            bad: """
                uses: ./a.yml
                with: { rows: many }
                """,
            good: """
                uses: ./a.yml
                with: { rows: 100 }
                """,
            others: [
                "a.yml":
                    "on: { workflow_call: { inputs: { rows: { type: number } } } }\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }\n"
            ]
        ),
        RuleExample(
            code: "call-missing",
            why: "",
            bad: """
                uses: ./no.yml
                """,
            good: """
                uses: ./a.yml
                """,
            others: [
                "a.yml":
                    "on: workflow_call\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }\n"
            ]
        ),
        RuleExample(
            code: "call-permissions",
            why: "A called workflow can have less than the caller, never more.",
            bad: """
                uses: ./a.yml
                permissions: { contents: read }
                """,
            good: """
                uses: ./a.yml
                permissions: { contents: write }
                """,
            others: [
                "a.yml":
                    "on: workflow_call\npermissions: { contents: write }\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }\n"
            ]
        ),
        RuleExample(
            code: "call-secret",
            why: "",
            bad: """
                uses: ./a.yml
                """,
            good: """
                uses: ./a.yml
                secrets: { KEY: '${{ secrets.KEY }}' }
                """,
            others: [
                "a.yml":
                    "on: { workflow_call: { secrets: { KEY: { required: true } } } }\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }\n"
            ]
        ),
        RuleExample(
            code: "call-trigger",
            why: "",
            bad: """
                uses: ./a.yml
                """,
            good: """
                uses: ./b.yml
                """,
            others: [
                "a.yml": "on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }\n",
                "b.yml":
                    "on: workflow_call\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }\n",
            ]
        ),
        RuleExample(
            code: "concurrency",
            why: "",
            bad: """
                runs-on: ubuntu-latest
                concurrency: { group: a, queue: maximum }
                steps: [ { run: make } ]
                """,
            good: """
                runs-on: ubuntu-latest
                concurrency: { group: a, queue: max }
                steps: [ { run: make } ]
                """
        ),
        RuleExample(
            code: "cron",
            why: "",
            bad: """
                on: { schedule: [ { cron: '0 25 * * *' } ] }
                jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """,
            good: """
                on: { schedule: [ { cron: '0 23 * * *' } ] }
                jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """
        ),
        RuleExample(
            code: "dispatch-inputs",
            why: "",
            bad: """
                on: { workflow_dispatch: { inputs: { size: { type: choice } } } }
                jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """,
            good: """
                on: { workflow_dispatch: { inputs: { size: { type: choice, options: [s, l] } } } }
                jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """
        ),
        RuleExample(
            code: "duplicate-id",
            why: "Ids are the same whatever their case.",
            bad: """
                - { id: data, run: make }
                - { id: Data, run: make }
                """,
            good: """
                - { id: data, run: make }
                - { id: model, run: make }
                """
        ),
        RuleExample(
            code: "duplicate-key",
            why: "",
            bad: """
                - run: make
                  Run: make
                """,
            good: """
                - run: make
                """
        ),
        RuleExample(
            code: "empty-value",
            why: "",
            bad: """
                runs-on: ''
                steps: [ { run: make } ]
                """,
            good: """
                runs-on: ubuntu-latest
                steps: [ { run: make } ]
                """
        ),
        RuleExample(
            code: "expression",
            why: "Which contexts and functions are available differs from key to key.",
            bad: """
                - run: echo ${{ github.ref == "x" }} ${{ secret.KEY }}
                - { if: secrets.KEY, run: make }
                """,
            good: """
                - run: echo ${{ github.ref == 'x' }} ${{ secrets.KEY }}
                - { if: env.KEY, run: make }
                """
        ),
        RuleExample(
            code: "expression-not-allowed",
            why: "",
            bad: """
                - uses: actions/checkout@${{ vars.VERSION }}
                """,
            good: """
                - uses: actions/checkout@v4
                """
        ),
        RuleExample(
            code: "filter-conflict",
            why: "",
            bad: """
                on: { push: { branches: [main], branches-ignore: [old] } }
                jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """,
            good: """
                on: { push: { branches: [main, '!old'] } }
                jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """
        ),
        RuleExample(
            code: "identifier",
            why: "",
            bad: """
                - { id: 1st, run: make }
                """,
            good: """
                - { id: first, run: make }
                """
        ),
        RuleExample(
            code: "image",
            why: "",
            bad: """
                runs-on: ubuntu-latest
                services: { db: { ports: ['5432'] } }
                steps: [ { run: make } ]
                """,
            good: """
                runs-on: ubuntu-latest
                services: { db: { image: 'postgres@sha256:0123' } }
                steps: [ { run: make } ]
                """
        ),
        RuleExample(
            code: "input-type",
            why: "",
            bad: """
                on: { workflow_dispatch: { inputs: { rows: { type: integer } } } }
                jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """,
            good: """
                on: { workflow_dispatch: { inputs: { rows: { type: number } } } }
                jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """
        ),
        RuleExample(
            code: "matrix",
            why: "",
            bad: """
                runs-on: ubuntu-latest
                strategy: { matrix: { python: [] } }
                steps: [ { run: make } ]
                """,
            good: """
                runs-on: ubuntu-latest
                strategy: { matrix: { python: ['3.11'] } }
                steps: [ { run: make } ]
                """
        ),
        RuleExample(
            code: "missing-key",
            why: "",
            bad: """
                steps: [ { run: make } ]
                """,
            good: """
                runs-on: ubuntu-latest
                steps: [ { run: make } ]
                """
        ),
        RuleExample(
            code: "needs-cycle",
            why: "",
            bad: """
                on: push
                jobs:
                  a: { runs-on: x, needs: b, steps: [ { run: make } ] }
                  b: { runs-on: x, needs: a, steps: [ { run: make } ] }
                """,
            good: """
                on: push
                jobs:
                  a: { runs-on: x, steps: [ { run: make } ] }
                  b: { runs-on: x, needs: a, steps: [ { run: make } ] }
                """
        ),
        RuleExample(
            code: "no-jobs",
            why: "",
            bad: """
                on: push
                jobs: {}
                """,
            good: """
                on: push
                jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """
        ),
        RuleExample(
            code: "permission",
            why: "",
            bad: """
                on: push
                permissions: { contents: admin }
                jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """,
            good: """
                on: push
                permissions: { contents: write }
                jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """
        ),
        RuleExample(
            code: "runner-group",
            why: "",
            bad: """
                runs-on: { group: team/gpu }
                steps: [ { run: make } ]
                """,
            good: """
                runs-on: { group: org/gpu }
                steps: [ { run: make } ]
                """
        ),
        RuleExample(
            code: "snapshot-version",
            why: "",
            bad: """
                runs-on: ubuntu-latest
                snapshot: { image-name: i, version: '1.2' }
                steps: [ { run: make } ]
                """,
            good: """
                runs-on: ubuntu-latest
                snapshot: { image-name: i, version: '1.*' }
                steps: [ { run: make } ]
                """
        ),
        RuleExample(
            code: "step-kind",
            why: "",
            bad: """
                - name: nothing to do
                """,
            good: """
                - { name: something to do, run: make }
                """
        ),
        RuleExample(
            code: "timezone",
            why: "",
            bad: """
                on: { schedule: [ { cron: '0 4 * * *', timezone: Berlin } ] }
                jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """,
            good: """
                on: { schedule: [ { cron: '0 4 * * *', timezone: Europe/Berlin } ] }
                jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """
        ),
        RuleExample(
            code: "unknown-event",
            why: "",
            bad: """
                on: pul_request
                jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """,
            good: """
                on: pull_request
                jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """
        ),
        RuleExample(
            code: "unknown-key",
            why: "`--fix` mends slips.",
            bad: """
                runs-on: ubuntu-latest
                step: [ { run: make } ]
                """,
            good: """
                runs-on: ubuntu-latest
                steps: [ { run: make } ]
                """
        ),
        RuleExample(
            code: "unknown-need",
            why: "",
            bad: """
                runs-on: ubuntu-latest
                needs: data
                steps: [ { run: make } ]
                """,
            good: """
                runs-on: ubuntu-latest
                steps: [ { run: make } ]
                """
        ),
        RuleExample(
            code: "unknown-using",
            why: "",
            bad: """
                name: n
                runs: { using: node10, main: index.js }
                """,
            good: """
                name: n
                runs: { using: node24, main: index.js }
                """,
            file: "action.yml"
        ),
        RuleExample(
            code: "uses-format",
            why: "",
            bad: """
                - uses: checkout
                """,
            good: """
                - uses: actions/checkout@v4
                """
        ),
        RuleExample(
            code: "wait-target",
            why: "",
            bad: """
                - { id: data, run: make }
                - wait: data
                """,
            good: """
                - { id: data, run: make, background: true }
                - wait: data
                """
        ),
        RuleExample(
            code: "wrong-type",
            why: "`--fix` takes away quotes that are too much.",
            bad: """
                - { run: make, timeout-minutes: '5' }
                """,
            good: """
                - { run: make, timeout-minutes: 5 }
                """
        ),
        RuleExample(
            code: "yaml-alias",
            why: "",
            bad: """
                runs-on: ubuntu-latest
                env: *common
                steps: [ { run: make } ]
                """,
            good: """
                runs-on: ubuntu-latest
                env: &common { A: b }
                steps: [ { run: make, env: *common } ]
                """
        ),
        RuleExample(
            code: "yaml-documents",
            why: "",
            bad: """
                on: push
                jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                ---
                on: push
                """,
            good: """
                on: push
                jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """
        ),
        RuleExample(
            code: "yaml-empty",
            why: "",
            bad: """
                # on: push
                """,
            good: """
                on: push
                jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """
        ),
        RuleExample(
            code: "yaml-key",
            why: "",
            bad: """
                - { run: make, [a]: b }
                """,
            good: """
                - { run: make }
                """
        ),
        RuleExample(
            code: "yaml-limit",
            why:
                "At most 1 MiB of text, 50 levels and 50,000 values, those that aliases repeat counted again.",
            bad: """
                on: push
                jobs: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
                """,
            good: """
                on: push
                jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: make } ] } }
                """
        ),
        RuleExample(
            code: "yaml-syntax",
            why: "",
            bad: """
                - run: make
                   name: x
                """,
            good: """
                - run: make
                  name: x
                """
        ),
        RuleExample(
            code: "yaml-tag",
            why: "",
            bad: """
                - run: !join make
                """,
            good: """
                - run: '!join make'
                """
        ),
    ]
}
