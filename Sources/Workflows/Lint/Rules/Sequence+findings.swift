import YAML

extension Sequence {
    /// What a rule finds in the elements, until that is more than anybody is shown.
    func findings(_ check: (Element) -> [Diagnostic]) -> [Diagnostic] {
        var found: [Diagnostic] = []
        for element in self {
            found += check(element)
            if found.count > mostDiagnostics { break }
        }
        return found
    }
}
