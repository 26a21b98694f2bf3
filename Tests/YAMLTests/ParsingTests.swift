import Testing

@testable import YAML

@Suite struct ParsingTests {
    @Test func everyNodeKnowsItsPlace() throws {
        let root = try parse("on: push\njobs:\n  a:\n    steps: [x, y]\n", file: "w.yml")
        let steps = try #require(root["jobs"]?["a"]?["steps"])
        #expect(steps.location == SourceLocation(file: "w.yml", line: 4, column: 12))
        #expect(steps.items?.map(\.location.column) == [13, 16])
    }

    @Test func columnsCountCharacters() throws {
        let root = try parse("{ é👩‍🔬: 1, b: 2 }\n", file: "w.yml")
        #expect(root.entries?.last?.key.location.column == 10)
    }

    @Test func anAliasStandsForItsAnchorAtTheAnchorsPlace() throws {
        let root = try parse("a: &x { k: v }\nb: *x\n", file: "w.yml")
        #expect(root["b"]?["k"]?.scalar?.text == "v")
        #expect(root["b"]?.location.line == 1)
    }

    @Test func anAnchorCanBeDefinedAnew() throws {
        let root = try parse("a: &x 1\nb: &x 2\nc: *x\n", file: "w.yml")
        #expect(root["c"]?.scalar?.text == "2")
    }

    @Test func aMergeKeyIsAnOrdinaryKey() throws {
        let root = try parse("a: &x { k: v }\nb:\n  <<: *x\n", file: "w.yml")
        #expect(root["b"]?.entries?.map(\.key.scalar?.text) == ["<<"])
    }

    @Test(arguments: [
        ("a: *nowhere\n", "yaml-alias", 1), ("a: &r\n  b: *r\n", "yaml-alias", 2),
        ("a: 1\n---\nb: 2\n", "yaml-documents", 2), ("", "yaml-empty", 1), ("# nothing\n", "yaml-empty", 1),
        ("a: \"x\n", "yaml-syntax", 2), ("a: b: c\n", "yaml-syntax", 1), ("a:\n\t- b\n", "yaml-syntax", 2),
        ("[a, b]: c\n", "yaml-key", 1),
    ])
    func faultsHaveACodeAndALine(text: String, code: String, line: Int) {
        let document = readDocument(text, file: "w.yml")
        #expect(document.diagnostics.map(\.code) == [code])
        #expect(document.diagnostics.first?.location.line == line)
    }

    @Test func keysThatDifferInCaseAreAllReported() {
        let document = readDocument("e:\n  Token: a\n  TOKEN: b\n  token: c\ne: 1\n", file: "w.yml")
        #expect(document.diagnostics.map(\.location.line) == [3, 4, 5])
        #expect(document.diagnostics.allSatisfy { $0.code == "duplicate-key" })
        #expect(document.root?["e"]?.entries?.count == 1)
    }

    @Test func aliasesCannotBlowAFileUp() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...8 {
            let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(items)]\n"
        }
        #expect(readDocument(text, file: "w.yml").diagnostics.map(\.code) == ["yaml-limit"])
    }

    @Test func nestingHasALimitThatAliasesCannotPass() {
        let deep = String(repeating: "[", count: 51) + String(repeating: "]", count: 51)
        #expect(readDocument(deep, file: "w.yml").diagnostics.map(\.code) == ["yaml-limit"])
        let half = String(repeating: "[", count: 25)
        let close = String(repeating: "]", count: 25)
        let twice = "a: &a \(half)\(close)\nb: \(half)*a\(close)\n"
        #expect(readDocument(twice, file: "w.yml").diagnostics.map(\.code) == ["yaml-limit"])
    }

    @Test(arguments: [
        // A list of 50,000 values has 50,001, wherever they stand.
        ("- a\n", 49_999, 1), ("- a\n", 50_000, 50_000), ("- &a a\n", 50_000, 50_000),
        ("k: {}\n", 60_000, 25_000), ("- [[]]\n", 30_000, 25_000), ("# c\n", 60_000, 1),
    ])
    func valuesAreCountedBeforeAnythingIsBuilt(line: String, count: Int, faulty: Int) {
        let found = readDocument(String(repeating: line, count: count), file: "w.yml").diagnostics
        let isOver = count >= 50_000 && !line.hasPrefix("#") || line == "- [[]]\n"
        #expect(found.contains { $0.code == "yaml-limit" } == isOver)
        if isOver { #expect(found.map(\.location.line) == [faulty]) }
    }

    @Test func whatAnAliasRepeatsIsCountedEachTime() {
        let items = Array(repeating: "x", count: 1000).joined(separator: ",")
        // The root, its two keys and the list of aliases; the list with its items; and these again for each alias.
        func text(_ aliases: Int) -> String {
            "a: &a [\(items)]\nb: [\(Array(repeating: "*a", count: aliases).joined(separator: ","))]\n"
        }
        #expect(readDocument(text(48), file: "w.yml").diagnostics.isEmpty)
        let over = readDocument(text(49), file: "w.yml").diagnostics
        #expect(over.map(\.code) == ["yaml-limit"] && over.first?.location.line == 2)
        let bytes = "a: &a \(String(repeating: "x", count: 600_000))\nb: [*a, *a, *a, *a, *a, *a, *a, *a]\n"
        #expect(readDocument(bytes, file: "w.yml").diagnostics.map(\.code) == ["yaml-limit"])
        // The name of what is being read belongs to that, not to what had it before.
        let inside = readDocument("- &a [[[]]]\n- &a [*a]\n", file: "w.yml").diagnostics
        #expect(inside.map(\.code) == ["yaml-alias"])
    }

    @Test(.timeLimit(.minutes(1))) func aLongLineIsReadOnce() throws {
        let text =
            "a: [" + Array(repeating: "xxxxxxxxxxxxxxxxxxx", count: 45_000).joined(separator: ",") + "]\n"
        let items = try #require(try parse(text, file: "w.yml")["a"]?.items)
        #expect(items.last?.location.column == 5 + 44_999 * 20)
    }

    @Test func aFileHasALimitOfCharacters() {
        let long = "a: " + String(repeating: "x", count: 1_048_576)
        #expect(readDocument(long, file: "w.yml").diagnostics.map(\.code) == ["yaml-limit"])
    }

    @Test func bytesThatAreNotTextAreRefused() {
        #expect(throws: Diagnostics.self) { try parse(bytes: [0x61, 0x3A, 0x20, 0xFF], file: "w.yml") }
    }

    @Test func aByteOrderMarkIsNoPartOfTheText() throws {
        #expect(try parse("\u{FEFF}a: 1\n", file: "w.yml")["a"]?.scalar?.text == "1")
    }

    @Test(arguments: [
        ("k: echo ${{ x }}\n", "x }}", 1, 13), ("k: 'echo ''q'' ${{ x }}'\n", "${{", 1, 16),
        ("k: |\n  one\n  two ${{ x }}\n", "${{", 3, 7),
        ("k: >-\n  one\n  ${{ x }} ${{ y }}\n", "${{ y", 3, 12),
        ("k: one\n  ${{ x }}\n", "${{", 2, 3), ("k: \"a\\tb ${{ x }}\"\n", "${{", 1, 10),
        ("k: ${{ x }} ${{ x }}\n", "x }}", 1, 8),
    ])
    func aPartOfAScalarIsFoundInTheSource(text: String, part: String, line: Int, column: Int) throws {
        let node = try #require(try parse(text, file: "w.yml")["k"])
        let scalar = try #require(node.scalar?.text)
        let range = try #require(scalar.firstRange(of: part))
        let lower = scalar.utf8.distance(from: scalar.startIndex, to: range.lowerBound)
        let found = node.location(of: lower..<lower + part.utf8.count)
        #expect(found.location == SourceLocation(file: "w.yml", line: line, column: column))
    }
}
