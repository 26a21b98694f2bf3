import Engine
import Foundation
import Store
import YAML

/// What `flowrun.yaml` of the repository and `config.yaml` of the user say; the command line wins over both.
struct Configuration {
    var secrets: String?
    var workflows: String?
    var labels: [(label: String, target: String)] = []
    var actionsSources: [String] = []
    var builtInActions: String?
    var locked: Bool?
    var offline: Bool?
    var maxParallel: Int?
    var format: String?
    var cascade: Bool?
    var pip: PythonInstaller?
    /// What `run prune` leaves.
    var retention: RunRetention?
    /// What stands between jobs and the environments that they name.
    var protections = EnvironmentProtections()
    /// Of so many jobs that failed the workspaces are kept.
    var keptWorkspaces: Int?
    /// Whether pull requests of forks run, where a forge tells of them.
    var runsForks: Bool?
    /// What bounds each job.
    var limits = LimitSettings()
    /// How the daemon treats the schedules of its workflows.
    var schedules = ScheduleSettings()

    /// The repository's, over the user's.
    static func load(repository: String?, environment: [String: String]) throws -> Configuration {
        let base = environment["XDG_CONFIG_HOME"] ?? "\(environment["HOME"] ?? "")/.config"
        var configuration = try read("\(base)/flowrun/config.yaml") ?? Configuration()
        if let repository, let own = try read("\(repository)/flowrun.yaml") { configuration.merge(own) }
        return configuration
    }

    private static func read(_ path: String) throws -> Configuration? {
        guard let text = PlainFile.text(of: path) else { return nil }
        let node: Node
        do {
            node = try parse(text, file: path)
        } catch  where error.list.map(\.code) == ["yaml-empty"] {
            return nil
        } catch {
            throw CommandEnd(.nothingStarted, "\(error)")
        }
        var configuration = Configuration()
        guard case .mapping(let entries) = node.content else {
            if case .scalar(let scalar) = node.content, scalar.text.isEmpty { return configuration }
            throw Self.fault("a configuration is a mapping of names to values", at: node, text)
        }
        for entry in entries { try configuration.take(entry, text) }
        return configuration
    }

    private static let keys = [
        "secrets", "workflows", "labels", "actions-source", "built-in-actions", "max-parallel", "format",
        "cascade", "pip", "locked", "offline", "retention", "schedules",
        "environments", "limits", "fork-pull-requests",
    ]

    private mutating func take(_ entry: Node.Entry, _ source: String) throws {
        guard case .scalar(let key) = entry.key.content else {
            throw Self.fault("a key must be text", at: entry.key, source)
        }
        func scalar() throws -> String {
            guard case .scalar(let scalar) = entry.value.content else {
                throw Self.fault("`\(key.text)` takes one value", at: entry.value, source)
            }
            return scalar.text
        }
        func choice(_ choices: [String]) throws -> String {
            let value = try scalar()
            guard choices.contains(value) else {
                throw Self.fault(
                    "`\(key.text)` is \(choices.joined(separator: " or "))",
                    at: entry.value,
                    source
                )
            }
            return value
        }
        switch key.text {
        case "secrets": secrets = try scalar()
        case "workflows": workflows = try scalar()
        case "built-in-actions": builtInActions = try choice(["auto", "off"])
        case "format": format = try choice(["pretty", "plain", "json"])
        case "locked": locked = try choice(["true", "false"]) == "true"
        case "offline": offline = try choice(["true", "false"]) == "true"
        case "cascade": cascade = try choice(["true", "false"]) == "true"
        case "pip": pip = PythonInstaller(rawValue: try choice(["pip", "uv"]))
        case "max-parallel":
            guard let number = Int(try scalar()), number > 0 else {
                throw Self.fault("`max-parallel` is a whole number above 0", at: entry.value, source)
            }
            maxParallel = number
        case "retention":
            guard case .mapping(let limits) = entry.value.content else {
                throw Self.fault(
                    "`retention` is a mapping of older-than, keep, max-size and kept-workspaces",
                    at: entry.value,
                    source
                )
            }
            (retention, keptWorkspaces) = try Self.retention(limits, source)
        case "environments":
            protections = try EnvironmentSettings.read(entry.value) { Self.fault($0, at: $1, source) }
        case "fork-pull-requests": runsForks = try choice(["refuse", "run"]) == "run"
        case "limits":
            limits = try LimitSettings(entry.value) { Self.fault($0, at: $1, source) }
        case "schedules":
            schedules = try ScheduleSettings(entry.value) { Self.fault($0, at: $1, source) }
        case "labels":
            guard case .mapping(let pairs) = entry.value.content else {
                throw Self.fault("`labels` is a mapping of labels to targets", at: entry.value, source)
            }
            labels = try pairs.map { try Self.label($0, source) }
        case "actions-source":
            switch entry.value.content {
            case .scalar(let scalar): actionsSources = [scalar.text]
            case .sequence(let nodes):
                actionsSources = nodes.compactMap { node in
                    if case .scalar(let scalar) = node.content { scalar.text } else { nil }
                }
            case .mapping:
                throw Self.fault("`actions-source` is an address or a list of them", at: entry.value, source)
            }
        default:
            throw Self.fault(
                "unknown key `\(key.text)`; there is \(Self.keys.joined(separator: ", "))",
                at: entry.key,
                source
            )
        }
    }

    private static func retention(
        _ limits: [Node.Entry],
        _ source: String
    ) throws -> (runs: RunRetention, keptWorkspaces: Int?) {
        var retention = RunRetention()
        var keptWorkspaces: Int?
        for limit in limits {
            guard case .scalar(let key) = limit.key.content, case .scalar(let value) = limit.value.content
            else {
                throw fault("`retention` takes one value a limit", at: limit.key, source)
            }
            switch key.text {
            case "older-than":
                retention.age = Amount.duration(value.text)
                if retention.age == nil {
                    throw fault("`older-than` is a time such as 12h, 30d or 8w", at: limit.value, source)
                }
            case "keep":
                retention.count = Int(value.text).flatMap { $0 < 0 ? nil : $0 }
                if retention.count == nil {
                    throw fault("`keep` is a number from 0 on", at: limit.value, source)
                }
            case "max-size":
                retention.size = Amount.size(value.text)
                if retention.size == nil {
                    throw fault("`max-size` is a size such as 500MB or 5GB", at: limit.value, source)
                }
            case "kept-workspaces":
                keptWorkspaces = Int(value.text).flatMap { $0 < 0 ? nil : $0 }
                if keptWorkspaces == nil {
                    throw fault("`kept-workspaces` is a number from 0 on", at: limit.value, source)
                }
            default:
                throw fault(
                    "unknown key `\(key.text)`; there is older-than, keep, max-size, kept-workspaces",
                    at: limit.key,
                    source
                )
            }
        }
        return (retention, keptWorkspaces)
    }

    private static func label(_ pair: Node.Entry, _ source: String) throws -> (label: String, target: String)
    {
        guard case .scalar(let label) = pair.key.content else {
            throw fault("a label must be text", at: pair.key, source)
        }
        guard case .scalar(let target) = pair.value.content else {
            throw fault("label `\(label.text)` takes one target", at: pair.value, source)
        }
        do {
            var labels = RunnerLabels()
            try labels.set(label.text, to: target.text)
        } catch {
            throw fault("\(error)", at: pair.value, source)
        }
        return (label.text, target.text)
    }

    private static func fault(_ message: String, at node: Node, _ source: String) -> CommandEnd {
        let diagnostic = Diagnostic(
            severity: .error,
            location: node.location,
            code: "configuration",
            message: message
        )
        return CommandEnd(.nothingStarted, diagnostic.rendered(source: source))
    }

    private mutating func merge(_ other: Configuration) {
        secrets = other.secrets ?? secrets
        workflows = other.workflows ?? workflows
        labels += other.labels
        if !other.actionsSources.isEmpty { actionsSources = other.actionsSources }
        builtInActions = other.builtInActions ?? builtInActions
        locked = other.locked ?? locked
        offline = other.offline ?? offline
        maxParallel = other.maxParallel ?? maxParallel
        format = other.format ?? format
        cascade = other.cascade ?? cascade
        pip = other.pip ?? pip
        retention = other.retention ?? retention
        keptWorkspaces = other.keptWorkspaces ?? keptWorkspaces
        protections.merge(other.protections)
        runsForks = other.runsForks ?? runsForks
        limits.pids = other.limits.pids ?? limits.pids
        schedules.merge(other.schedules)
    }

    // MARK: Actions

    /// Where actions come from, in order: what the command line gives, else what is configured, else GitHub.
    func actionSources(given: [String]) -> [String] {
        [given, actionsSources].first { !$0.isEmpty } ?? ["https://github.com/{owner}/{repo}"]
    }

    func usesBuiltInActions(given: BuiltInChoice?) -> Bool {
        (given ?? builtInActions.flatMap(BuiltInChoice.init) ?? .auto) == .auto
    }
}
