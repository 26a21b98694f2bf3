import Testing

@testable import Expressions

struct TemplateTests {
    static let scope = Scope(contexts: ["x": 1, "list": [1, 2]], functions: ["success": { _ in true }])

    @Test(
        arguments: [
            ("plain", "plain"), ("", ""), ("a }} b", "a }} b"), ("$ {{ x }}", "$ {{ x }}"),
            ("${{ x }}", 1), ("${{list}}", [1, 2]), (" ${{ x }}", " 1"),
            ("a${{ x }}b${{ list }}c", "a1bArrayc"),
            ("${{ 'it''s' }} ${{ format('a{0}b', '}}') }} ${{ '${{' }}", "it's a}}b ${{"),
            ("{0} {{ ${{ x }} }}'", "{0} {{ 1 }}'"), ("${{ null }}", .null), ("${{ null }}!", "!"),
            ("${{ true }}", true), ("${{ '}}' }}", "}}"), ("${{ x }}${{ x }}", "11"), ("${{\n x\n}}", 1),
        ] as [(String, Value)]
    )
    func textHasItsValue(_ source: String, _ expected: Value) throws {
        let value = try Template(source).evaluate(in: Self.scope)
        #expect(value.isIdentical(to: expected), "\(value)")
    }

    @Test(arguments: [("${{ 'a' }}", "a"), ("${{ 1 }}", 1), ("plain", "plain")] as [(String, Value)])
    func loneLiteralNeedsNoEvaluation(_ source: String, _ expected: Value) throws {
        guard case .literal(let value) = try Template(source).form else {
            Issue.record("`\(source)` is not folded")
            return
        }
        #expect(value.isIdentical(to: expected))
    }

    @Test(
        arguments: [
            ("a ⟦${{ }}⟧ b", "there is no expression between `${{` and `}}`"),
            ("⟦${{}}⟧", "there is no expression between `${{` and `}}`"),
            ("é ⟦${{ x⟧", "an expression is not closed: `${{` without `}}`"),
            ("⟦${{ 'a }}⟧", "an expression is not closed: `${{` without `}}`"),
            ("é ${{ x }} ${{ x ⟦+⟧ 1 }}", "unexpected symbol `+`; there is no arithmetic in expressions"),
            ("a ${{ ⟦y⟧ }}", "unrecognized named-value `y`; available here: x"),
        ])
    func faultIsPointedAtInTheWholeText(_ marked: String, _ message: String) throws {
        let source = marked.filter { $0 != "⟦" && $0 != "⟧" }
        let error = try #require(throws: ExpressionError.self) {
            try Template(source, allowing: Availability(contexts: ["x"]))
        }
        #expect(error.description == message)
        let open = try #require(marked.firstIndex(of: "⟦"))
        let start = marked[..<open].utf8.count
        let length = marked[open...].prefix { $0 != "⟧" }.dropFirst().utf8.count
        #expect(error.range == start..<start + length)
    }

    @Test func mixedTextIsTheCallOfFormatThatItStandsFor() throws {
        let template = try Template("${{ github.actor }} == 'nobody' {}")
        #expect(template.expression?.source == "format('{0} == ''nobody'' {{}}', github.actor)")
        #expect(template.expression?.readContexts == ["github"])
        #expect(template.expression?.references(to: "github") == [["actor"]])
    }

    @Test func lengthOfMixedTextIsLimitedAsAnExpressionIs() throws {
        let script = String(repeating: "x", count: 21_000)
        #expect(try Template(script).evaluate(in: Self.scope).text == script)
        let error = try #require(throws: ExpressionError.self) { try Template(script + "${{ x }}") }
        #expect(error.message == "exceeded max expression length 21000")
        #expect(throws: ExpressionError.self) { try Template(String(repeating: "${{x}}", count: 255)) }
        #expect(
            try Template(String(repeating: "${{x}}", count: 254)).evaluate(in: Self.scope).text.count == 254
        )
    }

    @Test(arguments: [
        ("${{ insert }}", true), ("${{insert}}", true), ("${{ inserts }}", false), ("insert", false),
        ("${{}", false),
    ])
    func insertIsADirective(_ key: String, _ isInsert: Bool) {
        #expect(Template.isInsert(key) == isInsert)
    }

    @Test func valueReadByATemplateIsNotEvaluatedAgain() throws {
        let scope = Scope(contexts: ["x": "${{ secrets.TOKEN }}"])
        #expect(try Template("${{ x }}!").evaluate(in: scope).text == "${{ secrets.TOKEN }}!")
    }
}
