import Foundation
import Testing

@testable import Expressions

/// The expression cases of GitHub's own suite, where the checkout has them beside it.
struct ConformanceTests {
    static let cases = ConformanceCase.all

    @Test(
        .enabled(if: !cases.isEmpty, "../shared/conformance/expressions.jsonl is not here"),
        arguments: cases
    )
    func expressionGivesWhatGitHubGives(_ test: ConformanceCase) throws {
        let contexts = Dictionary(
            uniqueKeysWithValues: test.contexts.map { ($0.key.lowercased(), $0.value) }
        )
        let allowed = Availability(
            contexts: Set(contexts.keys),
            functions: Availability.knownFunctions
        )
        func result() throws -> Value {
            try Expression(test.expression, allowing: allowed).evaluate(in: Scope(contexts: contexts))
        }

        guard let expected = test.expected else {
            #expect(throws: ExpressionError.self) { try result() }
            return
        }
        let value = try result()
        #expect(value.isIdentical(to: expected), "expected \(expected), not \(value)")
        let printed = try Value(json: value.json())
        #expect(printed.isIdentical(to: expected), "printed as \(value.json())")
    }
}

struct ConformanceCase: CustomTestStringConvertible, Sendable {
    var id: String
    var expression: String
    var contexts: [ObjectValue.Pair]
    /// `nil` where the expression is an error.
    var expected: Value?

    var testDescription: String { id }

    static let all: [ConformanceCase] = {
        let root = URL(filePath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appending(path: "../shared/conformance/expressions.jsonl").standardizedFileURL
        guard let data = FileManager.default.contents(atPath: file.path) else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map { line in
            guard let fields = try? Value(json: String(line)) else {
                return ConformanceCase(id: "unreadable: \(line)", expression: "(", contexts: [], expected: "")
            }
            return ConformanceCase(
                id: fields["id"].text,
                expression: fields["expr"].text,
                contexts: fields["contexts"].objectValue?.pairs ?? [],
                expected: fields["error"].isNull ? fields["expected"] : nil
            )
        }
    }()
}
