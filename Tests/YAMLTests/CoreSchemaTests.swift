import Testing

@testable import YAML

@Suite struct CoreSchemaTests {
    @Test(arguments: [
        ("true", CoreValue.boolean(true)), ("True", .boolean(true)), ("TRUE", .boolean(true)),
        ("false", .boolean(false)), ("tRUE", .string("tRUE")), ("yes", .string("yes")), ("on", .string("on")),
        ("", .null), ("~", .null), ("null", .null), ("Null", .null), ("NULL", .null),
        ("nULL", .string("nULL")),
        ("1", .number(1)), ("-0", .number(-0.0)), ("+12", .number(12)), ("007", .number(7)),
        ("0x1F", .number(31)), ("0o17", .number(15)), ("0b1", .string("0b1")), ("0x", .string("0x")),
        ("3.10", .number(3.1)), ("1.", .number(1)), (".5", .number(0.5)), ("-.5", .number(-0.5)),
        ("1e3", .number(1000)), ("1.e3", .number(1000)), ("1e", .string("1e")), (".", .string(".")),
        (".inf", .number(.infinity)), ("-.INF", .number(-.infinity)), ("inf", .string("inf")),
        ("NaN", .string("NaN")), ("12_345", .string("12_345")), ("2024-01-02", .string("2024-01-02")),
        ("1 2", .string("1 2")),
    ])
    func plainTextHasTheTypeOfTheCoreSchema(text: String, value: CoreValue) {
        #expect(CoreValue(plain: text) == value)
    }

    @Test func notANumberIsANumber() {
        guard case .number(let number) = CoreValue(plain: ".nan") else {
            Issue.record(".nan must be a number")
            return
        }
        #expect(number.isNaN)
    }

    @Test(arguments: ["\"true\"", "'1'", "|-\n  null", ">-\n  ~", "!!str 1.10"])
    func quotedBlockAndTaggedTextIsText(source: String) throws {
        let root = try parse("key: \(source)\n", file: "w.yml")
        guard case .string? = root["key"]?.scalar?.value else {
            Issue.record("\(source) must be text")
            return
        }
    }

    @Test(arguments: [
        ("!!int \"7\"", CoreValue.number(7)), ("!!bool True", .boolean(true)), ("!!float 1", .number(1)),
        ("!!null", .null), ("!<tag:yaml.org,2002:null> ~", .null),
    ])
    func coreTagsDecideTheType(source: String, value: CoreValue) throws {
        #expect(try parse("key: \(source)\n", file: "w.yml")["key"]?.scalar?.value == value)
    }

    @Test(arguments: ["!!int test", "!x", "!cancelled()", "!!bool 1", "!!timestamp 2001-01-01"])
    func otherTagsAndValuesThatDoNotFitAreRefused(source: String) {
        let document = readDocument("a: 1\nkey: \(source)\n", file: "w.yml")
        #expect(document.diagnostics.map(\.code) == ["yaml-tag"])
        #expect(document.diagnostics.first?.location.line == 2)
    }
}
