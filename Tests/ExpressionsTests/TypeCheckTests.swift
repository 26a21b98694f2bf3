import Testing

@testable import Expressions

/// What can be said of an expression without evaluating it.
@Suite struct TypeCheckTests {
    static let contexts: [String: ValueType] = [
        "github": .object(ObjectType(["event": .any, "ref": .string, "protected": .boolean])),
        "env": .object(ObjectType(others: .string)),
        "steps": .object(ObjectType(["a": .object(ObjectType(["outputs": .object(ObjectType())]))])),
        "list": .array(.object(ObjectType(["name": .string]))), "flag": .boolean, "count": .number,
    ]

    private func check(_ source: String) throws -> (type: ValueType, faults: [String]) {
        let (type, faults) = try Expression(source).check(Self.contexts)
        return (
            type,
            faults.map { fault in
                let bytes = Array(source.utf8)
                let marked = fault.range.map { String(decoding: bytes[$0], as: UTF8.self) } ?? "all"
                return "\(marked): \(fault.kind.rawValue)"
            }
        )
    }

    @Test(arguments: [
        ("github.evnt", "evnt: unknown-property"), ("github['evnt'].x", "['evnt']: unknown-property"),
        ("GITHUB.EVENT.anything.at.all", nil), ("env.ANY", nil), ("env.ANY.more", "more: type-mismatch"),
        ("steps.b.outputs.x", "b: unknown-property"), ("steps.a.outputs.x", "x: unknown-property"),
        ("steps[env.X].y", nil), ("list.name", "name: type-mismatch"), ("list[0].name", nil),
        ("list.*.name", nil), ("list.*.nam", "nam: unknown-property"), ("unknown.thing", nil),
        ("github == 'x'", "==: type-mismatch"), ("github.event == 'x'", nil),
        ("list < 3", "<: type-mismatch"),
        ("github == null", nil), ("flag == 'true'", "==: type-mismatch"), ("flag == true", nil),
        ("'no' != flag", "!=: type-mismatch"), ("env.X == true", "==: type-mismatch"), ("env.X == 1", nil),
        ("count == '5'", nil), ("count > 'many'", ">: type-mismatch"),
        ("contains(github, 'x')", "github: type-mismatch"), ("contains(list.*.name, 'x')", nil),
        ("startsWith(list, 'x')", "list: type-mismatch"), ("format('{0}', github)", "github: type-mismatch"),
        ("fromJSON(github)", "github: type-mismatch"), ("fromJSON('[1,')", "fromJSON: type-mismatch"),
        ("fromJSON('[1]')[0].x", "x: type-mismatch"), ("join(github)", "github: type-mismatch"),
        ("case(flag, 1, 2)", nil), ("case(github.ref, 1, 2)", "github.ref: type-mismatch"),
        ("hashFiles(list)", "list: type-mismatch"), ("!github.nope || success()", "nope: unknown-property"),
    ])
    func doubtfulPartsAreFoundAtTheirPlace(source: String, expected: String?) throws {
        #expect(try check(source).faults == [expected].compactMap(\.self))
    }

    @Test(arguments: [
        ("github.ref", ValueType.string), ("flag && 'a' || 'b'", .any), ("github.ref || 'b'", .string),
        ("null", .null), ("github.ref || null", .string), ("toJSON(list)", .string), ("!count", .boolean),
        ("count", .number), ("case(flag, 1, 2)", .number), ("success()", .boolean), ("", .null),
        ("list.*.name", .array(.string, isFiltered: true)),
    ])
    func theTypeOfTheWholeIsKnown(source: String, expected: ValueType) throws {
        #expect(try check(source).type == expected)
    }

    @Test func theNearestNameIsOffered() throws {
        let fault = try #require(try Expression("github.evnt").check(Self.contexts).faults.first)
        #expect(fault.hint == "did you mean `event`?")
        #expect(fault.message == "`github` has no `evnt`, so this is always null")
    }

    @Test(arguments: [
        ("github.head_ref", ["github.head_ref"]), ("contains(github.ref, 'x')", []),
        ("flag && github.ref || env.X", ["github.ref", "env.X"]), ("format('{0}', a.b[c.d])", ["a.b.*"]),
        ("a == b", []), ("case(a, b, c)", ["b", "c"]),
        ("fromJSON(needs.x.outputs.y).z", ["needs.x.outputs.y"]),
        ("a.*.b[0]", ["a.*.b.0"]),
    ])
    func onlyWhatBecomesTheValueIsASource(source: String, expected: [String]) throws {
        #expect(try Expression(source).sources.map(\.text) == expected)
    }
}
