import Testing

@testable import Workflows

@Suite struct TriggerTests {
    private static let jobs = "\njobs: {a: {runs-on: x}}\n"

    @Test(arguments: [
        ("on: pushed", ["1:5 unknown-event"]), ("on: { push: { branch: main } }", ["1:15 unknown-key"]),
        ("on: { push: { branches: [a], branches-ignore: [b] } }", ["1:30 filter-conflict"]),
        ("on: { issues: { branches: [a] } }", ["1:17 unknown-key"]),
        ("on: { fork: { types: [a] } }", ["1:13 wrong-type"]),
        ("on: { pull_request: { types: [opened, polished] } }", ["1:39 activity-type"]),
        ("on: { repository_dispatch: { types: [anything] } }", []), ("on: { push: { branches: } }", []),
        ("on: { schedule: { cron: '* * * * *' } }", ["1:17 wrong-type"]),
        ("on: { schedule: [ { cron: '* * * * 7' } ] }", ["1:36 cron"]),
        ("on: { schedule: [ { cron: '* * * * *', timezone: Nowhere/Land } ] }", ["1:50 timezone"]),
        ("on: { schedule: [ { cron: '* * * * *', timezone: Europe/Amsterdam } ] }", []),
        ("on: { workflow_dispatch: { inputs: { a: { type: date } } } }", ["1:49 input-type"]),
        ("on: { workflow_dispatch: { inputs: { a: { type: choice } } } }", ["1:38 dispatch-inputs"]),
        (
            "on: { workflow_dispatch: { inputs: { a: { type: choice, options: [x], default: y } } } }",
            ["1:80 dispatch-inputs"]
        ),
        ("on: { workflow_dispatch: { inputs: { a: { type: number, default: x } } } }", ["1:66 wrong-type"]),
        ("on: { workflow_dispatch: { inputs: { a: { flavour: x } }, what: 1 } }", []),
        ("on: { workflow_call: { inputs: { a: {} } } }", ["1:34 missing-key"]),
        ("on: { workflow_call: { inputs: { a: { type: choice } } } }", ["1:45 input-type"]),
        ("on: { workflow_call: { inputs: { a: { type: number, default: ':1' } } } }", ["1:62 wrong-type"]),
        ("on: { workflow_call: { outputs: { a: { description: x } } } }", ["1:38 missing-key"]),
        ("on: { workflow_call: { outputs: { a: { value: '${{ jobs.a.outputs.x }}' } } } }", []),
        ("on: { '${{ 1 }}': }", ["1:7 expression-not-allowed"]),
    ])
    func eventsAreChecked(on: String, expected: [String]) {
        #expect(faults(on + Self.jobs) == expected)
    }

    @Test func moreThanTwentyFiveInputsAreTooMany() {
        let inputs = (1...26).map { "i\($0): {}" }.joined(separator: ", ")
        #expect(
            faults("on:\n  workflow_dispatch:\n    inputs: { \(inputs) }" + Self.jobs).map { $0.suffix(15) }
                == ["dispatch-inputs"]
        )
    }

    @Test func triggersKeepTheirFilters() throws {
        let text = """
            on:
              push: { branches: [main, '!dev'], paths-ignore: docs/** }
              pull_request: { types: opened }
              workflow_run: { workflows: CI, branches-ignore: [x] }
              image_version: { names: [n], versions: [1.*] }
              schedule: [ { cron: '5 4 * * sun', timezone: UTC } ]
              status:
            """
        let triggers = try read(text + Self.jobs).triggers
        #expect(
            triggers.map(\.event) == [
                "push", "pull_request", "workflow_run", "image_version", "schedule", "status",
            ]
        )
        #expect(triggers[0].branches?.patterns.map(\.value) == ["main", "!dev"])
        #expect(triggers[0].branches?.isIgnoring == false)
        #expect(triggers[0].paths?.patterns.map(\.value) == ["docs/**"])
        #expect(triggers[0].paths?.isIgnoring == true)
        #expect(triggers[0].tags == nil)
        #expect(triggers[1].types == ["opened"])
        #expect(triggers[2].workflows == ["CI"])
        #expect(triggers[3].versions == ["1.*"])
        #expect(triggers[4].schedules.map(\.cron.value) == ["5 4 * * sun"])
        #expect(triggers[4].schedules.first?.timezone?.value == "UTC")
    }

    @Test func inputsAreTyped() throws {
        let text = """
            on:
              workflow_dispatch:
                inputs:
                  a:
                  b: { type: boolean, default: 'true', required: true }
                  c: { type: choice, options: [x, 1.10], default: 1.10 }
                  d: { type: number, default: 5 }
            """
        let inputs = try #require(try read(text + Self.jobs).triggers.first).inputs
        #expect(inputs.map(\.kind) == [.string, .boolean, .choice, .number])
        #expect(inputs[1].isRequired)
        #expect(inputs[1].defaultValue?.literalValue?.isIdentical(to: true) == true)
        #expect(inputs[2].options == ["x", "1.1"])
        #expect(inputs[3].defaultValue?.literalValue?.isIdentical(to: 5) == true)
    }
}
