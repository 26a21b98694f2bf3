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
        call.say(
            "cml is flowrun's own: reports are kept with the run, and posted where the remote is a forge"
        )
        return BuiltInResult(paths: [toolbox.cml])
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

/// `actions/setup-node`: the node that is on this machine, if it is of the asked version.
struct SetupNode: BuiltInAction {
    static let name = "actions/setup-node"
    static let inputs = [
        BuiltInInput("node-version"), BuiltInInput("always-auth"), BuiltInInput("check-latest"),
    ]

    func run(_ call: BuiltInCall) async throws -> BuiltInResult {
        guard let node = ProgramSearch.find("node", in: call.environment) else {
            throw StepFailure(
                "node is not on this machine; install it, for example with `apt install nodejs`"
            )
        }
        let found = try await ProgramOutput.of(node, ["--version"], call)
        let version = found.drop { $0 == "v" }
        let wanted = call["node-version"].drop { $0 == "v" }
        let major = wanted.prefix { $0.isNumber }
        var result = BuiltInResult(outputs: [("node-version", String(found))])
        if !major.isEmpty, version.prefix(while: { $0.isNumber }) != major {
            result.warnings = ["node \(wanted) was asked for; this machine has \(found), which is used"]
        }
        call.say("node \(found) at \(node)")
        return result
    }
}

/// `google-github-actions/setup-gcloud`: the gcloud that is on this machine, logged in with what `auth` left.
struct SetupGCloud: BuiltInAction {
    static let name = "google-github-actions/setup-gcloud"
    static let inputs = [
        BuiltInInput("project_id"), BuiltInInput("version", default: "latest"),
        BuiltInInput("skip_install", default: "false"), BuiltInInput("install_components"),
        BuiltInInput("service_account_key"),
    ]

    func run(_ call: BuiltInCall) async throws -> BuiltInResult {
        guard let gcloud = ProgramSearch.find("gcloud", in: call.environment) else {
            throw StepFailure(
                "gcloud is not on this machine; install the Google Cloud CLI (https://cloud.google.com/sdk/docs/install)"
            )
        }
        var result = BuiltInResult(outputs: [("version", "installed")])
        if !call["service_account_key"].isEmpty {
            result.warnings = [
                "Unexpected input(s) 'service_account_key': use google-github-actions/auth before this action"
            ]
        }
        var commands: [[String]] = []
        if let credentials = call.environment["GOOGLE_GHA_CREDS_PATH"], !credentials.isEmpty {
            commands.append(["--quiet", "auth", "login", "--force", "--cred-file", credentials])
        }
        if !call["project_id"].isEmpty {
            commands.append(["--quiet", "config", "set", "project", call["project_id"]])
        }
        for arguments in commands {
            let status = try await call.runProcess(
                Command(
                    executable: gcloud,
                    arguments: arguments,
                    workingDirectory: call.workspace,
                    environment: call.environment
                )
            )
            guard status == 0 else {
                throw StepFailure(
                    "gcloud \(arguments.dropFirst().joined(separator: " ")) ended with exit code \(status)"
                )
            }
        }
        return result
    }
}

/// What a program prints, for short answers such as a version.
enum ProgramOutput {
    static func of(_ program: String, _ arguments: [String], _ call: BuiltInCall) async throws -> String {
        let environment = call.environment
        return try await BlockingWork.run {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = arguments
            process.environment = environment
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardInput = FileHandle.nullDevice
            try process.run()
            let output = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}
