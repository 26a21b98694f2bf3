import Expressions
import Testing
import Workflows

@testable import Events

@Suite struct DispatchInputsTests {
    private let declared = [
        input("name", default: "Ann"), input("on", .boolean, default: true), input("off", .boolean),
        input("count", .number, default: 3), input("kind", .choice, default: "two", options: ["one", "two"]),
        input("text"),
    ]

    @Test func defaultsStandInForWhatIsNotGiven() throws {
        let resolved = try DispatchInputs.resolve(inputs: declared, given: [:])
        #expect(
            Value.object(resolved.inputs).json()
                == #"{"name":"Ann","on":true,"off":false,"count":3,"kind":"two","text":""}"#
        )
        #expect(
            Value.object(resolved.payload).json()
                == #"{"name":"Ann","on":"true","off":"false","count":"3","kind":"two","text":""}"#
        )
    }

    @Test func givenTextsAreTypedAndKeptAsText() throws {
        let text = #"a=b  'c' "d" $HOME ${{ 1 }}"#
        let given = ["NAME": text, "on": "false", "count": "1e1", "kind": "one"]
        let resolved = try DispatchInputs.resolve(inputs: declared, given: given)
        #expect(resolved.inputs["name"]?.text == text)
        #expect(resolved.inputs["on"]?.isIdentical(to: false) == true)
        #expect(resolved.inputs["count"]?.isIdentical(to: 10) == true)
        #expect(resolved.payload["count"]?.text == "1e1")
        #expect(resolved.inputs["kind"]?.text == "one")
    }

    @Test func allFaultsAreToldAtOnce() throws {
        let declared = declared + [input("target", required: true)]
        let given = ["kind": "three", "on": "yes", "count": "many", "nam": "x"]
        let error = try #require(throws: DispatchInputsError.self) {
            try DispatchInputs.resolve(inputs: declared, given: given)
        }
        #expect(
            error.description == """
                the workflow has no input `nam`; did you mean `name`?
                input `on` is a boolean: `yes` is neither `true` nor `false`
                input `count` is a number, and `many` is none
                input `kind` has no option `three`; it has `one` and `two`
                input `target` is required: give a string with `-f target=...`
                """
        )
    }

    @Test(arguments: [[:], ["t": ""]])
    func requiredInputsNeedATextOrADefault(given: [String: String]) {
        #expect(throws: DispatchInputsError.self) {
            try DispatchInputs.resolve(inputs: [input("t", required: true)], given: given)
        }
        #expect(throws: Never.self) {
            try DispatchInputs.resolve(inputs: [input("t", required: true, default: "x")], given: [:])
        }
    }
}
