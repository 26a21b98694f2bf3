import Engine
import Store

/// Whose caches a run sees, and whose it adds to (GitHub: "Restrictions for accessing a cache").
///
/// A pull request reads what its base branch left, and writes for itself alone: what it saves reaches nobody else.
struct CacheScopes: Equatable {
    /// In the order in which they are searched; the first is the run's own.
    let readable: [String]

    init(of facts: RunFacts) {
        // A run of a bare commit has no branch's caches to add to.
        var scopes = [facts.ref.isEmpty ? "commits/\(facts.sha)" : facts.ref]
        if let base = facts.event.baseRef { scopes.append("refs/heads/\(base)") }
        scopes.append("refs/heads/\(facts.repository.defaultBranch)")
        var seen: Set<String> = []
        readable = scopes.filter { seen.insert($0).inserted }
    }

    var own: String { readable[0] }

    /// The scopes as GitHub's tokens tell them: 1 is to read, 2 to write.
    var claim: String {
        var json = JSONWriter()
        json.array { json in
            for scope in readable {
                json.object { json in
                    json.field("Scope", scope)
                    json.field("Permission", scope == own ? 3 : 1)
                }
            }
        }
        return json.text
    }
}
