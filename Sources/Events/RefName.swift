/// The full name of a git ref, and what filters see of it.
package struct RefName: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Sendable { case branch, tag, other }

    package let full: String

    package init(_ full: String) { self.full = full }

    package var kind: Kind {
        if full.hasPrefix("refs/heads/") { return .branch }
        return full.hasPrefix("refs/tags/") ? .tag : .other
    }

    /// `github.ref_name`: `main` of `refs/heads/main`, `7/merge` of `refs/pull/7/merge`.
    package var short: String {
        for prefix in ["refs/heads/", "refs/tags/", "refs/pull/"] where full.hasPrefix(prefix) {
            return String(full.dropFirst(prefix.count))
        }
        return full
    }

    package var description: String { full }
}
