import Testing

@testable import Expressions

struct EvaluationTests {
    static let scope: Scope = {
        let github: Value = [
            "Actor": "mona", "event": ["list": [7, 8]], "labels": [["name": "bug"], ["id": 1], "x"],
        ]
        return Scope(
            contexts: [
                "github": github,
                "env": .object(ObjectValue([("Foo", "x")], isCaseSensitive: true)),
                "grid": [[[1, 2], [3]], [[4]]],
            ],
            functions: [
                "success": { _ in true },
                "hashfiles": { arguments in .string(arguments.map(\.text).joined(separator: "+")) },
                "always": { _ throws(ExpressionError) in
                    throw ExpressionError(stage: .evaluation, message: "evaluated")
                },
            ]
        )
    }()

    @Test(
        arguments: [
            ("github.ACTOR", "mona"), ("GITHUB['actor']", "mona"), ("env.Foo", "x"), ("env.foo", .null),
            ("github.nope.deeper[3].x", .null), ("github.event.list[1]", 8), ("github.event.list['1']", 8),
            ("github.event.list['']", 7), ("github.event.list[1.9]", 8), ("github.event.list[-1]", .null),
            ("github.event.list[9]", .null), ("github.event.list[1e300]", .null),
            ("github.labels.*.name", ["bug"]),
            ("github.labels.*.*", ["bug", 1]), ("github.*.list", [[7, 8]]),
            ("grid.*.*", [[1, 2], [3], [4]]),
            ("grid[*][0][0]", [1, 4]), ("grid.*[0]", [[1, 2], [4]]), ("('a').x || 1", 1),
            ("'' || 0 || 'end'", "end"), ("true && '' || 'other'", "other"), ("false && always()", false),
            ("1 || always()", 1), ("case(true, '', 'other')", ""),
            ("case(false, always(), true, 2, always())", 2),
            ("contains(fromJSON('[1, \"Two\"]'), 'two')", true),
            ("contains(fromJSON('[\"Two\"]'), 'Tw')", false),
            ("contains('abcabd', 'ABD')", true), ("contains('aaab', 'aab')", true),
            ("contains('ab', 'abc')", false),
            ("contains(github, 'a')", false), ("contains('Straße', 'SSE')", false),
            ("startsWith(123, 12)", true),
            ("endsWith('ab', 'abc')", false), ("endsWith(fromJSON('[]'), '')", false),
            ("startsWith(null, '')", true),
            ("format('{0}{1}{0}', 1, 'é')", "1é1"), ("format('{{{0}}} {1}', 'a', 1)", "{a} 1"),
            ("format('{0}', 1, always())", "1"),
            ("join(fromJSON('[1,[2],{}, null,\"b\"]'), '-')", "1-Array-Object--b"),
            ("join(fromJSON('[]'), always())", ""),
            ("join('alone', '-')", "alone"), ("join(github)", ""),
            ("toJSON(fromJSON('{\"b\":[]}'))", "{\n  \"b\": []\n}"),
            ("fromJSON('[1, /* two */ 2]')[1]", 2), ("hashFiles('a', 1)", "a+1"), ("HASHFILES('a')", "a"),
            ("success()", true), ("github == github", true), ("github.event != github.event", false),
            ("fromJSON('[]') == fromJSON('[]')", false), ("'b' > 'A' && '10' > 9 && null < 1", true),
        ] as [(String, Value)]
    )
    func expressionHasItsValue(_ source: String, _ expected: Value) throws {
        let value = try Expression(source).evaluate(in: Self.scope)
        #expect(value.isIdentical(to: expected), "\(value)")
    }

    @Test(
        arguments: [
            ("true && ⟦always⟧()", "evaluated"),
            ("⟦nowhere⟧.x", "unrecognized named-value `nowhere`"),
            ("1 == ⟦cancelled⟧()", "function `cancelled` is not available here"),
            ("⟦case⟧(1, 'a', 'b')", "a condition of `case` must be a boolean: argument 1 is a number"),
            (
                "⟦format⟧('{0} {1}', 1)",
                "the format string `{0} {1}` has `{1}`, for which there is no argument"
            ),
            (
                "⟦format⟧('{0:x}', 1)",
                "the format string `{0:x}` is invalid; a placeholder is only a number: there are no format specifiers"
            ),
            ("⟦format⟧('{', 1)", "the format string `{` is invalid; a `{` that stands for itself is doubled"),
            (
                "⟦format⟧('a}', 1)",
                "the format string `a}` is invalid; a `}` that stands for itself is doubled"
            ),
            (
                "⟦format⟧('{256}', 1)",
                "the format string `{256}` is invalid; a `{` that stands for itself is doubled"
            ),
            ("⟦fromJSON⟧('')", "`fromJSON` failed: the JSON text is empty at line 1, column 1"),
            (
                "⟦fromJSON⟧('[1')",
                "`fromJSON` failed: the JSON text ends where `,` or `]` should be at line 1, column 3"
            ),
        ])
    func evaluationFails(_ marked: String, _ message: String) throws {
        let source = marked.filter { $0 != "⟦" && $0 != "⟧" }
        let expression = try Expression(source)
        let error = try #require(throws: ExpressionError.self) { try expression.evaluate(in: Self.scope) }
        #expect(error.description == message)
        #expect(error.stage == .evaluation)
        let open = try #require(marked.firstIndex(of: "⟦"))
        let start = marked[..<open].utf8.count
        #expect(error.range?.lowerBound == start)
    }

    @Test func formatBombIsDefused() throws {
        var source = "'x'"
        for _ in 0..<8 {
            source = "format('\(String(repeating: "{0}", count: 10))', \(source))"
        }
        let template = try Template("${{ \(source) }}")
        let error = try #require(throws: ExpressionError.self) { try template.evaluate(in: Scope()) }
        #expect(error.message == "the maximum allowed memory size of 10 MiB was exceeded")
    }

    @Test(arguments: ["toJSON(x)", "join(x)", "format('{0}{0}{0}{0}', toJSON(x))", "fromJSON(text)"])
    func largeValuesExceedTheBudget(_ source: String) throws {
        let elements = Value.array(Array(repeating: "some text", count: 300_000))
        let text = "[" + String(repeating: "0,", count: 600_000) + "0]"
        let scope = Scope(contexts: ["x": elements, "text": .string(text)])
        #expect(throws: ExpressionError.self) {
            try Expression(source).evaluate(in: scope, memoryLimit: Template.memoryLimit)
        }
    }

    @Test func filteredArrayIsAPlainListToTheNextExpression() throws {
        let names = try Expression("github.labels.*.name").evaluate(in: Self.scope)
        let first = try Expression("names[0]").evaluate(in: Scope(contexts: ["names": names]))
        #expect(first.text == "bug")
    }

    @Test func searchTakesTimeForTheSumOfTheLengthsOnly() throws {
        let scope = Scope(contexts: [
            "text": .string(String(repeating: "a", count: 500_000)),
            "part": .string(String(repeating: "a", count: 200_000) + "b"),
        ])
        let value = try Expression("contains(text, part)")
            .evaluate(in: scope, memoryLimit: Template.memoryLimit)
        #expect(value.isIdentical(to: false))
    }
}
