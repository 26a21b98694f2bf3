import Foundation

/// `actions/setup-python`: finds a Python of the asked version on this machine and makes the job's own from it.
struct SetupPython: BuiltInAction {
    static let name = "actions/setup-python"
    private static let noDownload = "flowrun takes the Pythons that are on this machine and downloads none"
    static let inputs = [
        BuiltInInput("python-version"), BuiltInInput("python-version-file"), BuiltInInput("cache"),
        BuiltInInput("cache-dependency-path"), BuiltInInput("architecture"),
        BuiltInInput("check-latest", default: "false"),
        // Used for downloads alone.
        BuiltInInput("token"),
        BuiltInInput("update-environment", default: "true"),
        BuiltInInput("allow-prereleases", default: "false"),
        BuiltInInput("freethreaded", default: "false"),
        BuiltInInput("pip-version"), BuiltInInput("pip-install"),
    ]

    /// The files that versions are pinned in (its `cache-distributions`).
    private static let pinned = [
        "pip": ["**/requirements.txt", "**/pyproject.toml"], "pipenv": ["**/Pipfile.lock"],
        "poetry": ["**/poetry.lock"],
    ]

    func run(_ call: BuiltInCall) async throws -> BuiltInResult {
        try call.requireArchitecture(of: "Python")
        let wishes = try PythonWish.all(call)
        guard !wishes.isEmpty else {
            return BuiltInResult(
                warnings: [
                    "The `python-version` input is not set.  The version of Python currently in `PATH` will be used."
                ],
                matchers: try SetupMatchers.python()
            )
        }
        let environment = call.environment
        let found = try await BlockingWork.run { PythonFinder.all(environment) }
        let matches = try wishes.map { wish in
            guard let match = wish.choose(found) else { throw Self.missing(wish, found) }
            return match
        }
        if try call.flag("check-latest") {
            call.say("\(Self.noDownload): the latest of them is taken")
        }
        var result = try await setUp(matches, call)
        // Last, as the action has it: the Python is there whatever is wrong with the files.
        if let cache = try await Self.cache(call, result.outputs) {
            let found = try await cache.restore(call, &result)
            result.outputs.append(("cache-hit", String(found == cache.key)))
        }
        return result
    }

    /// What it has for the job's end was with the earlier attempt.
    func resume(_ call: BuiltInCall, outputs: [String: String]) async throws -> BuiltInResult? {
        let given = outputs.map { (name: $0.key, value: $0.value) }
        return try await Self.cache(call, given)?.resume(call, isThere: outputs["cache-hit"] == "true")
    }

    /// The cache that the step asks for, of the Python that was set up.
    private static func cache(
        _ call: BuiltInCall,
        _ outputs: [(name: String, value: String)]
    ) async throws -> PackageCache? {
        let manager = call["cache"]
        let fallback = ["pip": "**/pyproject.toml"]
        let digest = try PinnedFiles.digest(of: manager, call, files: pinned, fallback: fallback) {
            "No file in \(call.workspace) matched to [\($0.joined(separator: " or "))], make sure you have checked "
                + "out the target repository"
        }
        let told = Dictionary(outputs.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        guard let digest, let version = told["python-version"], let python = told["python-path"] else {
            return nil
        }
        let prefix =
            "setup-python-Linux-\(RunnerContext.architecture.lowercased())-python-\(version)-\(manager)"
        return PackageCache(
            manager: manager,
            key: "\(prefix)-\(manager == "poetry" ? "v2-" : "")\(digest)",
            restoreKeys: manager == "pip" ? [prefix] : [],
            folders: try await PythonPackages(call, python: python).folders(of: manager, pinned: pinned)
        )
    }

    private static func missing(_ wish: PythonWish, _ found: [FoundPython]) -> StepFailure {
        let seen = found.isEmpty ? "none" : found.map(\.versionText).joined(separator: ", ")
        return StepFailure(
            "Python \(wish.text) is not on this machine (there is \(seen)); install it, for example with "
                + wish.remedy
        )
    }

    /// Makes an environment of each; as with the action, the last of several is `python`.
    private func setUp(_ matches: [FoundPython], _ call: BuiltInCall) async throws -> BuiltInResult {
        let toolbox = Toolbox(home: call.services.home, program: call.services.program)
        let isForPath = try call.flag("update-environment")
        var result = BuiltInResult(matchers: try SetupMatchers.python())
        for (index, match) in matches.enumerated() {
            let isLast = index == matches.indices.last
            let own = PythonEnvironment(for: match, isForPath: isForPath && isLast, call)
            try await own.make(call, toolbox)
            try await install(into: own, call, toolbox)
            call.say("Successfully set up \(match.family.title) (\(match.versionText))")
            if isForPath { result.paths.append(own.binaries) }
            guard isLast else { continue }
            result.outputs = [
                ("python-version", match.versionText), ("python-path", own.program),
            ]
            guard isForPath else { continue }
            // The shims make a job's `pip` what the configuration says, and stay first.
            result.paths.append(toolbox.shims)
            let names = ["pythonLocation", "Python_ROOT_DIR", "Python2_ROOT_DIR", "Python3_ROOT_DIR"]
            result.variables = names.map { ($0, own.folder) }
            result.variables.append(("PKG_CONFIG_PATH", match.prefix + "/lib/pkgconfig"))
        }
        return result
    }

    private func install(
        into python: PythonEnvironment,
        _ call: BuiltInCall,
        _ toolbox: Toolbox
    ) async throws {
        let pip = call["pip-version"]
        if !pip.isEmpty {
            guard pip.wholeMatch(of: /[0-9]+(\.[0-9]+)?(\.[0-9]+)?/) != nil else {
                throw StepFailure(
                    "Invalid pip-version \"\(pip)\". Please specify a version in the format major[.minor][.patch]."
                )
            }
            let wanted = pip.split(separator: ".").count == 3 ? "pip==\(pip)" : "pip==\(pip).*"
            try await python.run(
                "\(toolbox.shims)/python",
                ["-m", "pip", "install", wanted],
                call,
                orElse: "pip \(pip) could not be had"
            )
        }
        let packages = call["pip-install"]
        if !packages.isEmpty {
            // As the action, which gives the words to a shell.
            try await python.run(
                "/bin/sh",
                ["-c", "exec \"$0\" install \(packages)", "\(toolbox.shims)/pip"],
                call,
                orElse: "'pip-install' failed"
            )
        }
    }
}
