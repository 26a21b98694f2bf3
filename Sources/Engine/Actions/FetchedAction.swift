import Workflows

/// An action that lies on this machine, ready to run.
struct FetchedAction: Sendable {
    /// The folder of the action's manifest.
    var path: String
    /// Empty where the action lies in the workspace.
    var repository: String
    var ref: String
    var manifest: ActionManifest

    var origin: ActionOrigin { ActionOrigin(repository: repository, ref: ref) }
    var isOfWorkspace: Bool { ref.isEmpty }
}

/// The repository and ref that the file of an action was taken from, for what `$/` means in it.
struct ActionOrigin: Sendable {
    var repository: String
    var ref: String
}

extension ActionReference {
    /// Where it leads, for one that names a repository.
    var origin: ActionOrigin? {
        guard case .repository(let owner, let name, _, let ref) = form else { return nil }
        return ActionOrigin(repository: "\(owner)/\(name)", ref: ref)
    }
}

/// Why an action cannot be had.
struct ActionError: Error, CustomStringConvertible {
    var action: String
    var reason: String

    var description: String { "Unable to resolve action `\(action)`: \(reason)" }
}
