/// Whose caches a run sees, and whose it adds to (GitHub: "Restrictions for accessing a cache").
///
/// A pull request reads what its base branch left, and writes for itself alone: what it saves reaches nobody else.
package struct CacheScopes: Equatable {
    /// In the order in which they are searched; the first is the run's own.
    package let readable: [String]

    package init(of facts: RunFacts) {
        // A run of a bare commit has no branch's caches to add to.
        var scopes = [facts.ref.isEmpty ? "commits/\(facts.sha)" : facts.ref]
        if let base = facts.event.baseRef { scopes.append("refs/heads/\(base)") }
        scopes.append("refs/heads/\(facts.repository.defaultBranch)")
        var seen: Set<String> = []
        readable = scopes.filter { seen.insert($0).inserted }
    }

    package var own: String { readable[0] }
}
