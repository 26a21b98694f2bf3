import Foundation

/// `actions/setup-node`: finds a node of the asked version on this machine and puts it first on PATH.
struct SetupNode: BuiltInAction {
    static let name = "actions/setup-node"
    private static let noDownload = "flowrun takes the node that is on this machine and downloads none"
    static let inputs = [
        BuiltInInput("node-version"), BuiltInInput("node-version-file"), BuiltInInput("architecture"),
        BuiltInInput("check-latest", default: "false"),
        BuiltInInput("registry-url"), BuiltInInput("scope"), BuiltInInput("always-auth", default: "false"),
        BuiltInInput("cache"), BuiltInInput("cache-dependency-path"),
        BuiltInInput("package-manager-cache", default: "true"),
        // Used for downloads alone.
        BuiltInInput("token"),
        .refused("mirror", noDownload), .refused("mirror-token", noDownload),
    ]

    /// The files that versions are pinned in (its `cache-utils.ts`).
    private static let pinned = [
        "npm": ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock"], "pnpm": ["pnpm-lock.yaml"],
        "yarn": ["yarn.lock"],
    ]

    func run(_ call: BuiltInCall) async throws -> BuiltInResult {
        try call.requireArchitecture(of: "node")
        var result = BuiltInResult(matchers: try SetupMatchers.node())
        let asked = try wanted(call, &result.warnings)
        let match = try await find(asked, call)
        if try call.flag("check-latest") { call.say("\(Self.noDownload): the latest that fits is taken") }
        result.paths = [match.folder]
        result.outputs = [("node-version", "v\(match.version)")]
        call.say("node v\(match.version) at \(match.folder)/node")
        if !call["registry-url"].isEmpty { result.variables = try NodeRegistry.configure(call) }
        guard let cache = try await cache(call, node: match.folder) else { return result }
        result.outputs.append(("cache-primary-key", cache.key))
        let found = try await cache.restore(call, &result)
        result.outputs += [("cache-hit", String(found != nil)), ("cache-matched-key", found ?? "")]
        return result
    }

    /// What it has for the job's end was with the earlier attempt.
    func resume(_ call: BuiltInCall, outputs: [String: String]) async throws -> BuiltInResult? {
        guard let key = outputs["cache-primary-key"] else { return nil }
        // The node is on PATH by now.
        return try await cache(call, node: nil)?.resume(call, isThere: outputs["cache-matched-key"] == key)
    }

    private func find(_ asked: String?, _ call: BuiltInCall) async throws -> FoundNode {
        let environment = call.environment
        let found = try await BlockingWork.run { NodeFinder.all(environment) }
        // Without a wish the action keeps the node of PATH.
        var match = found.first
        if let asked {
            guard let wish = NodeWish(asked) else {
                throw StepFailure("'\(asked)' is no version of node: not a range, an alias or lts/NAME")
            }
            match = wish.choose(found)
        }
        if let match { return match }
        let seen = found.isEmpty ? "none" : found.map { $0.version.description }.joined(separator: ", ")
        throw StepFailure(
            "node \(asked ?? "") is not on this machine (there is \(seen)); install it, for example with "
                + "`nvm install \(asked ?? "node")` or `apt install nodejs`"
        )
    }

    private func wanted(_ call: BuiltInCall, _ warnings: inout [String]) throws -> String? {
        let given = call["node-version"].trimmingCharacters(in: .whitespaces)
        let file = call["node-version-file"]
        if !given.isEmpty {
            if !file.isEmpty {
                warnings.append(
                    "Both node-version and node-version-file inputs are specified, only node-version will be used"
                )
            }
            return given
        }
        guard !file.isEmpty else { return nil }
        guard let version = try NodeVersionFile.version(of: file, call.text) else {
            warnings.append(
                "Could not determine node version from \(call.workspace)/\(file). Falling back"
            )
            return nil
        }
        call.say("Resolved \(file) as \(version)")
        return version
    }

    /// The cache that the step asks for, or that `package.json` makes it have.
    private func cache(_ call: BuiltInCall, node: String?) async throws -> PackageCache? {
        var manager = call["cache"]
        if manager.isEmpty, try call.flag("package-manager-cache"), NodeVersionFile.namesNPM(call.text) {
            call.say("Detected npm as the package manager from package.json's packageManager field")
            manager = "npm"
        }
        let digest = try PinnedFiles.digest(of: manager, call, files: Self.pinned) { patterns in
            call["cache-dependency-path"].isEmpty
                ? "Dependencies lock file is not found in \(call.workspace). Supported file patterns: "
                    + patterns.joined(separator: ",")
                : "Some specified paths were not resolved, unable to cache dependencies."
        }
        guard let digest else { return nil }
        // The architecture as node names it.
        let prefix = "node-cache-Linux-\(RunnerContext.architecture.lowercased())-\(manager)"
        let packages = NodePackages(call, node: node)
        return PackageCache(
            manager: manager,
            key: "\(prefix)-\(digest)",
            restoreKeys: try await packages.cleansUp(manager) ? [prefix] : [],
            folders: try await packages.folders(of: manager)
        )
    }
}
