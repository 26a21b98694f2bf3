import Foundation
import Workflows

extension JobRunner {
    /// Runs the main stage of a JavaScript action.
    func runJavaScript(
        _ main: String,
        using: String,
        of action: FetchedAction,
        _ call: StepCall
    ) async throws
        -> StepEnding
    {
        // An action that nothing can run leaves nothing to be cleaned up.
        let node = try await node(for: using, call)
        registerPost(of: action, call)
        let call = try await atForge(call)
        let inputs = try ActionInputs(of: action.manifest, given: given(to: call), in: call.scope)
        for warning in inputs.warnings { warn(warning, call) }
        announce(inputs, call)
        return try await run(main, of: action, with: node, inputs, call)
    }

    /// Runs one of the scripts of a JavaScript action in the workspace.
    ///
    /// An exit status other than 0 fails the step without a word: what went wrong the action tells itself.
    func run(
        _ script: String,
        of action: FetchedAction,
        with node: NodeProgram,
        _ inputs: ActionInputs,
        _ call: StepCall
    ) async throws -> StepEnding {
        let path = "\(action.path)/\(script)"
        guard FileManager.default.fileExists(atPath: path) else {
            throw StepFailure("File not found: '\(path)'")
        }
        let call = try await atForge(call)
        let toolkit = try await toolkitVariables(for: .javaScript)
        let files = try freshCommandFiles()
        let environment = actionEnvironment(inputs, files: files, toolkit: toolkit, call)
        let command = Command(
            executable: node.path,
            arguments: [path],
            workingDirectory: folders.workspace,
            environment: environment
        )
        let output = stepOutput(number: call.number, environment: environment)
        let result = try await execute(command, output: output, stop: call.stop)
        var ending = settle(output, files: files, in: call.frame, number: call.number)
        uses.save(ending.state, for: call.use)
        if call.stop.reason == .cancelled || call.stop.isForced {
            report(StepFailure("The operation was canceled."), step: call.number)
            ending.outcome = .cancelled
        } else if !result.exit.isSuccess {
            ending.outcome = .failure
            if case .signalled(let signal) = result.exit, call.stop.reason == nil {
                report(StepFailure("The action was ended by \(signalName(signal))."), step: call.number)
            }
        }
        return ending
    }

    /// What a JavaScript action is given beyond what a `run` step in its place would have.
    private func actionEnvironment(
        _ inputs: ActionInputs,
        files: StepCommandFiles,
        toolkit: [(name: String, value: String)],
        _ call: StepCall
    ) -> [String: String] {
        let state = uses.state(of: call.use).map { (name: "STATE_" + $0.name, value: $0.value) }
        var environment = processEnvironment(
            env: call.env + state + inputs.variables,
            frame: call.frame,
            github: call.github,
            files: files,
            toolkit: toolkit
        )
        // It would send the Node.js that was found to the data of another.
        environment["NODE_ICU_DATA"] = nil
        return environment
    }
}
