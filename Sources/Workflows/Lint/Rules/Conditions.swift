import Expressions
import YAML

/// The ids of the accounts of GitHub Actions, Dependabot and Renovate.
private let botIDs = ["41898282", "49699333", "29139614"]

extension Rule {
    /// Conditions that are always true, always false, or true for more than they seem.
    static let conditions = Rule { inspection in
        inspection.sites.filter { $0.use == .condition }.findings { site in
            inspection.unsoundCondition(site) + inspection.constantCondition(site)
        } + inspection.sites.findings(inspection.unsoundParts)
    }

    /// Conditions that hang on a name which others can take.
    static let botConditions = Rule { inspection in
        inspection.sites.filter { $0.use == .condition }.flatMap { site -> [Diagnostic] in
            site.expression.textComparisons.compactMap { comparison in
                let name = comparison.reference.text.lowercased()
                let isActor = ["github.actor", "github.triggering_actor"].contains(name)
                let isBot =
                    isActor && comparison.text.hasSuffix("[bot]")
                    || name == "github.actor_id" && botIDs.contains(comparison.text)
                guard isBot else { return nil }
                let isRisky = inspection.isPrivilegedForStrangers
                return inspection.finding(
                    "bot-conditions",
                    at: site.location,
                    range: comparison.reference.range,
                    "'\(comparison.reference.text)' is who acted last, which a stranger can make the bot",
                    hint: "ask for the author of the change: github.event.pull_request.user.login",
                    severity: isRisky ? .warning : .note
                )
            }
        }
    }
}

extension Inspection {
    fileprivate func unsoundCondition(_ site: ExpressionSite) -> [Diagnostic] {
        guard site.source[...].has("${{"), let template = try? Template(site.source),
            case .expression(let expression) = template.form, !site.source.isAlone(expression.source)
        else { return [] }
        return [
            finding(
                "unsound-condition",
                at: site.location,
                "this condition is always true: text beside `${{ }}` makes a text of it",
                hint: "put the whole condition into one `${{ }}`, or leave the braces out",
                fix: fix(of: site)
            )
        ]
    }

    /// The condition without its braces, where it stands on one line and is an expression then.
    private func fix(of site: ExpressionSite) -> Fix? {
        guard let node = scalar(at: site.location), let scalar = node.scalar, scalar.source == site.source,
            !site.source.contains(where: \.isNewline)
        else { return nil }
        let pieces = site.source.replacing("${{", with: "").split(
            separator: "}}",
            omittingEmptySubsequences: false
        )
        let parts = pieces.map { $0.trimmed }.filter { !$0.isEmpty }
        let text = parts.joined(separator: " ")
        guard let condition = try? Expression(text), condition.literal == nil, !text.hasPrefix("!") else {
            return nil
        }
        return Fix(at: site.location, length: site.source.count, text: text)
    }

    fileprivate func constantCondition(_ site: ExpressionSite) -> [Diagnostic] {
        guard !site.expression.reads() else { return [] }
        var source = site.source[...].trimmed
        if source.hasPrefix("${{"), source.hasSuffix("}}") {
            source = source.dropFirst(3).dropLast(2).trimmed
        }
        guard let expression = try? Expression(String(source)), !expression.reads(),
            expression.calledFunctions.isDisjoint(with: Availability.knownFunctions.keys),
            let value = try? expression.evaluate(in: Scope())
        else { return [] }
        return [
            finding(
                "constant-condition",
                at: site.location,
                "this condition is always \(value.isTruthy)",
                severity: .note
            )
        ]
    }

    fileprivate func unsoundParts(_ site: ExpressionSite) -> [Diagnostic] {
        site.expression.pitfalls.map { pitfall in
            switch pitfall.kind {
            case .containsInText:
                finding(
                    "unsound-contains",
                    at: site.location,
                    range: pitfall.range,
                    "`contains` finds parts of words in a text: '\(pitfall.text)' is no list",
                    hint: "look in a list: fromJSON('[\"a\", \"b\"]')"
                )
            case .emptyAlternative:
                finding(
                    "unsound-ternary",
                    at: site.location,
                    range: pitfall.range,
                    "`\(pitfall.text)` is false, so what follows `||` is taken whatever the condition",
                    hint: "turn the condition around, or use case(condition, value, otherwise)"
                )
            }
        }
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return text
    }
}

extension String {
    /// Whether this is nothing but braces around the expression.
    fileprivate func isAlone(_ expression: String) -> Bool {
        guard hasPrefix("${{"), hasSuffix("}}") else { return false }
        let inner = dropFirst(3).dropLast(2).drop(while: \.isWhitespace)
        return inner.hasPrefix(expression) && inner.dropFirst(expression.count).allSatisfy(\.isWhitespace)
    }
}
