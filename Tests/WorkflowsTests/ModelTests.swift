import Expressions
import Testing

@testable import Workflows

@Suite struct ModelTests {
    @Test func stepsWithoutIdsGetThoseThatGitHubGives() throws {
        let steps = """
            - run: a
            - run: b
            - uses: actions/checkout@v5
            - uses: org with space/repo@v2
            - uses: docker://alpine:latest
            - uses: ./here
            - uses: $/there
            - { id: run, run: c }
            - { uses: actions/checkout@v5 }
            """
        let job = try stepsJob(workflow(steps: steps))
        #expect(
            job.steps.map(\.id) == [
                "__run", "__run_2", "__actions_checkout", "__org_with_space_repo", "__alpine_latest",
                "__self",
                "__selfRepository", "run", "__actions_checkout_2",
            ]
        )
        #expect(job.steps.map(\.hasExplicitID).filter { $0 }.count == 1)
    }

    @Test(arguments: [
        ("a/b@v1", ActionReference.Form.repository(owner: "a", name: "b", path: "", ref: "v1")),
        ("a/b/c/d@v1", .repository(owner: "a", name: "b", path: "c/d", ref: "v1")),
        ("./x/y", .local(path: "x/y")), ("./", .local(path: "")), ("$/x", .sameRepository(path: "x")),
        ("docker://alpine:3", .image("alpine:3")), ("a@v1", nil), ("a/b", nil), ("a/b@", nil),
        ("a/b@c@d", nil),
    ])
    func referencesToActionsAreRead(text: String, form: ActionReference.Form?) {
        #expect(ActionReference.Form(text) == form)
    }

    @Test(arguments: [
        ("- run: |\n\n    echo one\n    echo two", "Run echo one"), ("- uses: a/b@v1", "Run a/b@v1"),
        ("- { name: N, run: x }", "N"),
        ("- { name: '', run: x }", "Run x"), ("- { name: 'v ${{ github.sha }}', run: x }", "v abc"),
        ("- { name: 'v ${{ steps.x.y }}', run: x }", "v ${{ steps.x.y }}"),
        ("- run: echo ${{ github.sha }}", "Run echo abc"),
    ])
    func stepsHaveNames(step: String, name: String) throws {
        let scope = Scope(contexts: ["github": ["sha": "abc"]])
        #expect(try stepsJob(workflow(steps: step)).steps.first?.displayName(in: scope) == name)
    }

    @Test func aNameWithoutAScopeStandsAsItIsWritten() throws {
        let job = try stepsJob(workflow(steps: "- { name: 'v ${{ github.sha }}', run: x }"))
        #expect(job.steps.first?.displayName(in: nil) == "v ${{ github.sha }}")
    }

    @Test func backgroundStepsAreRead() throws {
        let job = try stepsJob(
            workflow(
                steps:
                    "- { id: b, background: true, run: x }\n- wait: [b]\n- wait-all:\n- cancel: b\n- parallel: [ { run: y } ]"
            )
        )
        #expect(job.steps[0].isBackground)
        guard case .wait(let some) = job.steps[1].action, case .wait(let all) = job.steps[2].action,
            case .cancel(let target) = job.steps[3].action, case .parallel(let inner) = job.steps[4].action
        else {
            Issue.record("the steps have other kinds")
            return
        }
        #expect(some.map(\.value) == ["b"])
        #expect(all.isEmpty)
        #expect(target.value == "b")
        #expect(inner.map(\.id) == ["__run"])
    }

    @Test func aWorkflowWithoutANameIsCalledByItsPath() throws {
        #expect(try read("on: push\njobs: {a: {runs-on: x}}").displayName == "w.yml")
        #expect(try read("name: N\non: push\njobs: {a: {runs-on: x}}").displayName == "N")
    }

    @Test func permissionsHaveALevelForEveryScope() throws {
        let workflow = try read(
            "on: push\npermissions: { contents: write }\njobs: {a: {runs-on: x, permissions: read-all}}"
        )
        #expect(workflow.permissions?.level(of: "contents") == "write")
        #expect(workflow.permissions?.level(of: "issues") == "none")
        #expect(workflow.jobs.first?.permissions?.level(of: "issues") == "read")
        #expect(workflow.jobs.first?.permissions?.level(of: "id-token") == "none")
    }

    @Test func needsAreSpelledAsTheJobsThemselves() throws {
        let text = """
            on: push
            jobs:
              Build: { runs-on: x, steps: [ { run: "true" } ] }
              test: { needs: build, runs-on: x, steps: [ { run: "true" } ] }
              last: { needs: [BUILD, Test], runs-on: x, steps: [ { run: "true" } ] }
            """
        #expect(try read(text).jobs.map { $0.needs.map(\.value) } == [[], ["Build"], ["Build", "test"]])
    }
}
