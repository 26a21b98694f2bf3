import Foundation
import Testing
import YAML

@testable import Workflows

/// `docs/rules.md`: every rule with what breaks it, and what lint really says of that.
@Suite struct RuleDocsTests {
    static let examples = RuleExample.faults + RuleExample.meaning + RuleExample.safety

    static let page: URL = {
        let here = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        return here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/rules.md")
    }()

    @Test func everyRuleHasAnExampleAndEveryExampleARule() {
        #expect(RuleCatalog.all.map(\.code) == Self.examples.map(\.code))
    }

    @Test(arguments: examples)
    func theBadExampleIsFoundAndTheGoodOneIsNot(example: RuleExample) {
        let found = example.diagnostics(example.bad).filter { $0.code == example.code }
        #expect(!found.isEmpty, "\(example.diagnostics(example.bad).map(\.summary))")
        let left = example.diagnostics(example.good).filter {
            $0.code == example.code || $0.severity == .error
        }
        #expect(left.isEmpty)
    }

    @Test func theSeverityFollowsTheChapter() {
        for (examples, isFault) in [
            (RuleExample.faults, true), (RuleExample.meaning + RuleExample.safety, false),
        ] {
            for example in examples {
                let found = example.diagnostics(example.bad).filter { $0.code == example.code }
                #expect(found.allSatisfy { ($0.severity == .error) == isFault }, "\(example.code)")
            }
        }
    }

    @Test func thePageIsWhatTheRulesSay() throws {
        let text = Self.text()
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            try text.write(to: Self.page, atomically: true, encoding: .utf8)
        }
        let written = try String(contentsOf: Self.page, encoding: .utf8)
        #expect(written == text, "docs/rules.md is out of date: RECORD=1 swift test --filter RuleDocsTests")
    }

    static func text() -> String {
        var text = """
            # What `flowrun lint` finds

            Errors are what GitHub refuses: they make the exit status 1. Warnings are what it takes, but what hardly does what was
            meant, or is not safe. Notes are stricter rules for the careful; `--all` shows them, and so does `--rules CODE,...` for
            some. A comment `# flowrun: ignore[CODE]` at the end of a line, or alone above it, silences a warning there.

            The examples are checked by a test, and what stands below them is what lint says.

            """
        let chapters = [
            ("Errors", RuleCatalog.faults), ("Hardly meant", RuleCatalog.meaning),
            ("Hardly safe", RuleCatalog.safety),
        ]
        for (title, entries) in chapters {
            text += "\n## \(title)\n\n"
            for entry in entries { text += "- [`\(entry.code)`](#\(entry.code)) \(entry.summary)\n" }
            for entry in entries {
                guard let example = examples.first(where: { $0.code == entry.code }) else { continue }
                text += section(entry, example)
            }
        }
        return text
    }

    private static func section(_ entry: RuleCatalog.Entry, _ example: RuleExample) -> String {
        let source = RuleExample.whole(example.bad)
        let found = example.diagnostics(example.bad).filter { $0.code == entry.code }
        let output = found.map { diagnostic in
            diagnostic.rendered(source: diagnostic.location.file == example.file ? source : nil)
        }
        var text = "\n### \(entry.code)\n\n\(entry.summary)"
        text += example.why.isEmpty ? "\n" : " \(example.why)\n"
        for (path, content) in example.others.sorted(by: { $0.key < $1.key }) where example.others.count < 3 {
            text += "\nWith `\(path)`:\n\n```yaml\n\(content)```\n"
        }
        text += "\n```yaml\n\(fenced(source))```\n\n```\n\(fenced(output.joined(separator: "\n")))```\n"
        return text + "\nRight:\n\n```yaml\n\(fenced(RuleExample.whole(example.good)))```\n"
    }

    private static func fenced(_ text: String) -> String { text.hasSuffix("\n") ? text : text + "\n" }
}

extension RuleExample: CustomTestStringConvertible {
    var testDescription: String { code }
}
