/// The scopes that a job's token can be given, and how far.
package enum PermissionScope {
    /// Scope by scope, its levels from the least to the greatest.
    package static let levels: [String: [String]] = {
        let any = [
            "actions", "artifact-metadata", "attestations", "checks", "code-quality", "contents",
            "deployments",
            "discussions", "drives", "issues", "packages", "pages", "pull-requests", "repository-projects",
            "security-events", "statuses",
        ]
        var levels = Dictionary(uniqueKeysWithValues: any.map { ($0, ["none", "read", "write"]) })
        for scope in ["models", "vulnerability-alerts"] { levels[scope] = ["none", "read"] }
        for scope in ["id-token", "copilot-requests"] { levels[scope] = ["none", "write"] }
        return levels
    }()

    package static let names: [String] = levels.keys.sorted()
}

extension Permissions {
    /// The level of a scope: `none`, `read` or `write`.
    package func level(of scope: String) -> String {
        let levels = PermissionScope.levels[scope] ?? ["none"]
        switch self {
        case .readAll: return levels.contains("read") ? "read" : "none"
        case .writeAll: return levels.last ?? "none"
        case .scopes(let scopes): return scopes[scope] ?? "none"
        }
    }
}
