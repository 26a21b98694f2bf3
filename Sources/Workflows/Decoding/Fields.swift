import Expressions
import YAML

/// The entries of a mapping whose keys are known beforehand.
struct Fields {
    var node: Node
    /// What the mapping is, for messages: `job 'train'`.
    var subject: String
    private(set) var entries: [(name: String, key: Node, value: Node)] = []
    /// Keys that are expressions: what they add is known only when they are evaluated.
    private(set) var expressionKeys: [Node] = []

    init(_ node: Node, subject: String) {
        self.node = node
        self.subject = subject
    }

    subscript(name: String) -> Node? { entries.first { $0.name == name }?.value }

    func key(_ name: String) -> Node? { entries.first { $0.name == name }?.key }

    /// A field, for messages, such as `'env' in job 'train'` is.
    func title(_ name: String) -> String { "'\(name)' in \(subject)" }

    fileprivate mutating func add(_ name: String, key: Node, value: Node) {
        entries.append((name, key, value))
    }
    fileprivate mutating func addExpression(_ key: Node) { expressionKeys.append(key) }
}

extension Decoder {
    /// No mapping has more keys that are slips of others; what comes after them is named without asking which.
    private static let mostSlips = 100

    /// The entries of a mapping; keys that are not among the known ones are reported.
    ///
    /// Keys may be expressions that refer to what is `allowed`, where that is given. Keys that are right in another kind
    /// of the same thing are `elsewhere`, with what to say of them. Where the mapping is loose, unknown keys are no fault
    /// and are given like known ones.
    func fields(
        _ node: Node,
        of subject: String,
        known: [String],
        allowing allowed: Availability? = nil,
        elsewhere: (String) -> String? = { _ in nil },
        isLoose: Bool = false
    ) -> Fields? {
        guard let entries = node.entries else {
            reportKind(node, subject, expected: "a mapping")
            return nil
        }
        var fields = Fields(node, subject: subject)
        var unknown = 0
        var free: [String]?
        for entry in entries {
            guard let scalar = entry.key.scalar else { continue }
            if scalar.text[...].has("${{") {
                if expressionKey(entry.key, scalar, of: subject, allowing: allowed) {
                    fields.addExpression(entry.key)
                }
                continue
            }
            if known.contains(scalar.text) || isLoose {
                fields.add(scalar.text, key: entry.key, value: entry.value)
            } else if let why = elsewhere(scalar.text) {
                report(entry.key, "unknown-key", "'\(scalar.text)' \(why)")
            } else {
                unknown += 1
                let isHelped = unknown <= Self.mostSlips
                let unused =
                    free ?? known.filter { name in !entries.contains { $0.key.scalar?.text == name } }
                free = unused
                report(
                    entry.key,
                    "unknown-key",
                    "unknown key '\(scalar.text)' in \(subject)",
                    hint: isHelped ? hint(for: scalar.text, among: known) : nil,
                    fix: isHelped ? fix(of: scalar.text, at: entry.key, among: unused) : nil
                )
            }
        }
        return fields
    }

    /// Checks a key that is an expression; reports it where it cannot be one.
    private func expressionKey(
        _ key: Node,
        _ scalar: Scalar,
        of subject: String,
        allowing allowed: Availability?
    ) -> Bool {
        guard let allowed else {
            report(key, "expression-not-allowed", "a key of \(subject) cannot be an expression")
            return false
        }
        return Template.isInsert(scalar.text) || template(scalar, at: key, allowing: allowed) != nil
    }

    /// A field that must be there; its absence is reported at the mapping, or at the place given.
    func required(_ name: String, in fields: Fields, at place: Node? = nil) -> Node? {
        if let node = fields[name] { return node }
        if fields.expressionKeys.isEmpty {
            report(
                place ?? fields.node,
                "missing-key",
                "\(fields.subject) has no '\(name)', which it must have"
            )
        }
        return nil
    }
}
