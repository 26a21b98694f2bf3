import Foundation

/// `iterative/setup-cml`: puts flowrun's own `cml` on PATH.
struct SetupCML: BuiltInAction {
    static let name = "iterative/setup-cml"
    static let inputs = [
        BuiltInInput("version", default: "latest"), BuiltInInput("vega", default: "true"),
        BuiltInInput("sudo", default: "true"), BuiltInInput("force", default: "false"),
    ]

    func run(_ call: BuiltInCall) async throws -> BuiltInResult {
        let toolbox = Toolbox(home: call.services.home, program: call.services.program)
        for name in ["vega", "sudo", "force"] { _ = try call.flag(name) }
        // What is spoken is CML's command line as of 0.20; a file that pins another line is told so.
        let version = call["version"]
        let spoken = try Self.range(version)
        guard spoken.contains(ToolVersion(numbers: [0, 20, 6])) else {
            throw StepFailure(
                "flowrun's own cml speaks as CML 0.20 does; 'version: \(version)' cannot be had"
            )
        }
        if try call.flag("vega"), ProgramSearch.find("vl2png", in: call.environment) == nil {
            call.say(
                "Vega's command line tools are not installed: `npm install -g vega-cli vega-lite` brings them"
            )
        }
        call.say(
            "cml is flowrun's own: reports are kept with the run, and posted where the remote is a forge"
        )
        return BuiltInResult(paths: [toolbox.cml])
    }

    private static func range(_ version: String) throws(StepFailure) -> VersionRange {
        guard let range = VersionRange(version == "latest" ? "*" : version) else {
            throw StepFailure("Input 'version' must be a version of CML, not '\(version)'")
        }
        return range
    }
}

/// `iterative/setup-dvc`: DVC in the job's own Python.
struct SetupDVC: BuiltInAction {
    static let name = "iterative/setup-dvc"
    static let inputs = [BuiltInInput("version", default: "latest")]

    func run(_ call: BuiltInCall) async throws -> BuiltInResult {
        let wanted = call["version"] == "latest" ? "dvc[all]" : "dvc[all]==\(call["version"])"
        let shims = Toolbox(home: call.services.home, program: call.services.program).shims
        let status = try await call.runProcess(
            Command(
                executable: "\(shims)/pip",
                arguments: ["install", wanted],
                workingDirectory: call.workspace,
                environment: call.environment
            )
        )
        guard status == 0 else { throw StepFailure("DVC could not be installed (exit code \(status))") }
        return BuiltInResult()
    }
}

/// `google-github-actions/setup-gcloud`: the gcloud that is on this machine, logged in with what `auth` left.
struct SetupGCloud: BuiltInAction {
    static let name = "google-github-actions/setup-gcloud"
    static let inputs = [
        BuiltInInput("project_id"), BuiltInInput("version", default: "latest"),
        BuiltInInput("skip_install", default: "false"), BuiltInInput("cache", default: "false"),
        BuiltInInput("install_components"),
        BuiltInInput("service_account_key"),
    ]

    func run(_ call: BuiltInCall) async throws -> BuiltInResult {
        guard let gcloud = ProgramSearch.find("gcloud", in: call.environment) else {
            throw StepFailure(
                "gcloud is not on this machine; install the Google Cloud CLI (https://cloud.google.com/sdk/docs/install)"
            )
        }
        // There is no download to keep.
        _ = try call.flag("cache")
        let environment = call.environment
        let found = try await BlockingWork.run { Self.version(of: gcloud, environment) }
        let wanted = call["version"]
        let skips = try call.flag("skip_install")
        let isPinned = !wanted.isEmpty && wanted != "latest"
        if isPinned, !skips {
            guard let range = VersionRange(wanted) else {
                throw StepFailure("Input 'version' must be a version or a range, not '\(wanted)'")
            }
            guard let found, range.contains(found) else {
                let present = found?.description ?? "of a version that it does not tell"
                throw StepFailure("gcloud \(wanted) is not on this machine: \(gcloud) is \(present)")
            }
        }
        try requireComponents(call, of: gcloud)
        var result = BuiltInResult(
            outputs: [("version", found?.description ?? "")],
            variables: [("CLOUDSDK_METRICS_ENVIRONMENT", "github-actions-setup-gcloud")]
        )
        if skips, isPinned {
            result.warnings = ["Ignoring \"version\" because \"skip_install\" was true!"]
        }
        if !call["service_account_key"].isEmpty {
            result.warnings += [
                "Unexpected input(s) 'service_account_key': use google-github-actions/auth before this action"
            ]
        }
        try await configure(gcloud, call, &result)
        return result
    }

    /// The login was in a folder that went with the earlier attempt.
    func resume(_ call: BuiltInCall, outputs: [String: String]) async throws -> BuiltInResult? {
        try await run(call)
    }

    /// Logs in and names the project, in settings of the job's own: those of the person whose machine this is stay.
    private func configure(
        _ gcloud: String,
        _ call: BuiltInCall,
        _ result: inout BuiltInResult
    ) async throws {
        var commands: [[String]] = []
        if let credentials = call.environment["GOOGLE_GHA_CREDS_PATH"], !credentials.isEmpty {
            commands.append(["--quiet", "auth", "login", "--force", "--cred-file", credentials])
        }
        if !call["project_id"].isEmpty {
            commands.append(["--quiet", "config", "set", "project", call["project_id"]])
        }
        guard !commands.isEmpty else { return }
        var environment = call.environment
        let own = "\(call.temp)/gcloud"
        if environment["CLOUDSDK_CONFIG"]?.isEmpty ?? true || environment["CLOUDSDK_CONFIG"] == own {
            try JobFolders.make(own)
            environment["CLOUDSDK_CONFIG"] = own
            result.variables.append(("CLOUDSDK_CONFIG", own))
            result.post = { _ in
                // It holds the key that was logged in with; what stays goes with the job.
                try? FileManager.default.removeItem(atPath: own)
                return ["Removed gcloud's settings at \"\(own)\"."]
            }
        }
        for arguments in commands {
            let status = try await call.runProcess(
                Command(
                    executable: gcloud,
                    arguments: arguments,
                    workingDirectory: call.workspace,
                    environment: environment
                )
            )
            guard status == 0 else {
                throw StepFailure(
                    "gcloud \(arguments.dropFirst().joined(separator: " ")) ended with exit code \(status)"
                )
            }
        }
    }

    /// Refuses the step where the machine's gcloud, which is used as it is, lacks a component that it asks for.
    private func requireComponents(_ call: BuiltInCall, of gcloud: String) throws(StepFailure) {
        let wanted = call["install_components"].split { $0 == "," || $0.isNewline }
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        let place = "\(Self.folder(of: gcloud))/.install"
        let missing = wanted.filter { access("\(place)/\($0).manifest", F_OK) != 0 }
        guard missing.isEmpty else {
            throw StepFailure(
                "gcloud on this machine (\(gcloud)) lacks the components \(missing.joined(separator: ", ")): add them with "
                    + "`gcloud components install \(missing.joined(separator: " "))`, or with its packages"
            )
        }
    }

    /// Where the Cloud SDK is that a program belongs to.
    private static func folder(of gcloud: String) -> String {
        URL(fileURLWithPath: gcloud).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().path
    }

    /// From the file beside the program, which is there at once; else gcloud itself is asked.
    private static func version(of gcloud: String, _ environment: [String: String]) -> ToolVersion? {
        let file = folder(of: gcloud) + "/VERSION"
        let told =
            PlainFile.text(of: file)
            ?? ShortAnswer.of(gcloud, ["version"], environment: environment)?
            .split(whereSeparator: \.isNewline).first { $0.hasPrefix("Google Cloud SDK") }
            .map { String($0.dropFirst("Google Cloud SDK".count)) }
        return told.flatMap { ToolVersion($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
}
