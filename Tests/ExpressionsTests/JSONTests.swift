import Testing

@testable import Expressions

struct JSONTests {
    @Test(
        arguments: [
            (#" {"b": [1, -2.5e3, true], "a": {}, "n": null} "#, #"{"b":[1,-2500,true],"a":{},"n":null}"#),
            (#""A\u00e9\ud83d\ude00\n\/\"""#, #""Aé😀\n/\"""#),
            (#""\ud83d x \ude00""#, "\"\u{FFFD} x \u{FFFD}\""),
            (#""\ud83d\u0041""#, "\"\u{FFFD}A\""),
            ("\u{FEFF}[]", "[]"),
            (#"{"a":1,"A":2,"b":3,"a":4}"#, #"{"a":4,"b":3}"#),
            ("0", "0"), ("-0", "0"), ("1e999", "Infinity"), ("123456789012345678", "1.2345678901234568e+17"),
            (#""\u0001\u001f\u007f\u0085\u2028""#, "\"\\u0001\\u001f\u{7f}\\u0085\\u2028\""),
        ])
    func strictTextIsReadAndWrittenBack(_ text: String, _ written: String) throws {
        #expect(try Value(json: text).json() == written)
        #expect(try Value(json: text, lenient: true).json() == written)
    }

    @Test(
        arguments: [
            ("[1, 2,]", "[1,2]"), ("{'a': 'it\\'s', b_1: 2,}", #"{"a":"it's","b_1":2}"#),
            ("/* head */ [1 // one\n, 2] // tail", "[1,2]"), ("/**/1", "1"),
            ("[NaN, Infinity, -Infinity]", "[NaN,Infinity,-Infinity]"),
            ("\"a\nb\"", #""a\nb""#), ("[.5, 1., 0x1F, 017, -0x10]", "[0.5,1,31,15,-16]"), ("\u{A0}1", "1"),
        ])
    func lenientTextIsReadAsGitHubReadsIt(_ text: String, _ written: String) throws {
        #expect(try Value(json: text, lenient: true).json() == written)
        #expect(throws: JSONError.self) { try Value(json: text) }
    }

    @Test(
        arguments: [
            "", "  ", "[", "{", "[1", "[1,", "[,]", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1 \"b\":2}",
            "tru", "truex",
            "nul", "\"abc", "\"\\", "\"\\u12", "\"\\u12G4\"", "\"\\x41\"", "1 2", "[1] x", "01x", "-", "1e",
            "+1", "--1",
            "/* never closed", "/*/", "/", "1.2.3", "1-2", "0x", "08", "undefined", "]", "}", ",", ":",
            "{1:}", "\u{0}",
            "💥",
        ])
    func textThatIsNoJSONIsRefused(_ text: String) {
        #expect(throws: JSONError.self) { try Value(json: text) }
        #expect(throws: JSONError.self) { try Value(json: text, lenient: true) }
    }

    @Test func errorSaysWhere() throws {
        let error = try #require(throws: JSONError.self) { try Value(json: "{\n  \"a\": 1,\n  \"b\": @\n}") }
        #expect(error.description == "found `@` where a value should be at line 3, column 8")
        #expect(error.offset == 19)
    }

    @Test func nestingIsLimitedToOneHundredLevels() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(try Value(json: nested(100)).json() == nested(100))
        let error = try #require(throws: JSONError.self) { try Value(json: nested(101)) }
        #expect(error.message == "JSON nests deeper than 100 levels")
        #expect(throws: JSONError.self) { try Value(json: String(repeating: "{\"a\":", count: 100_000)) }
    }

    @Test func memoryIsLimited() {
        let text = "[" + String(repeating: "0,", count: 1000) + "0]"
        #expect(throws: JSONError.self) {
            try Value.read(text, isLenient: false, limits: JSONLimits(memory: 10_000))
        }
    }

    @Test func prettyTextIsThatOfToJSON() throws {
        let value = try Value(
            json: #"{"b":[1,"x"],"a":{},"c":[],"n":null,"t":true,"d":{"e":[[0.1234567890123456789]]}}"#
        )
        #expect(
            value.json(pretty: true) == """
                {
                  "b": [
                    1,
                    "x"
                  ],
                  "a": {},
                  "c": [],
                  "n": null,
                  "t": true,
                  "d": {
                    "e": [
                      [
                        0.123456789012346
                      ]
                    ]
                  }
                }
                """
        )
    }
}
