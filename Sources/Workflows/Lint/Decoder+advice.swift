import Expressions
import YAML

extension Decoder {
    /// Text beside the braces of a condition makes all of it text, and text is true.
    func adviseOnCondition(_ source: String, at node: Node) {
        guard advises, source.contains("${{"), let template = try? Template(source),
            case .expression(let expression) = template.form, !source.isAlone(expression.source)
        else { return }
        report(
            node,
            "always-true",
            "this condition is always true: text beside `${{ }}` makes a text of it",
            hint: "put the whole condition into one `${{ }}`, or leave the braces out",
            severity: .warning
        )
    }

    func adviseOnScript(_ run: Templated<String>, at node: Node) {
        guard advises, case .scalar(let template, _) = run.tree else { return }
        adviseOnCommands(template.source, at: node)
        if let expression = template.expression { adviseOnInput(expression, in: template.source, at: node) }
    }

    private static let replacements = [
        ("::set-output ", "set-output", "$GITHUB_OUTPUT"), ("::save-state ", "save-state", "$GITHUB_STATE"),
    ]

    /// Commands that GitHub means to remove.
    private func adviseOnCommands(_ script: String, at node: Node) {
        for (sign, command, file) in Self.replacements {
            guard let found = script.firstRange(of: sign) else { continue }
            report(
                node,
                "deprecated-command",
                "the command '\(command)' is deprecated",
                hint: "write to \(file) instead",
                range: script.utf8Range(found),
                severity: .warning
            )
        }
    }

    /// What strangers can write ends up in the script as code.
    private func adviseOnInput(_ expression: Expression, in script: String, at node: Node) {
        var known: Set<[String]> = []
        for path in expression.references(to: "github") {
            let path = path.map { $0.lowercased() }
            guard UntrustedInput.contains(path), known.insert(path).inserted else { continue }
            let name = (["github"] + path).joined(separator: ".")
            let place = script.firstRange(of: name).map { script.utf8Range($0) }
            report(
                node,
                "untrusted-input",
                "'\(name)' is what anybody may have written, and becomes part of the script",
                hint: "hand it over in 'env' and read the variable",
                range: place,
                severity: .warning
            )
        }
    }
}

/// The properties of the `github` context that people without any rights can set.
enum UntrustedInput {
    static func contains(_ path: [String]) -> Bool {
        if path == ["head_ref"] { return true }
        guard path.first == "event" else { return false }
        return paths.contains { pattern in
            pattern.count == path.count - 1
                && zip(pattern, path.dropFirst()).allSatisfy {
                    $0 == $1 || $0 == "*" && ($1 == "*" || Int($1) != nil)
                }
        }
    }

    private static let paths: [[Substring]] = [
        "issue.title", "issue.body", "pull_request.title", "pull_request.body", "discussion.title",
        "discussion.body",
        "comment.body", "review.body", "review_comment.body", "pages.*.page_name", "head_commit.message",
        "head_commit.author.email", "head_commit.author.name", "commits.*.message", "commits.*.author.email",
        "commits.*.author.name", "pull_request.head.ref", "pull_request.head.label",
        "pull_request.head.repo.default_branch", "workflow_run.head_branch", "workflow_run.display_title",
        "workflow_run.head_commit.message", "workflow_run.head_commit.author.email",
        "workflow_run.head_commit.author.name", "workflow_run.pull_requests.*.head.ref",
    ].map { (path: String) in path.split(separator: ".") }
}

extension String {
    /// Whether this is nothing but braces around the expression.
    fileprivate func isAlone(_ expression: String) -> Bool {
        guard hasPrefix("${{"), hasSuffix("}}") else { return false }
        let inner = dropFirst(3).dropLast(2).drop(while: \.isWhitespace)
        return inner.hasPrefix(expression) && inner.dropFirst(expression.count).allSatisfy(\.isWhitespace)
    }

    fileprivate func utf8Range(_ range: Range<Index>) -> Range<Int> {
        utf8.distance(
            from: startIndex,
            to: range.lowerBound
        )..<utf8.distance(from: startIndex, to: range.upperBound)
    }
}
