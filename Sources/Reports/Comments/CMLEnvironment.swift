/// Defaults of `cml`'s options, as the environment gives them.
package struct CMLEnvironment: Sendable {
    package let variables: [String: String]

    package init(_ variables: [String: String]) { self.variables = variables }

    /// What the environment says of an option, such as `publish-url` of `comment`: `CML_COMMENT_PUBLISH_URL`, else the
    /// older spelling, else (for options of every command) `CML_REPO` and its like.
    package func value(of option: String, command: String) -> String? {
        let name = Self.name(option)
        var names = ["CML_\(Self.name(command))_\(name)"]
        if let old = Self.oldPrefixes[command] { names.append(old + name) }
        if Self.sharedOptions.contains(option) { names.append("CML_\(name)") }
        return names.lazy.compactMap { variables[$0] }.first
    }

    package func flag(_ option: String, command: String) throws(ReportsError) -> Bool? {
        guard let value = value(of: option, command: command) else { return nil }
        switch value.lowercased() {
        case "true", "1", "yes", "on": return true
        case "false", "0", "no", "off", "": return false
        default:
            throw ReportsError(
                .badOption(
                    "`CML_\(Self.name(command))_\(Self.name(option))` is `\(value)`; it can be true or false"
                )
            )
        }
    }

    /// The token that may speak for the job: the option's, else the first of `cml`'s variables that is set.
    package func token(given: String? = nil, command: String = "comment") throws(ReportsError) -> String {
        let searched = ["REPO_TOKEN", "repo_token", "GITHUB_TOKEN", "GITLAB_TOKEN", "BITBUCKET_TOKEN"]
        let candidates =
            [given, value(of: "token", command: command), value(of: "driver-token", command: command)]
            + searched.map { variables[$0] }
        guard let token = candidates.lazy.compactMap({ $0 }).first(where: { !$0.isEmpty }) else {
            throw ReportsError(.tokenNotFound)
        }
        return token
    }

    private static func name(_ option: String) -> String {
        option.uppercased().replacing("-", with: "_")
    }

    private static let sharedOptions: Set = ["repo", "token", "driver", "log", "driver-token"]
    private static let oldPrefixes = [
        "comment": "CML_SEND_COMMENT_", "asset": "CML_PUBLISH_", "repo": "CML_CI_",
        "check": "CML_SEND_GITHUB_CHECK_",
    ]
}
