extension RuleExample {
    static let safety: [RuleExample] = [
        RuleExample(
            code: "adhoc-packages",
            why: "A package that is replaced on its index runs with the job's secrets. Shown with `--all`.",
            bad: """
                - run: pip install -r requirements.txt
                - run: python train.py
                  env: { KEY: '${{ secrets.KEY }}' }
                """,
            good: """
                - run: pip install --require-hashes -r requirements.txt
                - run: python train.py
                  env: { KEY: '${{ secrets.KEY }}' }
                """
        ),
        RuleExample(
            code: "artipacked",
            why:
                "A checkout leaves its token in `.git/config`, from where it goes out with an artifact that takes in the "
                + "whole workspace. Uploads of files that hold credentials are found too. A token that merely stays is a "
                + "note, shown with `--all`.",
            bad: """
                - uses: actions/checkout@v4
                - uses: actions/upload-artifact@v3
                  with: { path: . }
                """,
            good: """
                - uses: actions/checkout@v4
                  with: { persist-credentials: false }
                - uses: actions/upload-artifact@v4
                  with: { path: model/model.pkl }
                """
        ),
        RuleExample(
            code: "bot-conditions",
            why: "`github.actor` is whoever acted last: a stranger can make the bot push to his branch.",
            bad: """
                on: pull_request_target
                jobs:
                  merge:
                    if: github.actor == 'dependabot[bot]'
                    runs-on: ubuntu-latest
                    steps: [ { run: gh pr merge } ]
                """,
            good: """
                on: pull_request_target
                jobs:
                  merge:
                    if: github.event.pull_request.user.login == 'dependabot[bot]'
                    runs-on: ubuntu-latest
                    steps: [ { run: gh pr merge } ]
                """
        ),
        RuleExample(
            code: "cache-poisoning",
            why:
                "A cache that another run has filled becomes part of what is released (a note, shown with `--all`); a key "
                + "that a stranger chooses is a warning.",
            bad: """
                on: pull_request_target
                jobs:
                  train:
                    runs-on: ubuntu-latest
                    steps:
                      - uses: actions/cache@v4
                        with: { path: data, key: 'data-${{ github.head_ref }}' }
                """,
            good: """
                on: pull_request_target
                jobs:
                  train:
                    runs-on: ubuntu-latest
                    steps:
                      - uses: actions/cache@v4
                        with: { path: data, key: "data-${{ hashFiles('data.dvc') }}" }
                """
        ),
        RuleExample(
            code: "concurrency-limits",
            why: "Two trainings at once both push their model, and one of them fails, or wins by chance.",
            bad: """
                - run: |
                    dvc push
                    git push
                """,
            good: """
                runs-on: ubuntu-latest
                concurrency: training
                steps:
                  - run: |
                      dvc push
                      git push
                """
        ),
        RuleExample(
            code: "credential-file",
            why: "On a machine that stays, the file stays with it, for the next job to read.",
            bad: """
                - run: echo "$KEY" > key.json
                  env: { KEY: '${{ secrets.SERVICE_ACCOUNT_KEY }}' }
                - run: dvc pull
                """,
            good: """
                - run: echo "$KEY" > key.json
                  env: { KEY: '${{ secrets.SERVICE_ACCOUNT_KEY }}' }
                - run: dvc pull
                - if: always()
                  run: rm -f key.json
                """
        ),
        RuleExample(
            code: "dangerous-triggers",
            why:
                "These events run with the repository's secrets and a token that may write, whoever caused them. To have "
                + "them at all is a note, shown with `--all`; to check out the other side's code there is a warning.",
            bad: """
                on: pull_request_target
                jobs:
                  test:
                    runs-on: ubuntu-latest
                    steps:
                      - uses: actions/checkout@v4
                        with: { ref: '${{ github.event.pull_request.head.sha }}' }
                      - run: make test
                """,
            good: """
                on: pull_request
                jobs:
                  test:
                    runs-on: ubuntu-latest
                    steps:
                      - uses: actions/checkout@v4
                      - run: make test
                """
        ),
        RuleExample(
            code: "dvc-push-order",
            why:
                "Whoever pulls between the two has a commit whose data is nowhere; if the second push fails, it stays so.",
            bad: """
                runs-on: ubuntu-latest
                concurrency: training
                steps:
                  - run: |
                      git push
                      dvc push
                """,
            good: """
                runs-on: ubuntu-latest
                concurrency: training
                steps:
                  - run: |
                      dvc push
                      git push
                """
        ),
        RuleExample(
            code: "excessive-permissions",
            why:
                "What a step can do with the token, an action or a package that has gone bad can do as well. Workflows "
                + "that say nothing, `read-all`, and rights to write for every job are notes, shown with `--all`.",
            bad: """
                on: push
                permissions: write-all
                jobs: { test: { runs-on: ubuntu-latest, steps: [ { run: make test } ] } }
                """,
            good: """
                on: push
                permissions: { contents: read }
                jobs: { test: { runs-on: ubuntu-latest, steps: [ { run: make test } ] } }
                """
        ),
        RuleExample(
            code: "github-env",
            why:
                "Who can write a line there can set `LD_PRELOAD` or `PATH` for the steps that follow. A warning where "
                + "strangers may have a hand in it, else a note.",
            bad: """
                - run: echo "TITLE=$TITLE" >> "$GITHUB_ENV"
                  env: { TITLE: '${{ github.event.issue.title }}' }
                """,
            good: """
                - run: echo "MODE=fast" >> "$GITHUB_ENV"
                """
        ),
        RuleExample(
            code: "hardcoded-container-credentials",
            why: "Everybody who can read the repository, or any fork of it, has the password.",
            bad: """
                runs-on: ubuntu-latest
                container:
                  image: registry.example/train@sha256:0123
                  credentials: { username: me, password: hunter2 }
                steps: [ { run: make } ]
                """,
            good: """
                runs-on: ubuntu-latest
                container:
                  image: registry.example/train@sha256:0123
                  credentials: { username: me, password: '${{ secrets.REGISTRY_PASSWORD }}' }
                steps: [ { run: make } ]
                """
        ),
        RuleExample(
            code: "insecure-commands",
            why:
                "`::set-env` and `::add-path` were removed because any text that a step prints could hold them.",
            bad: """
                - run: make
                  env: { ACTIONS_ALLOW_UNSECURE_COMMANDS: true }
                - run: echo "::set-env name=MODE::fast"
                """,
            good: """
                - run: echo "MODE=fast" >> "$GITHUB_ENV"
                """
        ),
        RuleExample(
            code: "overprovisioned-secrets",
            why: "A step that is given all secrets can lose all of them.",
            bad: """
                - run: python train.py
                  env: { ALL: '${{ toJSON(secrets) }}' }
                """,
            good: """
                - run: python train.py
                  env: { KEY: '${{ secrets.KEY }}' }
                """
        ),
        RuleExample(
            code: "report-links",
            why: "Only files below the workspace are uploaded with a report.",
            bad: """
                - run: |
                    echo '![losses](/tmp/losses.png)' >> report.md
                    cml comment create report.md
                """,
            good: """
                - run: |
                    echo '![losses](losses.png)' >> report.md
                    cml comment create report.md
                """
        ),
        RuleExample(
            code: "secrets-inherit",
            why: "The called workflow gets secrets that it never asked for. Shown with `--all`.",
            bad: """
                uses: ./train.yml
                secrets: inherit
                """,
            good: """
                uses: ./train.yml
                secrets: { KEY: '${{ secrets.KEY }}' }
                """,
            others: [
                "train.yml":
                    "on: { workflow_call: { secrets: { KEY: {} } } }\njobs: { a: { runs-on: x, steps: [ { run: x } ] } }\n"
            ]
        ),
        RuleExample(
            code: "template-injection",
            why:
                "The text is put into the script before the shell reads it, so a title such as `$(curl ...)` is run. Values "
                + "are followed through `env`, `matrix`, outputs of steps and jobs. What only those can choose who may "
                + "start the run is a note, shown with `--all`. `--fix` hands the value over where the quotes allow it.",
            bad: """
                - run: echo "${{ github.event.issue.title }}"
                """,
            good: """
                - run: echo "$TITLE"
                  env: { TITLE: '${{ github.event.issue.title }}' }
                """
        ),
        RuleExample(
            code: "unpinned-images",
            why: "A warning for an image without a tag or with `latest`, a note for any other tag.",
            bad: """
                runs-on: ubuntu-latest
                container: python
                steps: [ { run: make } ]
                """,
            good: """
                runs-on: ubuntu-latest
                container: python@sha256:0123456789abcdef
                steps: [ { run: make } ]
                """
        ),
        RuleExample(
            code: "unpinned-uses",
            why:
                "A warning for a branch of somebody else's action, a note for a tag, which can be moved too.",
            bad: """
                - uses: somebody/action@main
                """,
            good: """
                - uses: somebody/action@8f4b7f84864484a7bf31766abe9204da3cbe65b3 # v2.1
                """
        ),
        RuleExample(
            code: "unredacted-secrets",
            why: "The log masks a secret as a whole; a value taken out of it is printed as it is.",
            bad: """
                - run: ./deploy
                  env: { PASSWORD: '${{ fromJSON(secrets.LOGIN).password }}' }
                """,
            good: """
                - run: ./deploy
                  env: { PASSWORD: '${{ secrets.PASSWORD }}' }
                """
        ),
        RuleExample(
            code: "untrusted-data",
            why: "On a stranger's branch, `.dvc/config`, `dvc.yaml` and notebooks are the stranger's.",
            bad: """
                on: pull_request_target
                jobs:
                  test:
                    runs-on: ubuntu-latest
                    env: { KEY: '${{ secrets.KEY }}' }
                    steps:
                      - uses: actions/checkout@v4
                        with: { ref: '${{ github.head_ref }}' }
                      - run: dvc pull
                """,
            good: """
                on: push
                jobs:
                  test:
                    runs-on: ubuntu-latest
                    env: { KEY: '${{ secrets.KEY }}' }
                    steps:
                      - uses: actions/checkout@v4
                      - run: dvc pull
                """
        ),
        RuleExample(
            code: "untrusted-on-host",
            why:
                "What a job leaves on a machine that stays (processes, files, a changed tool) the next one meets.",
            bad: """
                on: pull_request
                jobs:
                  test:
                    runs-on: [self-hosted, gpu]
                    steps: [ { run: make test } ]
                """,
            good: """
                on: push
                jobs:
                  test:
                    runs-on: [self-hosted, gpu]
                    steps: [ { run: make test } ]
                """
        ),
        RuleExample(
            code: "untrusted-report",
            why:
                "The report is posted under the name of the repository's own bot, links and mentions included.",
            bad: """
                - env: { TITLE: '${{ github.event.pull_request.title }}' }
                  run: |
                    echo "## $TITLE" >> report.md
                    cml comment create report.md
                """,
            good: """
                - run: |
                    cat metrics.txt >> report.md
                    cml comment create report.md
                """
        ),
    ]
}
