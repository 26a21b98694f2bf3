package import Workflows

/// A list of patterns of a trigger, ready to be asked about many names.
///
/// Patterns are read in order and the last one that matches decides: one with `!` takes the name out again. A name
/// that no pattern matches passes where the list says what to ignore, and only there.
package struct PatternMatcher: Sendable {
    package struct Verdict: Sendable {
        package var passes: Bool
        /// The last pattern that matched and so decided, absent where none did.
        package var decidedBy: Located<String>?
    }

    private let isIgnoring: Bool
    private let patterns: [(glob: GlobPattern, isNegated: Bool, source: Located<String>)]

    package init(_ filter: PatternFilter) {
        isIgnoring = filter.isIgnoring
        patterns = filter.patterns.map { source in
            let isNegated = source.value.hasPrefix("!")
            return (
                GlobPattern(isNegated ? String(source.value.dropFirst()) : source.value), isNegated, source
            )
        }
    }

    package func verdict(on name: String) -> Verdict {
        for pattern in patterns.reversed() where pattern.glob.matches(name) {
            return Verdict(passes: pattern.isNegated == isIgnoring, decidedBy: pattern.source)
        }
        return Verdict(passes: isIgnoring, decidedBy: nil)
    }
}
