/// What an evaluation may see.
package struct Scope: Sendable {
    package typealias Function = @Sendable ([Value]) throws(ExpressionError) -> Value

    /// Contexts by their name in lower case.
    ///
    /// Reading one that is not here is an error.
    package var contexts: [String: Value]

    /// Functions beyond the general ones, by their name in lower case: `success`, `failure`, `always`, `cancelled`
    /// and `hashfiles`, as the place of the expression defines them.
    package var functions: [String: Function]

    package init(contexts: [String: Value] = [:], functions: [String: Function] = [:]) {
        self.contexts = contexts
        self.functions = functions
    }

    /// This scope with one context set.
    package func setting(_ context: String, _ value: Value) -> Scope {
        var scope = self
        scope.contexts[context] = value
        return scope
    }
}
