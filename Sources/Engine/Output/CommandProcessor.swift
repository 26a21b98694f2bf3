import Foundation
import Store

/// Turns lines of output into effects: the workflow commands of one step.
package struct CommandProcessor: Sendable {
    private let context: CommandContext
    private var isEchoing: Bool
    /// While commands are stopped: what brings them back, as it was given.
    private var stopToken: String?

    package init(_ context: CommandContext = CommandContext()) {
        self.context = context
        isEchoing = context.isDebugging
    }

    /// Whether commands are stopped at the moment.
    package var isStopped: Bool { stopToken != nil }

    /// The effects of a line, or nil where it is no command (at this moment) and is to be printed as it is.
    package mutating func process(_ line: String) -> [CommandEffect]? {
        guard let command = WorkflowCommand(line, extra: stopToken?.lowercased()) else { return nil }
        if let token = stopToken {
            guard command.name == token.lowercased() else { return nil }
            stopToken = nil
            return [.text(line)] + debug("Resume processing commands")
        }
        if command.name == "stop-commands" { return stop(command.data, line) }
        var effects: [CommandEffect] = []
        if isEchoing, !Self.unechoed.contains(command.name) { effects.append(.text(line)) }
        do {
            effects += try self.effects(of: command)
        } catch {
            let shown = Self.unechoed.contains(command.name) ? command.name : line
            let message = "Unable to process command '\(shown)' successfully."
            effects += issue(.error, message) + issue(.error, error.message)
            effects.append(.failStep(error.message))
        }
        return effects
    }

    /// A command that is not as it must be: the step fails.
    private struct Fault: Error {
        let message: String
    }

    /// These show what they do by themselves, or must not be shown.
    private static let unechoed: Set<String> = ["add-mask", "debug", "error", "notice", "warning"]

    private mutating func effects(of command: WorkflowCommand) throws(Fault) -> [CommandEffect] {
        switch command.name {
        case "notice": return annotation(.notice, command)
        case "warning": return annotation(.warning, command)
        case "error": return annotation(.error, command)
        case "debug": return debug(command.data)
        case "group": return [.group(command.data), .text("##[group]\(command.data)")]
        case "endgroup": return [.endGroup, .text("##[endgroup]")]
        case "add-mask":
            guard !command.data.allSatisfy(\.isWhitespace) else {
                return issue(.warning, Masker.Refusal.empty.description)
            }
            return (isEchoing ? [.text("::add-mask::***")] : []) + [.addMask(command.data)]
        case "set-output":
            let name = try name(in: command)
            return deprecation(of: command.name) + [.setOutput(name: name, value: command.data)]
                + debug("\(name)='\(command.data)'")
        case "save-state":
            let name = try name(in: command)
            return deprecation(of: command.name) + [.saveState(name: name, value: command.data)]
        case "set-env": return try setEnvironment(command)
        case "add-path":
            guard context.allowsUnsecureCommands else { throw disabled(command.name) }
            guard !command.data.isEmpty else { throw Fault(message: "The add-path command needs a path.") }
            return [.addPath(command.data)]
        case "echo": return try echo(command.data)
        case "add-matcher":
            guard !command.data.isEmpty else { return issue(.warning, "File path must be specified.") }
            return [.addMatcher(file: command.data)]
        case "remove-matcher": return removeMatcher(command)
        case "internal-set-repo-path": return [.setRepositoryPath(command.data)]
        default: return []
        }
    }

    private mutating func stop(_ token: String, _ line: String) -> [CommandEffect] {
        let isRefused =
            token.isEmpty || token.lowercased() == "pause-logging"
            || WorkflowCommand.registered.contains(token.lowercased())
        guard !isRefused || context.allowsUnsecureStopTokens else {
            let message =
                "You cannot use a endToken that is an empty string, the string 'pause-logging', or another workflow "
                + "command. For more information see: https://docs.github.com/actions/learn-github-actions/"
                + "workflow-commands-for-github-actions#example-stopping-and-starting-workflow-commands or opt into "
                + "insecure command execution by setting the `ACTIONS_ALLOW_UNSECURE_STOPCOMMAND_TOKENS` environment "
                + "variable to `true`."
            return issue(.error, message) + [.failStep(message)]
        }
        stopToken = token
        // The line itself is shown before the token is masked, as a token that nobody can read ends nothing.
        var effects: [CommandEffect] = [.text(line)]
        if token.count > 6 { effects.append(.addMask(token)) }
        return effects
            + debug("Paused processing commands until the token you called ::stopCommands:: with is received")
    }

    private func setEnvironment(_ command: WorkflowCommand) throws(Fault) -> [CommandEffect] {
        guard context.allowsUnsecureCommands else { throw disabled(command.name) }
        let name = try name(in: command)
        guard name.uppercased() != "NODE_OPTIONS" else {
            return issue(.error, "Can't update \(name) environment variable using ::set-env:: command.")
        }
        guard !ReservedVariables.contains(name) else {
            return issue(.warning, "`\(name)` is set by the runner; what ::set-env:: says of it is ignored.")
        }
        return [.setEnvironment(name: name, value: command.data)]
    }

    private mutating func echo(_ data: String) throws(Fault) -> [CommandEffect] {
        switch data.trimmingCharacters(in: .whitespaces).lowercased() {
        case "on":
            isEchoing = true
            return debug("Setting echo command value to 'on'")
        case "off":
            isEchoing = false
            return debug("Setting echo command value to 'off'")
        default:
            throw Fault(
                message:
                    "Invalid echo command value. Possible values can be: 'on', 'off'. Current value is: '\(data)'."
            )
        }
    }

    private func removeMatcher(_ command: WorkflowCommand) -> [CommandEffect] {
        let owner = command.properties["owner"] ?? ""
        switch (owner.isEmpty, command.data.isEmpty) {
        case (false, true): return [.removeMatcher(owner: owner)]
        case (true, false): return [.removeMatchers(file: command.data)]
        case (true, true):
            return issue(
                .warning,
                "Either an owner name or a file path must be specified in ##[remove-matcher] command."
            )
        case (false, false):
            return issue(
                .warning,
                "Either specify an owner name or a file path in ##[remove-matcher] command. "
                    + "Both values cannot be set."
            )
        }
    }

    private func annotation(_ level: Annotation.Level, _ command: WorkflowCommand) -> [CommandEffect] {
        var annotation = command.annotation(level, workspace: context.workspace)
        annotation.step = context.step
        return Self.lines(level.rawValue, command.data) + [.annotation(annotation)]
    }

    /// A message of ours: in the log and as an annotation.
    private func issue(_ level: Annotation.Level, _ message: String) -> [CommandEffect] {
        Self.lines(level.rawValue, message)
            + [.annotation(Annotation(level: level, message: message, step: context.step))]
    }

    private func debug(_ message: String) -> [CommandEffect] {
        context.isDebugging ? [.debug(message)] + Self.lines("debug", message) : []
    }

    private static func lines(_ marker: String, _ message: String) -> [CommandEffect] {
        message.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, line in
            .text(index == 0 ? "##[\(marker)]\(line)" : String(line))
        }
    }

    /// Each use is warned of, as by GitHub's runner.
    private func deprecation(of name: String) -> [CommandEffect] {
        let page = "2022-10-11-github-actions-deprecating-save-state-and-set-output-commands"
        return issue(
            .warning,
            "The `\(name)` command is deprecated and will be disabled soon. Please upgrade to using Environment "
                + "Files. For more information see: https://github.blog/changelog/\(page)/"
        )
    }

    private func disabled(_ name: String) -> Fault {
        let page = "2020-10-01-github-actions-deprecating-set-env-and-add-path-commands"
        return Fault(
            message:
                "The `\(name)` command is disabled. Please upgrade to using Environment Files or opt into unsecure "
                + "command execution by setting the `ACTIONS_ALLOW_UNSECURE_COMMANDS` environment variable to `true`. "
                + "For more information see: https://github.blog/changelog/\(page)/"
        )
    }

    private func name(in command: WorkflowCommand) throws(Fault) -> String {
        guard let name = command.properties["name"], !name.isEmpty else {
            throw Fault(message: "Required field 'name' is missing in ##[\(command.name)] command.")
        }
        return name
    }
}
