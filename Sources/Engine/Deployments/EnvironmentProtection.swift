/// What stands between a job and the environment that it deploys to, as GitHub's environments have it.
package struct EnvironmentProtection: Sendable, Equatable {
    /// Somebody has to approve it (`flowrun run approve`).
    package var needsApproval = false
    /// How long each job waits before it starts, in seconds.
    package var waitTimer = 0
    /// The branches and tags that may deploy, as patterns of GitHub's; all where there is none.
    package var branches: [String] = []

    package init() {}
}

/// The rules of a repository's environments, whose names are the same in any letter case.
package struct EnvironmentProtections: Sendable {
    private var rules: [String: EnvironmentProtection] = [:]

    package init() {}

    package subscript(environment: String) -> EnvironmentProtection? {
        get { rules[environment.lowercased()] }
        set { rules[environment.lowercased()] = newValue }
    }

    package mutating func merge(_ other: EnvironmentProtections) { rules.merge(other.rules) { $1 } }
}
