/// What an evaluation may see of a world that is known in part.
package struct TraceScope: Sendable {
    /// Something that is not known yet.
    package struct Unknown: Sendable {
        /// A context and the names below it, as in `needs.build.outputs`: all that is in there is unknown.
        package var path: [String]
        /// What it is, in the words of an answer: `the outputs of job build`.
        package var reason: String
        /// Names right below the path that are known after all.
        package var exceptions: [String]

        package init(_ path: [String], _ reason: String, except exceptions: [String] = []) {
            self.path = path
            self.reason = reason
            self.exceptions = exceptions
        }
    }

    /// What is known; it has every context that expressions may read.
    package var scope: Scope
    package var unknowns: [Unknown] = []
    /// Paths whose values are never shown.
    package var secrets: [[String]] = []
    /// Tells of a call of a function of the scope, by its name in lower case, what its result depends on that is not
    /// known; `nil` where the scope can be asked.
    package var unknownCall: @Sendable (_ function: String, _ arguments: [Value]) -> String?

    package init(
        _ scope: Scope,
        unknowns: [Unknown] = [],
        unknownCall: @escaping @Sendable (_ function: String, _ arguments: [Value]) -> String? = { _, _ in nil
        }
    ) {
        self.scope = scope
        self.unknowns = unknowns
        self.unknownCall = unknownCall
    }

    /// What is not known of all that an expression reads, whether its value hangs on it or not.
    package func reasons(of expression: Expression) -> [String] {
        let calls = expression.calledFunctions.intersection(Availability.knownFunctions.keys).sorted()
        return
            (expression.references.flatMap { reasons(at: [$0.context] + $0.path) }
            + calls.compactMap { unknownCall($0, []) }).withoutRepeats
    }

    /// Whether the expression reads anything whose value is not to be shown.
    package func readsSecret(_ expression: Expression) -> Bool {
        expression.references.contains { isSecret([$0.context] + $0.path) }
    }

    /// What is not known in a place, or of what contains it.
    func reasons(at path: [String]) -> [String] {
        unknowns.filter { unknown in
            guard Self.overlap(path, unknown.path) else { return false }
            guard path.count > unknown.path.count else { return true }
            let next = path[unknown.path.count]
            return !unknown.exceptions.contains { equalIgnoringCase($0, next) }
        }.map(\.reason)
    }

    func isSecret(_ path: [String]) -> Bool { secrets.contains { Self.overlap(path, $0) } }

    /// Whether one lies in the other; `*` may be any name.
    private static func overlap(_ one: [String], _ other: [String]) -> Bool {
        zip(one, other).allSatisfy { $0 == "*" || $1 == "*" || equalIgnoringCase($0, $1) }
    }
}
