import Foundation

/// `actions/setup-node`: finds a node of the asked version on this machine and puts it first on PATH.
struct SetupNode: BuiltInAction {
    static let name = "actions/setup-node"
    private static let noDownload = "flowrun takes the node that is on this machine and downloads none"
    static let inputs = [
        BuiltInInput("node-version"), BuiltInInput("node-version-file"), BuiltInInput("architecture"),
        .refused("check-latest", noDownload, but: "false"),
        BuiltInInput("registry-url"), BuiltInInput("scope"), BuiltInInput("always-auth", default: "false"),
        BuiltInInput("cache"), BuiltInInput("cache-dependency-path"),
        BuiltInInput("package-manager-cache", default: "true"),
        // Used for downloads alone.
        BuiltInInput("token"),
        .refused("mirror", noDownload), .refused("mirror-token", noDownload),
    ]

    func run(_ call: BuiltInCall) async throws -> BuiltInResult {
        try call.requireArchitecture(of: "node")
        _ = try call.flag("package-manager-cache")
        try PackageCache.check(
            call,
            files: [
                "npm": ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock"], "pnpm": ["pnpm-lock.yaml"],
                "yarn": ["yarn.lock"],
            ]
        )
        let asked = try wanted(call)
        let environment = call.environment
        let found = try await BlockingWork.run { NodeFinder.all(environment) }
        let seen = found.isEmpty ? "none" : found.map { $0.version.description }.joined(separator: ", ")
        // Without a wish the action keeps the node of PATH.
        var match = found.first
        if let asked {
            guard let wish = NodeWish(asked) else {
                throw StepFailure("'\(asked)' is no version of node: not a range, an alias or lts/NAME")
            }
            match = wish.choose(found)
        }
        guard let match else {
            throw StepFailure(
                "node \(asked ?? "") is not on this machine (there is \(seen)); install it, for example with "
                    + "`nvm install \(asked ?? "node")` or `apt install nodejs`"
            )
        }
        var result = BuiltInResult(
            outputs: [("node-version", "v\(match.version)"), ("cache-hit", "false")],
            paths: [match.folder]
        )
        call.say("node v\(match.version) at \(match.folder)/node")
        if !call["registry-url"].isEmpty {
            result.variables = try NodeRegistry.configure(call)
        } else if !call["scope"].isEmpty {
            throw StepFailure(
                "Input 'scope' says whose packages 'registry-url' has, and there is no 'registry-url'"
            )
        }
        return result
    }

    private func wanted(_ call: BuiltInCall) throws -> String? {
        let given = call["node-version"].trimmingCharacters(in: .whitespaces)
        let file = call["node-version-file"]
        if !given.isEmpty { return given }
        guard !file.isEmpty else { return nil }
        guard let text = call.text(of: file) else {
            throw StepFailure("The specified node version file at: \(file) does not exist")
        }
        guard let version = NodeVersionFile.version(in: text) else {
            throw StepFailure("The file '\(file)' names no version of node")
        }
        return version
    }
}
