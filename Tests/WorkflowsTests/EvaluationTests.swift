import Expressions
import Testing
import YAML

@testable import Workflows

@Suite struct EvaluationTests {
    private static let scope = Scope(contexts: [
        "github": [
            "ref": "main", "list": ["x", "y"], "map": ["B": "two", "C": "three"], "n": 5, "yes": true,
        ]
    ])

    /// The matrix of the only job, evaluated: a tree of any shape.
    private func evaluate(_ matrix: String) throws -> Value {
        let workflow = try read(workflow(job: "runs-on: x\nstrategy:\n  matrix:\n    \(matrix)"))
        let tree = try #require(workflow.jobs.first?.strategy?.matrix)
        return try tree.evaluate(in: Self.scope)
    }

    @Test(arguments: [
        ("{ v: [1, 0x10, 3.10, true, ~, x, '1'] }", #"{"v":[1,16,3.1,true,null,"x","1"]}"#),
        ("{ v: [a, '${{ github.list }}', '${{ github.n }}'] }", #"{"v":["a","x","y",5]}"#),
        ("{ v: ['${{ github.ref }}-${{ github.n }}'] }", #"{"v":["main-5"]}"#),
        ("{ '${{ github.ref }}': ['${{ github.yes }}'] }", #"{"main":[true]}"#),
        (
            "{ v: [ { A: one, '${{ insert }}': '${{ github.map }}' } ] }",
            #"{"v":[{"A":"one","B":"two","C":"three"}]}"#
        ),
        ("${{ github.map }}", #"{"B":"two","C":"three"}"#),
    ])
    func treesEvaluateToTypedValues(matrix: String, json: String) throws {
        #expect(try evaluate(matrix).json() == json)
    }

    @Test(arguments: [
        "{ v: [ { B: one, '${{ insert }}': '${{ github.map }}' } ] }",
        "{ v: [ { '${{ insert }}': '${{ github.n }}' } ] }",
        "{ '${{ github.map }}': [1] }", "{ '${{ github.none }}': [1] }",
        "{ v: '${{ fromJSON(github.ref) }}' }",
    ])
    func treesThatCannotBeEvaluatedSayWhere(matrix: String) {
        #expect(throws: Diagnostic.self) { try evaluate(matrix) }
    }

    @Test func envKeepsItsOrderAndSplicesMappingsIn() throws {
        let job = try stepsJob(
            workflow(
                job:
                    "runs-on: x\nenv:\n  Z: 1.10\n  ${{ insert }}: ${{ github.map }}\n  A: '${{ github.yes }}'\n  N: ~"
            )
        )
        let env = try #require(try job.env?.evaluate(in: Self.scope))
        #expect(env.map { "\($0.name)=\($0.value)" } == ["Z=1.1", "B=two", "C=three", "A=true", "N="])
    }

    @Test func envCanBeOneExpression() throws {
        let job = try stepsJob(workflow(job: "runs-on: x\nenv: ${{ github.map }}"))
        #expect(try job.env?.evaluate(in: Self.scope).map(\.name) == ["B", "C"])
    }

    @Test func aListIsNoText() throws {
        let job = try stepsJob(workflow(job: "runs-on: x\nenv: { A: '${{ github.list }}' }"))
        let error = #expect(throws: Diagnostic.self) { try job.env?.evaluate(in: Self.scope) }
        #expect(error?.location.line == 5)
    }

    @Test(arguments: [("${{ github.n }}", 5.0), ("7", 7), ("${{ github.ref }}", nil), ("${{ '7' }}1", nil)])
    func numbersMustBeNumbers(text: String, value: Double?) throws {
        let workflow = try read(workflow(job: "runs-on: x\ntimeout-minutes: \(text)"))
        guard case .steps(let job)? = workflow.jobs.first?.kind, let field = job.timeoutMinutes else {
            Issue.record("there is no time-out")
            return
        }
        guard let value else {
            #expect(throws: Diagnostic.self) { try field.evaluate(in: Self.scope) }
            return
        }
        #expect(try field.evaluate(in: Self.scope) == value)
    }

    @Test(arguments: [("${{ github.yes }}", true as Bool?), ("false", false), ("${{ github.ref }}", nil)])
    func booleansMustBeBooleans(text: String, value: Bool?) throws {
        let job = try stepsJob(workflow(job: "runs-on: x\ncontinue-on-error: \(text)"))
        let field = try #require(job.continueOnError)
        guard let value else {
            #expect(throws: Diagnostic.self) { try field.evaluate(in: Self.scope) }
            return
        }
        #expect(try field.evaluate(in: Self.scope) == value)
    }

    @Test(arguments: [
        ("g", "g", false), ("'${{ github.ref }}'", "main", false),
        ("{ group: g, cancel-in-progress: '${{ github.yes }}' }", "g", true),
        ("'${{ fromJSON(''{\"group\":\"h\",\"cancel-in-progress\":true}'') }}'", "h", true),
    ])
    func concurrencyEvaluatesInAllItsForms(text: String, group: String, cancels: Bool) throws {
        let concurrency = try #require(
            try read(workflow(job: "runs-on: x\nconcurrency: \(text)")).jobs.first?.concurrency
        )
        let evaluated = try concurrency.evaluate(in: Self.scope)
        #expect(evaluated == EvaluatedConcurrency(group: group, cancelsInProgress: cancels, queue: .single))
    }

    @Test func anEmptyGroupIsAFault() throws {
        let concurrency = try #require(
            try read(workflow(job: "runs-on: x\nconcurrency: ${{ github.none }}")).jobs.first?.concurrency
        )
        #expect(throws: Diagnostic.self) { try concurrency.evaluate(in: Self.scope) }
        let padding = String(repeating: "x", count: Concurrency.longestGroup)
        let job = "runs-on: x\nconcurrency: \(padding)${{ github.ref }}"
        let long = try #require(try read(workflow(job: job)).jobs.first?.concurrency)
        #expect(throws: Diagnostic.self) { try long.evaluate(in: Self.scope) }
    }

    @Test(arguments: [
        ("x", ["x"], nil as String?), ("[x, '${{ github.ref }}']", ["x", "main"], nil),
        ("'${{ github.list }}'", ["x", "y"], nil),
        ("{ group: g, labels: [x] }", ["x"], "g"),
        ("'${{ fromJSON(''{\"group\":\"g\",\"labels\":\"x\"}'') }}'", ["x"], "g"),
    ])
    func runsOnEvaluatesInAllItsForms(text: String, labels: [String], group: String?) throws {
        let runsOn = try stepsJob(workflow(job: "runs-on: \(text)")).runsOn
        let evaluated = try runsOn.evaluate(in: Self.scope)
        #expect(evaluated.labels == labels)
        #expect(evaluated.group == group)
    }

    @Test func defaultsCanBeOneExpression() throws {
        let text = "runs-on: x\ndefaults: { run: \"${{ fromJSON('{\\\"shell\\\":\\\"sh\\\"}') }}\" }"
        let defaults = try stepsJob(workflow(job: text)).defaults
        #expect(try defaults.shell?.evaluate(in: Self.scope) == "sh")
        #expect(try defaults.workingDirectory?.evaluate(in: Self.scope) == "")
    }
}
