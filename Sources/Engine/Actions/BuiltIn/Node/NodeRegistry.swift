import Foundation

/// The `.npmrc` that lets npm reach a registry with the token of `NODE_AUTH_TOKEN`.
enum NodeRegistry {
    /// Writes it into the job's temporary folder; gives the variables that lead npm there.
    static func configure(_ call: BuiltInCall) throws -> [(name: String, value: String)] {
        var url = call["registry-url"]
        guard let address = URL(string: url), address.host != nil else {
            throw StepFailure("Input 'registry-url' must be a web address, not '\(url)'")
        }
        if !url.hasSuffix("/") { url += "/" }
        var scope = call["scope"]
        if scope.isEmpty, url.contains("npm.pkg.github.com") { scope = call.facts.repository.owner }
        if !scope.isEmpty { scope = (scope.hasPrefix("@") ? scope : "@" + scope).lowercased() + ":" }
        let path = "\(call.temp)/.npmrc"
        let former = (PlainFile.text(of: path) ?? "").split(whereSeparator: \.isNewline)
            .filter { !$0.lowercased().hasPrefix("\(scope)registry") }.map(String.init)
        let bare = url.drop { $0 != ":" }.dropFirst()
        var lines = former + ["\(bare):_authToken=${NODE_AUTH_TOKEN}", "\(scope)registry=\(url)"]
        if try call.flag("always-auth") { lines.append("always-auth=true") }
        try PlainFile.write(lines.map { $0 + "\n" }.joined(), to: path)
        var variables = [(name: "NPM_CONFIG_USERCONFIG", value: path)]
        if let token = call.environment["NODE_AUTH_TOKEN"] { variables.append(("NODE_AUTH_TOKEN", token)) }
        return variables
    }
}
