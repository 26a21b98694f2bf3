import Foundation
import Workflows
import YAML

/// Reads the manifest of an action from a folder.
enum ActionLoader {
    /// In GitHub's order; a `Dockerfile` alone would make a container action.
    private static let manifestNames = ["action.yml", "action.yaml"]

    /// - Parameters:
    ///   - name: What the workflow calls the action, for the message.
    ///   - repository: Empty for an action of the workspace.
    static func load(
        _ folder: String,
        name: String,
        repository: String,
        ref: String
    ) throws(ActionError) -> FetchedAction {
        for manifestName in manifestNames {
            let path = "\(folder)/\(manifestName)"
            guard let data = FileManager.default.contents(atPath: path) else { continue }
            let reading = ActionReader.read(String(decoding: data, as: UTF8.self), file: path)
            guard let manifest = reading.value else {
                let faults = reading.diagnostics.filter { $0.severity == .error }
                let told = faults.map {
                    "\(manifestName):\($0.location.line):\($0.location.column): \($0.message)"
                }
                throw ActionError(action: name, reason: told.joined(separator: "; "))
            }
            return FetchedAction(path: folder, repository: repository, ref: ref, manifest: manifest)
        }
        if FileManager.default.fileExists(atPath: "\(folder)/Dockerfile") {
            throw ActionError(action: name, reason: Self.needsContainers)
        }
        let missing = "Can't find 'action.yml', 'action.yaml' or 'Dockerfile'"
        throw ActionError(
            action: name,
            reason: repository.isEmpty
                ? "\(missing) under '\(folder)'. "
                    + "Did you forget to run actions/checkout before running your local action?"
                : "\(missing) for action '\(name)'."
        )
    }

    static let needsContainers = "it is a container action, and this version of flowrun runs none"

    /// Refuses by name, before it would have to run, what this version of flowrun cannot run.
    static func checkRunnable(_ action: FetchedAction, name: String) throws(ActionError) {
        switch action.manifest.runs {
        case .composite, .javascript: return
        case .container: throw ActionError(action: name, reason: needsContainers)
        }
    }
}
