import Foundation
import Workflows

/// The workflows and actions of the repository that a file names by path, as they lie in the working tree.
struct NeighbourFiles {
    let root: String

    func workflow(_ uses: String) -> CalledWorkflows.Found {
        guard uses.hasPrefix("./") || uses.hasPrefix("$/") else { return .elsewhere }
        let path = String(uses.dropFirst(2))
        return text(path).map { .found(WorkflowReader.read($0, file: path)) } ?? .missing
    }

    func action(_ path: String) -> Reading<ActionManifest>? {
        for name in ["action.yml", "action.yaml"] {
            let file = path.isEmpty ? name : "\(path)/\(name)"
            if let text = text(file) { return ActionReader.read(text, file: file) }
        }
        return nil
    }

    /// The text of a file of the repository.
    func text(_ path: String) -> String? {
        for folder in [FileManager.default.currentDirectoryPath, root] {
            if let data = FileManager.default.contents(atPath: "\(folder)/\(path)") {
                return String(decoding: data, as: UTF8.self)
            }
        }
        return nil
    }
}
