import Testing

@testable import Expressions

struct WordingTests {
    @Test(
        arguments: [
            ("ubuntu-lates", "ubuntu-latest"), ("Windows-Latest", "windows-latest"), ("uses", "uses"),
            ("user", "uses"),
            ("psuh", "push"), ("xyz", nil), ("", nil), ("a", nil),
            (String(repeating: "a", count: 10_000), nil),
        ] as [(String, String?)]
    )
    func nearestMatchIsASlipAway(_ word: String, _ match: String?) {
        let names = ["ubuntu-latest", "windows-latest", "uses", "push", "pull"]
        #expect(nearestMatch(word, in: names) == match)
        #expect(nearestMatch(word, in: Set(names)) == match)
    }

    @Test func countsTakeTheFormOfTheirNoun() {
        #expect(plural(1, "argument") == "1 argument")
        #expect(plural(0, "argument") == "0 arguments")
        #expect(plural(2, "entry", "entries") == "2 entries")
    }
}
