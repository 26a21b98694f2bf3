import Expressions
import YAML

/// Turns YAML nodes into the model, collecting every fault on the way.
///
/// A method that decodes gives `nil` where it has reported why; decoding then goes on with the next field, so that one
/// reading finds all that is wrong.
final class Decoder {
    let file: String
    private(set) var diagnostics: [Diagnostic]

    init(file: String, diagnostics: [Diagnostic] = []) {
        self.file = file
        self.diagnostics = diagnostics
    }

    /// Reports a fault of a node, or of the part of a scalar that has this UTF-8 range.
    func report(
        _ node: Node,
        _ code: String,
        _ message: String,
        hint: String? = nil,
        range: Range<Int>? = nil,
        severity: Diagnostic.Severity = .error,
        fix: Fix? = nil
    ) {
        let place = node.location(of: range)
        diagnostics.append(
            Diagnostic(
                severity: severity,
                location: place.location,
                length: place.length,
                code: code,
                message: message,
                hint: hint,
                fix: fix
            )
        )
    }

    /// The change of a word, which stands there as it is, to the one name that it can only be a slip of.
    func fix(of word: String, at node: Node, among known: [String]) -> Fix? {
        guard let scalar = node.scalar, scalar.source == word,
            let name = nearestMatch(word, in: known), isSlip(word, of: name)
        else { return nil }
        return Fix(at: node.location, length: word.count, text: name)
    }

    func report(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

    /// The nearest of the known words, as a question.
    func hint(for word: String, among known: [String]) -> String? {
        nearestMatch(word, in: known).map { "did you mean '\($0)'?" }
    }

    /// Reports a value that is none of the allowed ones.
    func reportUnknown(_ word: String, at node: Node, _ what: String, among known: [String], code: String) {
        var hint = hint(for: word, among: known)
        if hint == nil, known.count <= 8 { hint = "it can be \(known.listed)" }
        let fix = fix(of: word, at: node, among: known)
        report(node, code, "unknown \(what): '\(word)'", hint: hint, fix: fix)
    }

    func reportKind(_ node: Node, _ title: String, expected: String) {
        report(node, "wrong-type", "\(title) must be \(expected), not \(node.kindDescription)")
    }
}

extension [String] {
    /// The words in quotes, the last after an `or`.
    var listed: String {
        let quoted = map { "'\($0)'" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
        return quoted.dropLast().joined(separator: ", ") + " or " + last
    }
}
