import Foundation
import Testing

/// `dispatch`, `trigger` and `run`: what they print for programs, and how it is found again.
struct CommandsRunTests {
    private let failing = """
        name: Quality
        on:
          push:
          workflow_dispatch:
            inputs:
              who: { type: choice, options: [ada, bob], default: ada }
              dry: { type: boolean, default: false }
              must: { required: true }
        run-name: By ${{ inputs.who || 'a push' }}
        jobs:
          one:
            runs-on: ubuntu-latest
            outputs: { answer: "${{ steps.think.outputs.answer }}" }
            steps:
              - { id: think, run: 'echo answer=42 >> "$GITHUB_OUTPUT"' }
              - run: echo '::warning file=a.py,line=3,endLine=4,col=2,title=Odd::look here'
              - { name: Breaks, run: echo middle; exit 3 }
              - { name: Later, run: echo later }
              - { name: Always, if: always(), run: echo always }
          two:
            needs: one
            runs-on: ubuntu-latest
            steps: [ { run: echo two } ]
        """

    @Test func aStepThatFailsInTheMiddleEndsTheRunWithAnAnnotation() throws {
        let site = try Site()
        let repository = try site.repository(workflow: failing)
        let done = try site.push(in: repository)
        #expect(done.status == 1)
        let run = try #require(try done.objects().last)["run"]
        #expect(run["conclusion"].text == "failure" && run["display_title"].text == "By a push")
        let (one, two) = (run["jobs"][0], run["jobs"][1])
        #expect(one["conclusion"].text == "failure" && two["conclusion"].text == "skipped")
        #expect(one.conclusions["Breaks"] == "failure" && one.conclusions["Later"] == "skipped")
        #expect(one.conclusions["Always"] == "success" && one["outputs"]["answer"].text == "42")
        let error = try #require(one["annotations"].list.first { $0["level"].text == "error" })
        #expect(error["message"].text == "Process completed with exit code 3.")
        let warning = try #require(one["annotations"].list.first { $0["level"].text == "warning" })
        #expect(warning["message"].text == "look here" && warning["title"].text == "Odd")
        #expect(warning["file"].text == "a.py" && warning["line"].int == 3 && warning["end_line"].int == 4)
        #expect(done.log.contains("middle") && done.log.contains("always") && !done.log.contains("later"))
    }

    @Test func everyLineOfTheJSONFormatHasAnEventAndATime() throws {
        let site = try Site()
        let repository = try site.repository(workflow: failing)
        let events = try site.push(in: repository).objects()
        #expect(events.allSatisfy { !$0["event"].text.isEmpty })
        #expect(events.allSatisfy { $0["time"].text.wholeMatch(of: /\d{4}-\d\d-\d\dT[\d:.]+Z/) != nil })
        #expect(events.first?["event"].text == "run.started" && events.last?["event"].text == "run.completed")
        let started = try #require(events.first)["run"]
        #expect(
            started.keys.isSuperset(of: [
                "id", "run_number", "run_attempt", "name", "display_title", "path", "event", "head_sha",
                "head_branch",
            ])
        )
        #expect(started["event"].text == "push" && started["head_branch"].text == "main")
        #expect(started["head_sha"].text == (try site.git("rev-parse", "HEAD", in: repository)))
        for event in events where event["event"].text.hasPrefix("step.") {
            #expect(event["job_id"].int > 0 && event["run_id"].int == started["id"].int)
            #expect(event["step"]["number"].int > 0 && !event["step"]["name"].text.isEmpty)
        }
        for event in events where event["event"].text == "step.completed" {
            #expect(!event["step"]["conclusion"].text.isEmpty && !event["step"]["outcome"].text.isEmpty)
        }
        #expect(events.contains { $0["event"].text == "annotation" && $0["level"].text == "warning" })
    }

    @Test func aRunIsViewedLaterAsItsLastLineHadIt() throws {
        let site = try Site()
        let repository = try site.repository(workflow: failing)
        let told = try #require(try site.push(in: repository).objects().last)["run"]
        let viewed = try site.run(in: repository)
        #expect(viewed.keys.isSuperset(of: told.keys))
        for key in told.keys.subtracting(["jobs", "created_at", "run_started_at", "completed_at"]) {
            #expect(viewed[key] == told[key], "\(key)")
        }
        for (one, other) in zip(told["jobs"].list, viewed["jobs"].list) {
            #expect(one.conclusions == other.conclusions && one["outputs"] == other["outputs"])
            #expect(one["annotations"] == other["annotations"])
            #expect(one["steps"].list.map { $0["number"] } == other["steps"].list.map { $0["number"] })
        }
    }

    @Test func runsAreListedNewestFirstWithRESTNames() throws {
        let site = try Site()
        let repository = try site.repository([
            ".github/workflows/a.yml":
                "name: A\non: push\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: echo } ] } }\n",
            ".github/workflows/b.yml":
                "name: B\non: push\njobs: { b: { runs-on: ubuntu-latest, steps: [ { run: echo } ] } }\n",
        ])
        for _ in 1...2 { #expect(try site.push(in: repository).status == 0) }
        let all = try JSON(try site.flowrun("run", "list", "--json", in: repository).output).list
        #expect(all.map { $0["id"].int } == [4, 3, 2, 1])
        #expect(Set(all.map { $0["run_number"].int }) == [1, 2])
        let first = try #require(all.first)
        #expect(
            first.keys.isSuperset(of: [
                "id", "run_number", "run_attempt", "name", "display_title", "path", "event", "head_sha",
                "head_branch", "status", "conclusion", "created_at", "run_started_at",
            ])
        )
        let some = try JSON(
            try site.flowrun("run", "list", "--json", "-L", "1", "-w", "A", in: repository).output
        )
        #expect(some.list.count == 1 && some[0]["name"].text == "A")
        let other = try site.repository(["x": "y"], named: "other")
        #expect(try site.flowrun("run", "list", in: other).errors.contains("no runs"))
        #expect(
            try JSON(try site.flowrun("run", "list", "--all", "--json", in: other).output).list.count == 4
        )
        let table = try site.flowrun("run", "list", in: repository).output
        #expect(table.hasPrefix("ID") && table.split(separator: "\n").count == 5)
    }

    @Test func logsAreShownByJobAndByFailure() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  good: { runs-on: ubuntu-latest, steps: [ { run: echo from good } ] }
                  bad: { runs-on: ubuntu-latest, steps: [ { run: echo before }, { run: echo at fault; exit 1 } ] }
                """
        )
        #expect(try site.push(in: repository).status == 1)
        let all = try site.flowrun("run", "logs", in: repository).output
        #expect(all.contains("from good") && all.contains("before") && all.contains("at fault"))
        let good = try site.flowrun("run", "logs", "1", "--job", "good", in: repository).output
        #expect(good.contains("from good") && !good.contains("before"))
        let failed = try site.flowrun("run", "view", "--log-failed", in: repository).output
        #expect(failed.contains("at fault") && !failed.contains("before") && !failed.contains("from good"))
    }

    @Test func whatIsNotThereIsNamed() throws {
        let site = try Site()
        let repository = try site.repository(workflow: failing)
        for arguments in [["run", "view", "77"], ["run", "logs", "77"]] {
            let done = try site.start(arguments, in: repository).wait()
            #expect(done.status == 2 && done.errors.contains("77"), "\(done.everything)")
        }
        let none = try site.flowrun("run", "view", in: repository)
        #expect(none.status == 2 && none.errors.contains("no runs"))
        let job = try site.flowrun("trigger", "push", "-j", "three", in: repository)
        #expect(job.status == 2 && job.errors.contains("`three`") && job.errors.contains("one, two"))
    }

    @Test func dispatchChecksInputsAgainstTheirDeclaration() throws {
        let site = try Site()
        let repository = try site.repository(workflow: failing)
        for (given, word) in [
            ([], "`must` is required"), (["must=x", "who=eve"], "`ada` and `bob`"),
            (["must=x", "dry=maybe"], "dry"), (["must=x", "more=1"], "more"),
        ] {
            let done = try site.start(
                ["dispatch", "quality"] + given.flatMap { ["-f", $0] },
                in: repository
            ).wait()
            #expect(done.status == 2 && done.errors.contains(word), "\(given): \(done.everything)")
        }
        let malformed = try site.flowrun("dispatch", "quality", "-f", "must", in: repository)
        #expect(malformed.status == 64)
        #expect(try site.flowrun("run", "list", in: repository).errors.contains("no runs"))
        let fine = try site.flowrun(
            "dispatch",
            "ci.yml",
            "-f",
            "must=x",
            "-f",
            "who=bob",
            "--format",
            "json",
            in: repository
        )
        #expect(fine.runs.first?["display_title"] as? String == "By bob", "\(fine.everything)")
        #expect(fine.runs.first?["event"] as? String == "workflow_dispatch")
    }

    @Test(arguments: [
        "continuous-training", "Continuous Training", "CONTINUOUS_TRAINING.yaml",
        ".github/workflows/continuous_training.yaml", "nightly work",
    ])
    func aWorkflowIsFoundByFileOrName(_ name: String) throws {
        let site = try Site()
        let job = "jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: echo } ] } }\n"
        let repository = try site.repository([
            ".github/workflows/continuous_training.yaml": "name: Nightly Work\non: workflow_dispatch\n" + job,
            ".github/workflows/other.yml": "name: Other\non: workflow_dispatch\n" + job,
        ])
        let done = try site.flowrun("dispatch", name, "-n", "--format", "json", in: repository)
        #expect(done.output.contains("continuous_training.yaml"), "\(done.everything)")
    }

    @Test func aNameThatFitsSeveralOrNoneListsTheCandidates() throws {
        let site = try Site()
        let text =
            "name: Same\non: workflow_dispatch\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: echo } ] } }\n"
        let repository = try site.repository([
            ".github/workflows/a.yml": text, ".github/workflows/b.yml": text,
        ])
        let several = try site.flowrun("dispatch", "same", in: repository)
        #expect(several.status == 2 && several.errors.contains("a.yml") && several.errors.contains("b.yml"))
        let none = try site.flowrun("dispatch", "neither", in: repository)
        #expect(
            none.status == 2 && none.errors.contains("a.yml (Same)") && none.errors.contains("b.yml (Same)")
        )
    }

    @Test func aPayloadIsLaidOverTheBuiltEvent() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: [push, repository_dispatch]
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    steps:
                      - run: |
                          echo '${{ github.event.client_payload.x }} ${{ github.event.action }} ${{ github.event.repository.name }}'
                """
        )
        let text = #"{"action": "go", "client_payload": {"x": 7}}"#
        let piped = try site.flowrun(
            "trigger",
            "repository_dispatch",
            "--payload",
            "-",
            "--format",
            "json",
            in: repository,
            input: text
        )
        #expect(piped.log.contains("7 go repo"), "\(piped.everything)")
        try site.write(["event.json": text, "list.json": "[1]", "bad.json": "{"], to: site.folder)
        let file = try site.flowrun(
            "trigger",
            "repository_dispatch",
            "--payload",
            "\(site.folder)/event.json",
            "--format",
            "json",
            in: repository
        )
        #expect(file.log.contains("7 go repo"))
        for name in ["list.json", "bad.json", "none.json"] {
            let wrong = try site.flowrun(
                "trigger",
                "push",
                "--payload",
                "\(site.folder)/\(name)",
                in: repository
            )
            #expect(wrong.status == 2 && wrong.errors.contains(name), "\(wrong.everything)")
        }
    }

    @Test func anEventThatStartsNothingSaysWhy() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow:
                "on: { push: { branches: [release] } }\njobs: { a: { runs-on: ubuntu-latest, steps: [ { run: echo } ] } }\n"
        )
        let done = try site.flowrun("trigger", "push", in: repository)
        #expect(done.status == 0 && done.errors.contains("ci.yml does not run:"), "\(done.everything)")
        #expect(done.errors.contains("no workflow runs"))
    }

    @Test func whatIsOnlyThereToBeCalledIsNotSpokenOf() throws {
        let site = try Site()
        let job = "jobs: { a: { runs-on: ubuntu-latest, steps: [ { run: echo } ] } }\n"
        let repository = try site.repository([
            ".github/workflows/ci.yml": "on: push\n" + job,
            ".github/workflows/part.yml": "on: workflow_call\n" + job,
            ".github/workflows/both.yml": "on: [workflow_call, release]\n" + job,
        ])
        let done = try site.flowrun("trigger", "push", in: repository)
        #expect(done.status == 0 && !done.errors.contains("part.yml"), "\(done.everything)")
        #expect(done.errors.contains("both.yml does not run:"), "\(done.everything)")
    }

    @Test func aStrategyOfOneExpressionWithoutAMatrixRunsOnce() throws {
        let site = try Site()
        let repository = try site.repository(
            workflow: """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-latest
                    strategy: ${{ fromJSON('{"fail-fast":false}') }}
                    steps: [ { run: 'echo total ${{ strategy.job-total }} ${{ strategy.fail-fast }}' } ]
                """
        )
        let done = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(done.status == 0 && done.log.contains("total 1 false"), "\(done.everything)")
    }
}
