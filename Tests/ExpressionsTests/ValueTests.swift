import Foundation
import Testing

@testable import Expressions

struct ValueTests {
    @Test(
        arguments: [
            (0, "0"), (-0.0, "0"), (1, "1"), (-1, "-1"), (3.10, "3.1"), (0.1 + 0.2, "0.3"),
            (0.84551240822557006, "0.84551240822557"), (1_587_106_672_383_762_432, "1.58710667238376E+18"),
            (999_999_999_999_999, "999999999999999"), (1e15, "1E+15"), (1e21, "1E+21"), (1.5e300, "1.5E+300"),
            (123_456_789_012_345.6, "123456789012346"), (0.0001, "0.0001"), (0.00001, "1E-05"),
            (-0.000012345, "-1.2345E-05"), (.leastNonzeroMagnitude, "4.94065645841247E-324"),
            (1e14 + 0.5, "100000000000000"),
            (0.1 + 0.7, "0.8"), (.infinity, "Infinity"), (-.infinity, "-Infinity"), (.nan, "NaN"),
        ] as [(Double, String)]
    )
    func numberPrintsWithFifteenDigits(_ number: Double, _ text: String) {
        #expect(Value.number(number).text == text)
    }

    @Test(
        arguments: [
            ("", 0), ("  \t\n", 0), ("\u{A0}7\u{2003}", 7), ("12", 12), ("+12", 12), ("-.5", -0.5), ("1.", 1),
            ("1e3", 1000), ("1E-2", 0.01), ("1e999", .infinity), ("0x1F", 31), ("0xffffffff", -1),
            ("0x100000000", .nan), ("0o17", 15), ("0o8", .nan), ("0X1F", .nan), ("-0x1F", .nan), ("017", 17),
            ("Infinity", .infinity), ("-Infinity", -.infinity), ("infinity", .nan), ("inf", .nan),
            ("nan", .nan),
            ("NaN", .nan), (".", .nan), ("e5", .nan), ("1e", .nan), ("1e+", .nan), ("1_000", .nan),
            ("0x", .nan),
            ("1 2", .nan), ("--1", .nan), ("abc", .nan), ("12345678901234567890", 12_345_678_901_234_567_168),
        ] as [(String, Double)]
    )
    func textBecomesNumber(_ text: String, _ number: Double) {
        #expect(Value.number(Value.string(text).number).isIdentical(to: .number(number)))
    }

    @Test(
        arguments: [
            (.null, false), (false, false), (0, false), (.number(-0.0), false), (.number(.nan), false),
            ("", false),
            (true, true), (-1, true), ("0", true), ("false", true), (" ", true), ([], true), ([:], true),
        ] as [(Value, Bool)]
    )
    func truthIsThatOfTheKind(_ value: Value, _ isTruthy: Bool) {
        #expect(value.isTruthy == isTruthy)
    }

    @Test func arraysAndObjectsEqualOnlyThemselves() {
        let array = Value.array([1])
        #expect(array.isLooselyEqual(to: array))
        #expect(!array.isLooselyEqual(to: .array([1])))
        #expect(array.isIdentical(to: [1]))
        #expect(!Value.object([:]).isLooselyEqual(to: .object([:])))
        #expect(!array.isLooselyEqual(to: "Array"))
    }

    @Test(
        arguments: [
            ("straße", "STRASSE", false), ("ß", "ẞ", false), ("ᾳ", "ᾼ", true), ("ſ", "s", false),
            ("ǆ", "Ǆ", true),
            ("K", "\u{212A}", false), ("é", "e\u{301}", false), ("𐐨", "𐐀", true), ("я", "Я", true),
        ])
    func caseIsFoldedCharacterByCharacter(_ left: String, _ right: String, _ areEqual: Bool) {
        #expect(Value.string(left).isLooselyEqual(to: .string(right)) == areEqual)
        #expect(Value.string(right).isLooselyEqual(to: .string(left)) == areEqual)
        #expect(ObjectValue([(left, 1)])[right].map { _ in true } == (areEqual ? true : nil))
    }

    @Test func charactersBeyondTheBasicPlaneSortAsSurrogates() {
        #expect(Value.string("😀").isLess(than: "\u{FF5E}"))
        #expect(!Value.string("\u{FF5E}").isLess(than: "😀"))
        #expect(Value.string("\u{D7FF}").isLess(than: "😀"))
    }

    @Test(arguments: [3, 100])
    func objectKeepsOrderAndFindsNamesInAnyCase(_ count: Int) {
        let pairs = (0..<count).map { (key: "Name\($0)", value: Value.number(Double($0))) }
        let object = ObjectValue(pairs + [("NAME1", "again"), ("größe", 1), ("GRÖSSE", 2), ("GRÖßE", 3)])
        #expect(object.keys == pairs.map(\.key) + ["größe", "GRÖSSE"])
        #expect(object["nAmE2"]?.number == 2)
        #expect(object["name1"]?.text == "again")
        #expect(object["GRÖßE"]?.number == 3)
        #expect(object["name\(count)"] == nil)
    }

    @Test(arguments: [2, 50])
    func caseSensitiveObjectTellsNamesApart(_ count: Int) {
        let pairs = (0..<count).map { (key: "A\($0)", value: Value.number(Double($0))) }
        let object = ObjectValue(pairs + [("a1", "other")], isCaseSensitive: true)
        #expect(object.count == count + 1)
        #expect(object["A1"]?.number == 1)
        #expect(object["a1"]?.text == "other")
        #expect(object["a0"] == nil)
        #expect(object.setting("A1", 7)["A1"]?.number == 7)
        #expect(object.merging(ObjectValue([("a0", 5)]))["a0"]?.number == 5)
        #expect(object.removing("a1")["a1"] == nil)
    }

    @Test func codingKeepsOrderAndNumbers() throws {
        let value: Value = [
            "z": [1, 0.1, .number(.nan), .number(-.infinity), .number(1 / 3)],
            "a": ["b": .null, "c": "é\u{0}\"\\"],
            "n": 1e300,
        ]
        let data = try JSONEncoder().encode([value])
        let decoded = try JSONDecoder().decode([Value].self, from: data)
        #expect(decoded.first.map { $0.isIdentical(to: value) } == true)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Value].self, from: Data(#"["{"]"#.utf8))
        }
    }
}
