package import Store

/// What a line of output asks for.
///
/// Lines for the log are among the effects, in their place.
package enum CommandEffect: Sendable, Equatable {
    /// A line for the log, to be masked like any other.
    case text(String)
    case annotation(Annotation)
    case setOutput(name: String, value: String)
    case saveState(name: String, value: String)
    case setEnvironment(name: String, value: String)
    /// A folder to stand first in `PATH`.
    case addPath(String)
    /// A value to be hidden from now on; it is not empty.
    case addMask(String)
    case debug(String)
    case group(String)
    case endGroup
    /// A file with problem matchers, as the step names it.
    case addMatcher(file: String)
    case removeMatcher(owner: String)
    /// The matchers of all owners in this file are to go.
    case removeMatchers(file: String)
    case setRepositoryPath(String)
    /// The step fails, whatever its exit code: a command could not be processed.
    case failStep(String)
}

/// What of a step's surroundings commands depend on.
package struct CommandContext: Sendable {
    /// Whether debug lines are shown and commands are echoed from the start.
    package var isDebugging: Bool
    /// `ACTIONS_ALLOW_UNSECURE_COMMANDS`: `set-env` and `add-path` work.
    package var allowsUnsecureCommands: Bool
    /// `ACTIONS_ALLOW_UNSECURE_STOPCOMMAND_TOKENS`.
    package var allowsUnsecureStopTokens: Bool
    /// The repository's folder, as the step sees it: annotations name files relative to it.
    package var workspace: String
    /// The addresses that a checkout of the run's own repository may have as its `origin`.
    var origins: Set<String> = []
    /// The number of the step, for its annotations.
    package var step: Int?

    package init(
        isDebugging: Bool = false,
        allowsUnsecureCommands: Bool = false,
        allowsUnsecureStopTokens: Bool = false,
        workspace: String = "",
        step: Int? = nil
    ) {
        self.isDebugging = isDebugging
        self.allowsUnsecureCommands = allowsUnsecureCommands
        self.allowsUnsecureStopTokens = allowsUnsecureStopTokens
        self.workspace = workspace
        self.step = step
    }
}
