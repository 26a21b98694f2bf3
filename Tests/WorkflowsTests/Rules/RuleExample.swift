import YAML

@testable import Workflows

/// A rule shown by a file that breaks it and one that does not.
struct RuleExample: Sendable {
    var code: String
    /// What the reader must know beyond the summary.
    var why: String
    var bad: String
    var good: String
    /// The files that these two call or use, by their path.
    var others: [String: String] = [:]
    var file = "ci.yml"

    /// The whole workflow around what an example gives: from `on:`, from `jobs:` or the steps alone.
    static func whole(_ text: String) -> String {
        if text.hasPrefix("on:") || text.hasPrefix("#") || text.contains("\non:") || text.hasPrefix("name:")
            || text.hasPrefix("runs:")
        {
            return text
        }
        func indented(_ count: Int) -> String {
            let margin = String(repeating: " ", count: count)
            return text.split(separator: "\n", omittingEmptySubsequences: false).map {
                $0.isEmpty ? "" : margin + $0
            }
            .joined(separator: "\n")
        }
        if text.hasPrefix("- ") {
            return "on: push\njobs:\n  train:\n    runs-on: ubuntu-latest\n    steps:\n" + indented(6)
        }
        return "on: push\njobs:\n  train:\n" + indented(4)
    }

    func diagnostics(_ text: String) -> [Diagnostic] {
        lint(
            Self.whole(text),
            file: file,
            notes: true,
            called: { uses in
                guard uses.hasPrefix("./") else { return .elsewhere }
                let path = String(uses.dropFirst(2))
                return others[path].map { .found(WorkflowReader.read($0, file: path)) } ?? .missing
            },
            actions: { path in
                let file = "\(path)/action.yml"
                return others[file].map { ActionReader.read($0, file: file) }
            }
        )
    }
}
