import ArgumentParser
import Engine
import Foundation

/// What a person may settle about a run, as `RunOptions` reads it from the command line.
struct RunSettings {
    var workflows: String?
    var jobs: [String] = []
    var matrix: [String] = []
    var ref: String?
    var worktree = false
    var secrets: [String] = []
    var secretFile: [String] = []
    var secretSet: String?
    var variables: [String] = []
    var varFile: [String] = []
    var environment: [String] = []
    var envFile: [String] = []
    var labels: [String] = []
    var actionsSource: [String] = []
    var builtInActions: BuiltInChoice?
    var locked = false
    var offline = false
    var maxParallel: Int?
    var noCascade = false
    var dryRun = false
    var detach = false
    var debug = false
    var shellOnFailure = false
    var format: RenderFormat?

    /// All of it as a session wants it, over what the configuration says.
    func session(_ surroundings: Surroundings, _ configuration: Configuration) throws -> SessionOptions {
        var options = SessionOptions(
            folder: surroundings.folder,
            hostEnvironment: surroundings.environment
        )
        options.maxParallel = maxParallel ?? configuration.maxParallel
        options.ref = ref
        options.workflows = workflows ?? configuration.workflows
        options.usesWorkingTree = worktree
        options.snapshotFolder = "\(surroundings.home.snapshots)/\(UUID().uuidString)"
        options.jobs = jobs
        options.matrix = try matrix.map { try Pair($0, option: "--matrix") }.map { ($0.name, $0.value) }
        options.secretSet = secretSet ?? configuration.secrets ?? "default"
        for file in secretFile {
            for pair in try Dotenv.read(file) { options.secrets[pair.name.uppercased()] = pair.value }
        }
        for text in secrets {
            if text.contains("=") {
                let pair = try Pair(text, option: "--secret")
                options.secrets[pair.name.uppercased()] = pair.value
            } else if let value = surroundings.environment[text] {
                options.secrets[text.uppercased()] = value
            } else {
                throw ValidationError(
                    "--secret \(text): there is no such variable in the environment; give \(text)=VALUE"
                )
            }
        }
        for file in varFile {
            for pair in try Dotenv.read(file) { options.variables[pair.name.uppercased()] = pair.value }
        }
        for text in variables {
            let pair = try Pair(text, option: "--var")
            options.variables[pair.name.uppercased()] = pair.value
        }
        for file in envFile { options.environment += try Dotenv.read(file).map { ($0.name, $0.value) } }
        options.environment += try environment.map { try Pair($0, option: "--env") }.map {
            ($0.name, $0.value)
        }
        try options.setLabels(configuration: configuration, given: labels)
        options.protections = configuration.protections
        options.cascades = !noCascade && configuration.cascade ?? true
        options.isDebugging = debug
        return options
    }
}
