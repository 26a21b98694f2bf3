import Testing

@testable import Expressions

struct TraceTests {
    private static let outputs = "the outputs of job a"
    private static let before = "the success of what comes before"

    private static let scope: TraceScope = {
        let github: Value = [
            "ref": "refs/heads/main", "token": "", "event": ["labels": [["name": "bug"]], "n": 3],
        ]
        var scope = TraceScope(
            Scope(
                contexts: [
                    "github": github, "env": ["KEY": "s3cret {", "MODE": "fast"], "inputs": ["deep": true],
                    "needs": ["a": ["result": "success", "outputs": [:]]], "steps": [:],
                ],
                functions: ["always": { _ in true }, "failure": { _ in false }]
            ),
            unknowns: [
                .init(["needs", "a", "outputs"], outputs), .init(["github", "token"], "the run's token"),
                .init(["steps"], "the steps", except: ["gone"]),
            ]
        ) { name, _ in name == "success" ? before : nil }
        scope.secrets = [["env", "key"]]
        return scope
    }()

    private static func trace(_ text: String) throws -> Trace { try Expression(text).trace(in: scope) }

    @Test(arguments: [
        // What is known is what an evaluation gives.
        ("github.ref == 'refs/heads/main'", "true"), ("github.event.n", "3"), ("'it''s'", "'it''s'"),
        ("format('{0}-{1}', github.event.n, 'x')", "'3-x'"), ("steps.gone.outcome", "null"),
        ("contains(github.event.labels.*.name, 'bug')", "true"), ("github.event.labels[0].name", "'bug'"),
        ("case(inputs.deep, 'a', needs.a.outputs.x)", "'a'"), ("!inputs.deep", "false"),
        ("needs.a.result", "'success'"), ("inputs.deep && github.event.n", "3"), ("null || ''", "''"),
        ("startsWith(github.ref, 'refs/heads/') && !failure()", "true"),
        // What reads anything unknown is unknown, and says why.
        ("needs.a.outputs.x", "depends on \(outputs)"), ("needs", "depends on \(outputs)"),
        ("toJSON(needs.*)", "depends on \(outputs)"), ("needs['A'].OUTPUTS.x", "depends on \(outputs)"),
        ("needs[github.event.x || 'a'].outputs", "depends on \(outputs)"),
        ("needs[github.event.x || 'a'].result", "'success'"), ("!github.token", "depends on the run's token"),
        ("needs.a.outputs.x == github.token", "depends on \(outputs), the run's token"),
        ("format('{0}', needs.a.outputs.x)", "depends on \(outputs)"), ("success()", "depends on \(before)"),
        ("fromJSON(needs.a.outputs.x).y", "depends on \(outputs)"),
        ("case(needs.a.outputs.x == '1', 'a', 'b')", "depends on \(outputs)"),
        ("steps.other.outcome", "depends on the steps"), ("success() && always()", "depends on \(before)"),
        // `&&` and `||` are decided by one operand, wherever the unknown ones stand.
        ("success() && github.event.n == 4", "false"), ("github.event.n == 4 && success()", "false"),
        ("success() || inputs.deep", "true"), ("inputs.deep || success()", "true"),
        ("!(success() && failure())", "true"), ("(success() || inputs.deep) == true", "depends on \(before)"),
        ("success() && fromJSON('(')", "depends on \(before)"),
        // Faults are told where they are reached, and only there.
        ("fromJSON('(')", "fails"), ("failure() && fromJSON('(')", "false"),
        ("inputs.deep && fromJSON('(')", "fails"), ("case(1, 'a', 'b')", "fails"),
        ("format('x', fromJSON('('))", "'x'"),
        // Secrets are there or not, and equal or not; they are never shown.
        ("env.MODE", "'fast'"), ("env.KEY", "***"), ("env['key'] || 'x'", "***"), ("env.KEY != ''", "true"),
        ("format('{0}', env.KEY)", "***"), ("toJSON(env)", "***"), ("env.*", "***"), ("env.KEY && 1", "***"),
    ])
    func valuesAreKnownAsFarAsTheyCanBe(text: String, shown: String) throws {
        let value = try Self.trace(text).shownValue
        #expect(shown == "fails" ? value.hasPrefix("fails: ") : value == shown, "\(value)")
    }

    @Test(arguments: [
        "format(env.KEY || '', 1)", "format('{0', env.KEY)", "fromJSON(format('{0}', env.KEY))",
    ])
    func aFaultDoesNotQuoteASecret(text: String) throws {
        let trace = try Self.trace(text)
        let said = ([trace] + trace.details).map { $0.shownValue + ($0.fault ?? "") }.joined()
        #expect(!said.contains("s3cret"))
    }

    @Test(arguments: [
        ("github.event.n == 3 && github.ref == 'x' && inputs.deep", "github.ref == 'x'"),
        (
            "success() && (inputs.deep && (github.event.n == 4 || failure()))",
            "github.event.n == 4 || failure()"
        ),
        ("failure() || (inputs.deep && github.event.n)", "inputs.deep && github.event.n"),
        ("always() && github.ref != 'x'", "github.ref != 'x'"),
        ("!failure() && inputs.deep", "!failure() && inputs.deep"),
        ("always() && inputs.deep && github.event.n", "inputs.deep && github.event.n"),
        ("github.ref == 'x' || github.event.n == 3", "github.event.n == 3"),
        ("!(github.event.n == 4 && inputs.deep)", "github.event.n == 4"), ("!inputs.deep", "!inputs.deep"),
        ("!!(failure() || inputs.deep)", "inputs.deep"), ("success()", "success()"),
    ])
    func theFirstPartThatSettlesItIsTold(text: String, deciding: String) throws {
        #expect(try Self.trace(text).deciding.text == deciding)
    }

    @Test func partsAreListedWithTheirValues() throws {
        let trace = try Self.trace(
            "success() && github.ref == format('{0}', github.ref) && env[github.event.k]"
        )
        #expect(
            trace.details.map { "\($0.text) = \($0.shownValue)" } == [
                "success() = depends on \(Self.before)",
                "github.ref == format('{0}', github.ref) = true", "github.ref = 'refs/heads/main'",
                "format('{0}', github.ref) = 'refs/heads/main'", "env[github.event.k] = null",
                "github.event.k = null",
            ]
        )
    }

    @Test func partsThatAreNotReachedAreNotListed() throws {
        #expect(try Self.trace("failure() && github.ref == 'x'").details.map(\.text) == ["failure()"])
        #expect(try Self.trace("case(inputs.deep, 1, github.ref)").details.map(\.text) == ["inputs.deep"])
    }

    @Test func ofAWholeExpressionAllThatIsUnknownIsTold() throws {
        let expression = try Expression("inputs.deep || hashFiles('x') || needs.a.outputs.x || github.token")
        var scope = Self.scope
        scope.unknownCall = { name, _ in name == "hashfiles" ? "the files" : nil }
        #expect(scope.reasons(of: expression) == [Self.outputs, "the run's token", "the files"])
        #expect(!scope.readsSecret(expression))
        #expect(scope.readsSecret(try Expression("toJSON(env)")))
    }

    @Test(arguments: [
        "a && b || c", "a && (b || c)", "(a && b) == c", "a == b == c", "a == (b == c)", "a < b == c < d",
        "!(a == b)", "!a == b", "!(a && b)", "!!a", "a.b-c['d e'][0].*.f", "(a || b).c", "('x').y", "(!a).b",
        "format('it''s {0}', a, -1.5, null, true)", "hashFiles('**/x')", "fromJSON(a)[b.c].d", "a['']",
        "a < b && b >= c || !(c != d)", "case(a, b, c)", "Infinity || NaN || 1e20", "a.true",
    ])
    func partsAreWrittenAsTheyWouldBeRead(text: String) throws {
        let written = try #require(try Expression(text).root).text
        let read = try #require(try Expression(written).root)
        #expect(Self.shape(read) == Self.shape(try #require(try Expression(text).root)), "\(written)")
        #expect(read.text == written)
        // Nothing that is not needed is added.
        #expect(written.filter { $0 == "(" }.count == text.filter { $0 == "(" }.count)
    }

    @Test(.enabled(if: !ConformanceCase.all.isEmpty)) func gitHubsOwnExpressionsAreWrittenAsTheyWouldBeRead()
        throws
    {
        for test in ConformanceCase.all {
            guard let root = try? Expression(test.expression).root else { continue }
            let read = try #require(try Expression(root.text).root, "\(test.expression)")
            #expect(Self.shape(read) == Self.shape(root), "\(test.expression)")
        }
    }

    /// Where all is known a trace is an evaluation; where a context is not, what it settles is what comes of it.
    @Test(.enabled(if: !ConformanceCase.all.isEmpty))
    func gitHubsOwnExpressionsComeToWhatTheyAre() throws {
        for test in ConformanceCase.all {
            guard let expression = try? Expression(test.expression) else { continue }
            let names = test.contexts.map { $0.key.lowercased() }
            let scope = Scope(
                contexts: Dictionary(uniqueKeysWithValues: zip(names, test.contexts.map(\.value)))
            )
            let value = try? expression.evaluate(in: scope, memoryLimit: Template.memoryLimit)
            switch expression.trace(in: TraceScope(scope)).outcome {
            case .known(let traced):
                #expect(try #require(value).isIdentical(to: traced), "\(test.expression)")
            case .failed: #expect(value == nil, "\(test.expression)")
            case .truth, .unknown: Issue.record("\(test.expression): there is nothing unknown")
            }
            for name in names {
                let partial = TraceScope(scope, unknowns: [.init([name], "it")])
                let truth = expression.trace(in: partial).outcome.truth
                guard let value, let truth else { continue }
                #expect(truth == value.isTruthy, "\(test.expression) without \(name)")
            }
        }
    }

    @Test func textsWithExpressionsAreWrittenAsTheyStand() throws {
        let template = try Template("v${{ github.event.n }}-${{ 'x' }}")
        #expect(template.expression?.trace(in: Self.scope).text == "v${{ github.event.n }}-${{ 'x' }}")
        #expect(template.expression?.trace(in: Self.scope).shownValue == "'v3-x'")
    }

    /// The tree without its ranges.
    private static func shape(_ node: Node) -> String {
        let children = node.children.map(shape).joined(separator: " ")
        return switch node {
        case .literal(let value): value.literalText
        case .context(let name, _): name
        case .comparison(let comparison, _, _, _): "(\(comparison.rawValue) \(children))"
        case .builtIn(let function, _, _): "(\(function) \(children))"
        case .provided(let name, _, _): "(\(name) \(children))"
        case .not: "(! \(children))"
        case .all: "(&& \(children))"
        case .any: "(|| \(children))"
        case .index: "(. \(children))"
        case .filter: "(* \(children))"
        case .interpolation: "(text \(children))"
        }
    }
}
