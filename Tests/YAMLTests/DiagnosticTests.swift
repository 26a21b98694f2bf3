import Testing

@testable import YAML

@Suite struct DiagnosticTests {
    @Test func aDiagnosticShowsItsLineWithThePlaceMarked() {
        let source = "on: push\njobs:\n  train:\n    step:\n"
        let location = SourceLocation(file: "workflows/train.yaml", line: 4, column: 5)
        let diagnostic = Diagnostic(
            location: location,
            length: 4,
            code: "unknown-key",
            message: "unknown key 'step' in job 'train'",
            hint: "did you mean 'steps'?"
        )
        let expected = """
            workflows/train.yaml:4:5: error: unknown key 'step' in job 'train'; did you mean 'steps'? [unknown-key]
                4 |     step:
                  |     ^~~~
            """
        #expect(diagnostic.rendered(source: source) == expected)
    }

    @Test func aPlaceOutsideOfTheTextShowsTheSummaryAlone() {
        let location = SourceLocation(file: "w.yml", line: 9, column: 1)
        let diagnostic = Diagnostic(severity: .warning, location: location, code: "x", message: "m")
        #expect(diagnostic.rendered(source: "a: 1\n") == "w.yml:9:1: warning: m [x]")
        #expect(diagnostic.rendered(source: nil) == "w.yml:9:1: warning: m [x]")
    }
}

@Suite struct SourceTextTests {
    @Test(arguments: [
        ("", [""]), ("a", ["a"]), ("a\n", ["a", ""]), ("a\r\nb\rc\nd", ["a", "b", "c", "d"]),
        ("é\u{85}b\u{2028}c\u{2029}…", ["é", "b", "c", "…"]), ("\n\r\n\r", ["", "", "", ""]),
    ])
    func linesEndWhereLibyamlEndsThem(text: String, expected: [Substring]) {
        #expect(Array(SourceText(text).lines) == expected)
    }

    @Test func ofALongLineTheSurroundingsAreShown() {
        let line = String(repeating: "x", count: 5000) + "HERE" + String(repeating: "y", count: 5000)
        let place = SourceLocation(file: "f", line: 1, column: 5001)
        let shown = Diagnostic(location: place, length: 4, code: "c", message: "m").rendered(source: line)
            .split(separator: "\n")
        #expect(shown[1].count < 400)
        #expect(shown[1].hasPrefix("    1 | …xx") && shown[1].hasSuffix("y…"))
        let mark = shown[2].distance(
            from: shown[2].startIndex,
            to: shown[2].firstIndex(of: "^") ?? shown[2].endIndex
        )
        #expect(shown[1].dropFirst(mark).hasPrefix("HERE"))
        #expect(shown[2].hasSuffix("^~~~"))
    }
}
