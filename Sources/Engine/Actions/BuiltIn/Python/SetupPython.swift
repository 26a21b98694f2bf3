import Foundation

/// `actions/setup-python`: finds a Python of the asked version on this machine and makes the job's own from it.
struct SetupPython: BuiltInAction {
    static let name = "actions/setup-python"
    private static let noDownload = "flowrun takes the Pythons that are on this machine and downloads none"
    static let inputs = [
        BuiltInInput("python-version"), BuiltInInput("python-version-file"), BuiltInInput("cache"),
        BuiltInInput("cache-dependency-path"), BuiltInInput("architecture"),
        .refused("check-latest", noDownload, but: "false"),
        // Used for downloads alone.
        BuiltInInput("token"),
        BuiltInInput("update-environment", default: "true"),
        BuiltInInput("allow-prereleases", default: "false"),
        .refused("freethreaded", "free-threaded Pythons are not looked for", but: "false"),
        BuiltInInput("pip-version"), BuiltInInput("pip-install"),
    ]

    func run(_ call: BuiltInCall) async throws -> BuiltInResult {
        try call.requireArchitecture(of: "Python")
        try PackageCache.check(
            call,
            files: [
                "pip": ["requirements.txt", "pyproject.toml"], "pipenv": ["Pipfile.lock"],
                "poetry": ["poetry.lock"],
            ]
        )
        let wishes = try PythonWish.all(call)
        let environment = call.environment
        let found = try await BlockingWork.run { PythonFinder.all(environment) }
        let matches = try wishes.map { wish in
            guard let match = wish.choose(found) else {
                let seen = found.isEmpty ? "none" : found.map(\.versionText).joined(separator: ", ")
                throw StepFailure(
                    "Python \(wish.text) is not on this machine (there is \(seen)); install it, for example with "
                        + "`apt install python\(wish.text)` or `uv python install \(wish.text)`"
                )
            }
            return match
        }
        // As with the action, the last of several is `python`.
        guard let match = matches.last else { throw StepFailure("no version of Python is asked for") }
        try await makeEnvironment(from: match, call)
        call.say("Successfully set up CPython (\(match.versionText))")
        var result = BuiltInResult(
            outputs: [
                ("python-version", match.versionText), ("cache-hit", "false"),
                ("python-path", call.python + "/bin/python"),
            ])
        if matches.count > 1 {
            result.paths = [try names(of: matches.dropLast(), call)]
        }
        if try call.flag("update-environment") {
            result.variables = [("pythonLocation", call.python), ("Python_ROOT_DIR", call.python)]
        }
        return result
    }

    private func makeEnvironment(from python: FoundPython, _ call: BuiltInCall) async throws {
        let toolbox = Toolbox(home: call.services.home, program: call.services.program)
        try await run(
            "/bin/sh",
            [toolbox.pythonEnvironment, python.path],
            call,
            "The job's Python could not be made"
        )
        let pip = call["pip-version"]
        if !pip.isEmpty {
            guard VersionRange(pip) != nil else {
                throw StepFailure("Input 'pip-version' must be major[.minor][.patch], not '\(pip)'")
            }
            let wanted = pip.split(separator: ".").count == 3 ? "pip==\(pip)" : "pip==\(pip).*"
            try await run(
                "\(toolbox.shims)/python",
                ["-m", "pip", "install", wanted],
                call,
                "pip \(pip) could not be had"
            )
        }
        let packages = call["pip-install"]
        if !packages.isEmpty {
            // As the action, which gives the words to a shell.
            try await run(
                "/bin/sh",
                ["-c", "exec \"$0\" install \(packages)", "\(toolbox.shims)/pip"],
                call,
                "'pip-install' failed"
            )
        }
    }

    private func run(
        _ program: String,
        _ arguments: [String],
        _ call: BuiltInCall,
        _ complaint: String
    ) async throws {
        let status = try await call.runProcess(
            Command(
                executable: program,
                arguments: arguments,
                workingDirectory: call.workspace,
                environment: call.environment
            )
        )
        guard status == 0 else { throw StepFailure("\(complaint) (exit code \(status))") }
    }

    /// A folder in which the other Pythons are called `python3.9` and so on.
    private func names(of pythons: [FoundPython], _ call: BuiltInCall) throws -> String {
        let folder = "\(call.temp)/pythons"
        try JobFolders.make(folder)
        for python in pythons {
            let name = "\(folder)/python\(python.version.numbers[0]).\(python.version.numbers[1])"
            unlink(name)
            guard symlink(python.path, name) == 0 else {
                throw FolderError(path: name, reason: String(cString: strerror(errno)))
            }
        }
        return folder
    }
}
