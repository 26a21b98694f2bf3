import Testing

@testable import Expressions

struct ConditionTests {
    static func scope(succeeds: Bool) -> Scope {
        Scope(
            contexts: ["github": ["actor": "mona"], "steps": ["w": ["outputs": ["no": "false"]]]],
            functions: [
                "success": { _ in .boolean(succeeds) }, "failure": { _ in .boolean(!succeeds) },
                "always": { _ in true }, "cancelled": { _ in false },
            ]
        )
    }

    @Test(arguments: [
        ("", true), ("github.actor", true), ("github.actor && true", true), ("'success()'", true),
        ("${{ github.actor }} x", true), ("success()", false), ("success() && github.actor", false),
        ("github.actor || failure()", false), ("${{ always() }}", false),
    ])
    func successIsAskedForUnlessAStatusIs(_ source: String, _ addsSuccess: Bool) throws {
        #expect(try Condition(source).addsSuccess == addsSuccess)
    }

    /// A condition, whether it holds after success, and after a failure.
    @Test(
        arguments: [
            ("", true, false), ("  ", true, false), ("true", true, false), ("false", false, false),
            ("${{ true }}", true, false), ("${{ false }}", false, false), ("${{ 0 }}", false, false),
            ("${{ null }}", false, false), ("'x'", true, false), ("'false'", true, false),
            ("''", false, false),
            ("${{ 'false' }}", false, false), ("${{ '1 == 1' }}", true, false),
            ("${{ 'failure()' }}", false, true),
            ("${{ '' }}", true, false), ("${{ ('false') }}", true, false),
            ("failure()", false, true), ("always()", true, true), ("ALWAYS()", true, true),
            ("Always ()", true, true),
            ("true || success()", true, true), ("!cancelled()", true, true),
            ("${{ !cancelled() }}", true, true),
            ("contains('please always() run', 'run')", true, false),
            ("contains(fromJSON('[true]'), failure())", false, true),
            ("github.actor == 'mona'", true, false), ("${{ github.actor == 'mona' }}", true, false),
            ("${{ github.actor }} == 'nobody'", true, false), ("${{ always() }} x", true, true),
            ("steps.w.outputs.no", true, false), ("steps.w.outputs.nothing", false, false),
            ("true && github.actor", true, false), ("false || github.actor", true, false),
            ("github.always", false, false),
        ])
    func conditionHolds(_ source: String, _ afterSuccess: Bool, _ afterFailure: Bool) throws {
        let condition = try Condition(source)
        #expect(try condition.evaluate(in: Self.scope(succeeds: true)) == afterSuccess)
        #expect(try condition.evaluate(in: Self.scope(succeeds: false)) == afterFailure)
    }

    @Test func implicitConditionAsksForSuccess() throws {
        #expect(try Condition.implicit.evaluate(in: Self.scope(succeeds: true)))
        #expect(try !Condition.implicit.evaluate(in: Self.scope(succeeds: false)))
        #expect(Condition.implicit.expression.calledFunctions == ["success"])
    }

    @Test func conditionOfAnActionStandsAsItIs() throws {
        let condition = try Condition("github.actor == 'mona'", addingSuccess: false)
        #expect(try condition.evaluate(in: Self.scope(succeeds: false)))
    }

    @Test func wholeConditionIsShown() throws {
        #expect(try Condition("${{ a || b }}").expression.source == "success() && (a || b)")
        #expect(try Condition("failure()").expression.source == "failure()")
    }

    @Test func faultIsPointedAtInTheWholeText() throws {
        let error = try #require(throws: ExpressionError.self) { try Condition(" ${{ a + b }}") }
        #expect(error.range == 7..<8)
        #expect(try #require(throws: ExpressionError.self) { try Condition("${{ 'a + b' }}") }.range == 7..<8)
        #expect(
            try #require(throws: ExpressionError.self) {
                try Condition("${{ secrets.X }}", allowing: Availability(contexts: ["github"]))
            }.range == 4..<11
        )
    }
}
