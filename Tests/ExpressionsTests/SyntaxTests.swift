import Testing

@testable import Expressions

struct SyntaxTests {
    /// An expression whose fault is marked with `⟦⟧`, and what is said of it.
    @Test(
        arguments: [
            ("1 ⟦+⟧ 1", .lexing, "unexpected symbol `+`; there is no arithmetic in expressions"),
            ("1 ⟦-1⟧", .parsing, "unexpected symbol `-1`; there is no arithmetic in expressions"),
            ("github.⟦b@r⟧", .lexing, "unexpected symbol `b@r`"),
            ("a ⟦=⟧ b", .lexing, "unexpected symbol `=`; equality is written `==`"),
            ("a ⟦&b⟧", .lexing, "unexpected symbol `&b`"),
            ("env == ⟦\"b\"⟧", .lexing, "unexpected symbol `\"b\"`; strings are written in single quotes"),
            ("⟦'abc⟧", .lexing, "a string is not closed; a quote inside a string is written twice"),
            ("⟦é⟧", .lexing, "unexpected symbol `é`"),
            ("'é' ⟦x⟧", .parsing, "unexpected symbol `x`"),
            ("github.actor ⟦&&⟧", .parsing, "unexpected end of expression after `&&`"),
            ("format⟦(⟧", .parsing, "unexpected end of expression after `(`"),
            ("(github)⟦)⟧", .parsing, "unexpected symbol `)`"),
            ("(github.⟦actor⟧", .parsing, "unexpected end of expression after `actor`"),
            ("⟦)⟧", .parsing, "unexpected symbol `)`"), ("(⟦)⟧", .parsing, "unexpected symbol `)`"),
            ("github[1⟦)⟧", .parsing, "unexpected symbol `)`"), ("(1⟦]⟧", .parsing, "unexpected symbol `]`"),
            ("(1⟦,⟧ 2)", .parsing, "unexpected symbol `,`"),
            ("github[1⟦,⟧ 2]", .parsing, "unexpected symbol `,`"),
            ("format('a',⟦)⟧", .parsing, "unexpected symbol `)`"),
            ("'a'⟦[⟧0]", .parsing, "unexpected symbol `[`"),
            ("⟦1.a⟧", .lexing, "unexpected symbol `1.a`"),
            ("github.⟦'a'⟧", .parsing, "unexpected symbol `'a'`"), ("⟦*⟧", .parsing, "unexpected symbol `*`"),
            ("github[* ⟦==⟧ 1]", .parsing, "unexpected symbol `==`"),
            ("true⟦(⟧)", .parsing, "unexpected symbol `(`"),
            ("github.actor⟦(⟧)", .parsing, "unexpected symbol `(`"),
            ("⟦githb⟧.actor", .parsing, "unrecognized named-value `githb`; did you mean `github`?"),
            ("⟦secrets⟧.X", .parsing, "context `secrets` is not available here; available here: env, github"),
            ("⟦zebra⟧", .parsing, "unrecognized named-value `zebra`; available here: env, github"),
            (
                "⟦startWith⟧('a', 'b')", .parsing,
                "unrecognized function `startWith`; did you mean `startsWith`?"
            ),
            ("⟦success⟧()", .parsing, "function `success` is not available here"),
            ("⟦contains⟧('a')", .parsing, "too few arguments: `contains` takes 2 arguments, not 1"),
            ("⟦toJson⟧(1, 2)", .parsing, "too many arguments: `toJSON` takes 1 argument, not 2"),
            ("⟦join⟧(1, 2, 3)", .parsing, "too many arguments: `join` takes at most 2 arguments, not 3"),
            ("⟦hashFiles⟧()", .parsing, "too few arguments: `hashFiles` takes at least 1 argument, not 0"),
            (
                "⟦case⟧(true, 1, false, 2)", .parsing,
                "`case` takes an odd number of arguments, not 4; the last argument is the value where no condition is true"
            ),
        ] as [(String, ExpressionError.Stage, String)]
    )
    func faultIsPointedAt(_ marked: String, _ stage: ExpressionError.Stage, _ message: String) throws {
        let source = marked.filter { $0 != "⟦" && $0 != "⟧" }
        let allowed = Availability(contexts: ["github", "env"], functions: ["hashfiles": 1...255])
        let error = try #require(throws: ExpressionError.self) { try Expression(source, allowing: allowed) }
        #expect(error.description == message)
        #expect(error.stage == stage)

        let open = try #require(marked.firstIndex(of: "⟦"))
        let start = marked[..<open].utf8.count
        let length = marked[open...].prefix { $0 != "⟧" }.dropFirst().utf8.count
        #expect(error.range == start..<start + length)
    }

    @Test(
        arguments: [
            ("!true == false", true), ("1 < 2 == true", true), ("true || false && false", true),
            ("3 > 2 > 0", true),
            ("!false && !0", true), ("'a' == 'b' || 'a' == 'A'", true), ("(true || false) && 'last'", "last"),
            ("!(1 == 1) || 2", 2), ("'it''s'", "it's"), (".5", 0.5), ("-.5", -0.5), ("+1e2", 100),
            ("0x10", 16), ("''", ""),
            ("''''", "'"), ("1 == .5", false), (" \n\t1\u{2003}", 1), ("((1))", 1), ("(1)[0]", .null),
            ("('a').b", .null), ("Format ('{0}', 1)", "1"),
        ] as [(String, Value)]
    )
    func expressionHasItsValue(_ source: String, _ expected: Value) throws {
        let value = try Expression(source).evaluate(in: Scope())
        #expect(value.isIdentical(to: expected), "\(value)")
    }

    /// What makes a tree one deeper: text before and after an operand.
    static let shapes: [(before: String, operand: String, after: String)] = [
        ("!", "1", ""), ("", "x", ".y"), ("", "x", "[0]"), ("", "1", " == 1"), ("toJSON(", "1", ")"),
        ("x[", "1", "]"),
    ]

    @Test(arguments: shapes)
    func treeIsAtMostFiftyDeep(_ before: String, _ operand: String, _ after: String) throws {
        func source(_ depth: Int) -> String {
            String(repeating: before, count: depth - 1) + operand + String(repeating: after, count: depth - 1)
        }
        _ = try Expression(source(50))
        for depth in [51, 1000] {
            let error = try #require(throws: ExpressionError.self) { try Expression(source(depth)) }
            #expect(error.message == "exceeded max expression depth 50")
        }
    }

    @Test func bracketsAndChainsAreAsLongAsTheyLike() throws {
        let brackets = String(repeating: "(", count: 10_000) + "1" + String(repeating: ")", count: 10_000)
        #expect(try Expression(brackets).evaluate(in: Scope()).number == 1)
        let chain = Array(repeating: "1", count: 5000).joined(separator: "&&")
        #expect(try Expression(chain).evaluate(in: Scope()).number == 1)
        let grouped = String(repeating: "(", count: 3000) + "1" + String(repeating: "||1)", count: 3000)
        #expect(try Expression(grouped).evaluate(in: Scope()).number == 1)
    }

    @Test func textIsAtMostTwentyOneThousandCharactersLong() throws {
        _ = try Expression("'" + String(repeating: "é", count: 20_998) + "'")
        let error = try #require(throws: ExpressionError.self) {
            try Expression("'" + String(repeating: "a", count: 20_999) + "'")
        }
        #expect(error.message == "exceeded max expression length 21000")
    }

    @Test func expressionSaysWhatItReads() throws {
        let expression = try Expression(
            "steps.x.outputs['y'] && Steps[matrix.id].z || always() && toJSON(steps.*.outcome) && needs && fromJSON(steps.q).r"
        )
        #expect(
            expression.references(to: "steps") == [
                ["x", "outputs", "y"], ["*", "z"], ["*", "outcome"], ["q"],
            ]
        )
        #expect(expression.references(to: "matrix") == [["id"]])
        #expect(expression.references(to: "needs") == [[]])
        #expect(expression.readContexts == ["steps", "matrix", "needs"])
        #expect(expression.calledFunctions == ["always", "tojson", "fromjson"])
        #expect(expression.literal == nil)
        #expect(try Expression("").literal?.isNull == true)
        #expect(try Expression("'x'").literal?.text == "x")
    }
}
