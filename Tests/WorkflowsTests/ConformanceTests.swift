import Foundation
import Testing
import YAML

@testable import Workflows

/// The cases of GitHub's own workflow suites, where they lie beside the package.
@Suite struct ConformanceTests {
    struct Case: Decodable, CustomTestStringConvertible {
        var id: String
        var target: String
        var want: String
        var lines: [Int]
        var testDescription: String { id }
    }

    /// `../shared/conformance/workflows`, seen from the package.
    static let folder: URL = {
        let here = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        let package = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return package.deletingLastPathComponent().appendingPathComponent("shared/conformance/workflows")
    }()

    static let isPresent = FileManager.default.fileExists(
        atPath: folder.appendingPathComponent("cases.jsonl").path
    )

    static func cases() throws -> [Case] {
        let lines = try String(contentsOf: folder.appendingPathComponent("cases.jsonl"), encoding: .utf8)
        return try lines.split(separator: "\n").map {
            try JSONDecoder().decode(Case.self, from: Data($0.utf8))
        }
    }

    static func diagnostics(of test: Case) throws -> [Diagnostic] {
        let root = folder.appendingPathComponent(test.id)
        func text(_ path: String) -> String? {
            try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
        }
        let source = try #require(text(test.target))
        return lint(source, file: test.target) { uses in
            guard uses.hasPrefix("./") else { return .elsewhere }
            let path = String(uses.dropFirst(2))
            return text(path).map { .found(WorkflowReader.read($0, file: path)) } ?? .missing
        }
    }

    @Test(.enabled(if: isPresent, "shared/conformance is not beside this package"))
    func workflowsAreAcceptedAndRefusedAsGitHubDoes() throws {
        var wrong: [String] = []
        var unmentioned = 0
        let cases = try Self.cases()
        for test in cases {
            let errors = try Self.diagnostics(of: test).filter { $0.severity == .error }
            let isRefused = !errors.isEmpty
            if isRefused != (test.want == "refuse") {
                wrong.append("\(test.id) must \(test.want): \(errors.map(\.summary))")
            }
            if !Set(test.lines).isSubset(of: errors.map(\.location.line)) { unmentioned += 1 }
        }
        print(
            "conformance: \(cases.count - wrong.count) passed, \(wrong.count) failed;",
            "\(unmentioned) do not name every line that another tool names"
        )
        #expect(wrong.isEmpty)
    }
}
