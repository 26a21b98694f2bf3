import Expressions
import Testing
import Workflows
import YAML

@testable import Engine

/// What a calling job hands over, against what the called workflow declares.
struct CallArgumentsTests {
    private static let called = """
        on:
          workflow_call:
            inputs:
              text: { type: string }
              flag: { type: boolean }
              count: { type: number }
              preset: { type: string, default: 'of ${{ vars.WHERE }}' }
        jobs: { x: { runs-on: x, steps: [ { run: x } ] } }
        """

    /// What the keys of the only job of a workflow give.
    private func arguments(_ keys: String) throws -> CallArguments {
        let caller = "on: push\njobs:\n  c:\n    uses: ./called.yml\n    \(keys)\n"
        let job = try #require(WorkflowReader.read(caller, file: "w.yml").value?.jobs.first)
        let called = try #require(WorkflowReader.read(Self.called, file: "called.yml").value)
        guard case .call(let call) = job.kind, let trigger = called.callTrigger else {
            throw PlanError("this is no call")
        }
        let none = Value.object(ObjectValue([]))
        let needs = try Value(json: #"{ "a": { "outputs": { "n": "7", "list": [1] } } }"#)
        let scope = Scope(contexts: [
            "github": none, "inputs": none, "needs": needs, "vars": ["WHERE": "north"], "matrix": none,
            "strategy": none,
        ])
        let secrets = ["KEY": "k", "EMPTY": "", "GITHUB_TOKEN": "t"]
        return try CallArguments(call, of: trigger, secrets: secrets, in: scope)
    }

    @Test(arguments: [
        ("", #"{"text":"","flag":false,"count":0,"preset":"of north"}"#),
        ("with: { TEXT: 5, preset: '' }", #"{"text":"5","flag":false,"count":0,"preset":""}"#),
        (
            "with: { flag: true, count: 0x10, text: '${{ true }}' }",
            #"{"text":"true","flag":true,"count":16,"preset":"of north"}"#
        ),
        (
            "with: { count: '${{ fromJSON(needs.a.outputs.n) }}' }",
            #"{"text":"","flag":false,"count":7,"preset":"of north"}"#
        ),
    ])
    func inputsHaveTheTypeThatIsDeclared(keys: String, expected: String) throws {
        #expect(try arguments(keys).inputs.json() == expected)
    }

    @Test(arguments: [
        ("with: { count: '${{ needs.a.outputs.n }}' }", "w.yml:5:20", "is a number, not '7'"),
        ("with: { flag: '${{ needs.a.outputs.n }}' }", "w.yml:5:19", "is a boolean, not '7'"),
        ("with: { text: '${{ needs.a.outputs.list }}' }", "w.yml:5:19", "is text, not"),
        ("with: { other: 1 }", "w.yml:5:20", "has no input 'other'"),
    ])
    func whatDoesNotFitIsAFaultAtItsPlace(keys: String, place: String, message: String) throws {
        let fault = try #require(throws: Diagnostic.self) { try arguments(keys) }
        #expect(fault.location.description == place && fault.message.contains(message), "\(fault)")
    }

    @Test(arguments: [
        ("", ["GITHUB_TOKEN": "t"]),
        ("secrets: inherit", ["KEY": "k", "EMPTY": "", "GITHUB_TOKEN": "t"]),
        (
            "secrets: { other: 'x-${{ secrets.key }}', none: '${{ secrets.EMPTY }}' }",
            ["OTHER": "x-k", "GITHUB_TOKEN": "t"]
        ),
    ])
    func secretsAreThoseHandedOnAndTheToken(keys: String, expected: [String: String]) throws {
        #expect(try arguments(keys).secrets == expected)
    }
}
