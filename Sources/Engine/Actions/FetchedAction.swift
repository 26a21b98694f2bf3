import Workflows

/// An action that lies on this machine, ready to run.
struct FetchedAction: Sendable {
    /// The folder of the action's manifest: `github.action_path`.
    var path: String
    var repository: String
    var ref: String
    var manifest: ActionManifest
}

/// Why an action cannot be had.
struct ActionError: Error, CustomStringConvertible {
    var action: String
    var reason: String

    var description: String { "Unable to resolve action `\(action)`: \(reason)" }
}
