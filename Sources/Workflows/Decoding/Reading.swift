package import YAML

/// What a reader made of a file: its value, unless there is an error in it, and everything there is to say of it.
package struct Reading<Value: Sendable>: Sendable {
    /// `nil` when any of the diagnostics is an error.
    package var value: Value?
    /// In the order of their places, each once.
    package var diagnostics: [Diagnostic]

    package var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }

    package init(_ value: Value?, _ found: [Diagnostic]) {
        var known: Set<Diagnostic> = []
        // An alias brings the same place, and so the same fault, up again.
        diagnostics = found.filter { known.insert($0).inserted }.sorted { $0.location < $1.location }
        self.value = diagnostics.contains { $0.severity == .error } ? nil : value
    }
}
