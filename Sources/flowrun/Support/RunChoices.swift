import Engine
import Foundation

/// What a person has settled about a run that the daemon is to run, as it waits with the run in the store.
struct RunChoices: Codable {
    struct Pair: Codable {
        var name: String
        var value: String
    }

    var jobs: [String] = []
    var matrix: [Pair] = []
    var secrets: [String: String] = [:]
    var secretSet: String?
    var variables: [String: String] = [:]
    var environment: [Pair] = []
    var labels: [String] = []
    var actionsSource: [String] = []
    var builtInActions: BuiltInChoice?
    var locked = false
    var offline = false
    var cascades: Bool?
    var isDebugging = false

    init() {}

    /// What the command line said: `session` is what it has become.
    init(_ settings: RunSettings, _ session: SessionOptions) {
        jobs = session.jobs
        matrix = session.matrix.map { Pair(name: $0.key, value: $0.value) }
        secrets = session.secrets
        secretSet = session.secretSet
        variables = session.variables
        environment = session.environment.map { Pair(name: $0.name, value: $0.value) }
        labels = settings.labels
        actionsSource = settings.actionsSource
        builtInActions = settings.builtInActions
        locked = settings.locked
        offline = settings.offline
        cascades = session.cascades
        isDebugging = session.isDebugging
    }

    init(json: String) throws { self = try JSONDecoder().decode(Self.self, from: Data(json.utf8)) }

    func json() throws -> String { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }

    /// The options of a session that runs it, over what the configuration says.
    func session(
        folder: String,
        environment hostEnvironment: [String: String],
        configuration: Configuration
    ) throws -> SessionOptions {
        var options = SessionOptions(folder: folder, hostEnvironment: hostEnvironment)
        options.jobs = jobs
        options.matrix = matrix.map { ($0.name, $0.value) }
        options.secrets = secrets
        options.secretSet = secretSet ?? configuration.secrets ?? "default"
        options.variables = variables
        options.environment = environment.map { ($0.name, $0.value) }
        try options.setLabels(configuration: configuration, given: labels)
        options.protections = configuration.protections
        options.cascades = cascades ?? configuration.cascade ?? true
        options.runsForks = configuration.runsForks ?? false
        options.isDebugging = isDebugging
        return options
    }
}

extension SessionOptions {
    /// Where jobs run by their labels: as configured, and over that as the command line says.
    mutating func setLabels(configuration: Configuration, given: [String]) throws {
        for (label, target) in configuration.labels { try labels.set(label, to: target) }
        for text in given {
            let pair = try flowrun.Pair(text, option: "--label")
            try labels.set(pair.name, to: pair.value)
        }
    }
}
