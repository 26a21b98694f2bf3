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
